"""The table of all articles: a row each, with what it cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.article_costs import charges_of
from igny8_lib.models import ContentSource, ContentStatus, Site, SyncStatus
from igny8_lib.review.queue import QueuePage, Sort, View, count_by_status, list_articles
from igny8_web.pages.content.states import ARTICLE_STATES, SOURCE_STATES, SYNC_STATES
from igny8_web.pages.states import SCORE_STATES, State
from igny8_web.pages.tables import Choice, Column, choices

ON_A_PAGE = 50
COLUMNS = (
    Column("Article", Sort.TITLE, first_ascending=True),
    Column("State"),
    Column(
        "Score",
        Sort.LOWEST,
        Sort.HIGHEST,
        right=True,
        first_ascending=True,
        tip="0 to 100: the weighted mean of SEO, readability and engagement, of the text as it is.",
    ),
    Column("Version", right=True, tip="Every change of the text makes a version; 1 is what was written first."),
    Column("Words", Sort.LONGEST, right=True),
    Column(
        "Credits",
        right=True,
        tip="What was charged for this article by name: its text, prompts and pictures. Clustering and ideas serve "
        "many articles and are not shared out.",
    ),
    Column("Made", Sort.NEWEST, Sort.OLDEST, right=True),
)


class Origin(StrEnum):
    """Which articles are shown: a website's own are many, and most of them are nobody's work here."""

    HERE = "here"
    WEBSITE = "website"
    ALL = "all"

    @property
    def imported(self) -> bool | None:
        """As a view of the queue asks it."""
        return None if self is Origin.ALL else self is Origin.WEBSITE


ORIGINS = (Choice("", "Written here"), Choice(Origin.WEBSITE, "From the website"), Choice(Origin.ALL, "Both"))
SCORES = (Choice("", "Any score"), *(Choice(band.value, state.word) for band, state in SCORE_STATES.items()))


@dataclass(frozen=True)
class ArticleRow:
    """One article of the table."""

    facts: Mapping[str, Any]
    """As the queue tells it."""
    state: State
    credits: Credits
    created_at: datetime

    @property
    def pick(self) -> str:
        """What its checkbox says: the article, and the version that is shown."""
        return f"{self.facts['id']}:{self.facts['version']}"

    @property
    def origin(self) -> Sequence[State]:
        """Where it comes from, and how it relates to its copy on the website; nothing of what is here alone."""
        source, sync = ContentSource(self.facts["source"]), SyncStatus(self.facts["sync_status"])
        come = [] if source is ContentSource.IGNY8 else [SOURCE_STATES[source]]
        return come if sync is SyncStatus.NATIVE else [*come, SYNC_STATES[sync]]

    @property
    def note(self) -> str:
        """What is unusual about it: what it waits for, what failed."""
        if self.facts["being_rewritten"]:
            return "waits to be written anew"
        if failed := self.facts["images_failed"]:
            return f"{failed} of its pictures failed"
        return f"{pending} pictures wait" if (pending := self.facts["images_pending"]) else ""


@dataclass(frozen=True)
class ArticleTable:
    """A page of the table."""

    rows: list[ArticleRow]
    filters: list[Choice]
    page: int
    total_count: int

    @property
    def total_pages(self) -> int:
        """Pages in all."""
        return -(-self.total_count // ON_A_PAGE)


def table_of(session: Session, site: Site, view: View, page: int) -> ArticleTable:
    """A page of the site's articles; five statements."""
    found = list_articles(session, site.id, view, page=page, page_size=ON_A_PAGE)
    charged = charges_of(session, site.account_id, [facts["id"] for facts in found.articles])
    counts = count_by_status(session, site.id, view)
    return ArticleTable(rows_of(found, charged), filters_of(counts), page, found.total)


def rows_of(found: QueuePage, charged: Mapping[int, Mapping[Any, Credits]]) -> list[ArticleRow]:
    """The rows, with what was charged for each."""
    return [
        ArticleRow(
            facts,
            ARTICLE_STATES[ContentStatus(facts["status"])],
            Credits.total(charged.get(facts["id"], {}).values()),
            datetime.fromisoformat(facts["created_at"]),
        )
        for facts in found.articles
    ]


def filters_of(counts: Mapping[ContentStatus, int]) -> list[Choice]:
    """A filter for each state, with what it would show."""
    named = [(status.value, state.word) for status, state in ARTICLE_STATES.items()]
    told = {status.value: count for status, count in counts.items()}
    return choices([("", "All"), *named], told | {"": sum(counts.values())})
