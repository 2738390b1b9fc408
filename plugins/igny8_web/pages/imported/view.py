"""What the page of imported content shows: how far the import is, and how articles and posts stand to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import PostKind, Site
from igny8_lib.publishing.importing import state as importing
from igny8_lib.publishing.importing.listing import Imported, SyncState, count_imported, list_imported
from igny8_web.api.importing_shapes import SyncStanding, standing
from igny8_web.pages import states
from igny8_web.pages.tables import Choice, Column, choices
from igny8_web.pages.words import number, web_address

ON_A_PAGE = 50
COLUMNS = (
    Column("Article"),
    Column("State", tip="Compared with what WordPress said when it was last read."),
    Column("In WordPress"),
    Column("Version", right=True, tip="Of the article here; what comes from WordPress makes a version, too."),
    Column("Changed there", right=True),
)
STATES: Mapping[SyncState, states.State] = {
    SyncState.CONFLICT: states.State("bad", "alert", "Conflict"),
    SyncState.CHANGED_HERE: states.State("warn", "pen", "Changed here"),
    SyncState.TRASHED: states.State("wait", "x", "In its trash"),
    SyncState.DELETED: states.State("wait", "x", "Deleted there"),
    SyncState.CHANGED_THERE: states.State("run", "down", "Changed there"),
    SyncState.IN_STEP: states.State("ok", "check", "The same"),
}
POSTS = {
    "publish": "public",
    "draft": "a draft",
    "pending": "waits for review",
    "private": "private",
    "future": "scheduled",
    "trash": "in the trash",
    "deleted": "deleted",
}
COUNTED = (
    ("new", "new"),
    ("changed", "changed"),
    ("unchanged", "unchanged"),
    ("conflicts", "in conflict"),
    ("trashed", "in the trash"),
    ("deleted", "deleted"),
    ("skipped", "left out"),
)


class Did(StrEnum):
    """What was decided about a conflict before one came here."""

    OURS = "ours"
    THEIRS = "theirs"


DECIDED = {
    Did.OURS: "The article stays as it is; what WordPress says is kept as a version. Update the post to tell visitors.",
    Did.THEIRS: "The article says what WordPress says; what it said before is kept as a version.",
}


@dataclass(frozen=True)
class Row:
    """One article of the table."""

    facts: Imported

    @property
    def state(self) -> states.State:
        """How it stands to its post."""
        return STATES[self.facts.state]

    @property
    def is_conflict(self) -> bool:
        """Whether people have to decide."""
        return self.facts.state is SyncState.CONFLICT

    @property
    def post(self) -> str:
        """What the post is there."""
        kind = "Page" if self.facts.kind is PostKind.PAGE else "Post"
        return f"{kind}, {POSTS.get(self.facts.post_status, self.facts.post_status)}"

    @property
    def url(self) -> str:
        """Its address; empty where it has none."""
        return web_address(self.facts.url)


@dataclass(frozen=True)
class Table:
    """A page of the table."""

    rows: Sequence[Row]
    filters: Sequence[Choice]
    page: int
    total_count: int
    conflicts: int

    @property
    def total_pages(self) -> int:
        """Pages in all."""
        return -(-self.total_count // ON_A_PAGE)


@dataclass(frozen=True)
class Sync:
    """How far the import is."""

    facts: SyncStanding

    @property
    def goes_on(self) -> bool:
        """Whether it changes while one looks: a pass is under way, or comes with the next round."""
        asked = self.facts.next_at is not None and self.facts.next_at <= clock.now()
        return self.facts.state == "under_way" or asked

    @property
    def found(self) -> str:
        """What the pass found."""
        told = [f"{number(count)} {words}" for name, words in COUNTED if (count := self.facts.counts.get(name))]
        return ", ".join(told) or "nothing"


def table_of(session: Session, site: Site, state: SyncState | None, page: int) -> Table:
    """A page of the site's content that WordPress has, too; three statements."""
    found = list_imported(session, site.id, state, page=page, page_size=ON_A_PAGE)
    counts = count_imported(session, site.id)
    told = {each.value: count for each, count in counts.items()} | {"": sum(counts.values())}
    named = [("", "All"), *((each.value, look.word) for each, look in STATES.items())]
    rows = [Row(facts) for facts in found.rows]
    return Table(rows, choices(named, told), page, found.total, counts[SyncState.CONFLICT])


def sync_of(session: Session, site: Site) -> Sync:
    """How far the import is; two statements."""
    return Sync(standing(importing.describe(session, site.id)))
