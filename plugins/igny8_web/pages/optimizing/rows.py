"""The lists of the Optimizer: articles that could be better, and what was tried with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.costs import costs_in_force
from igny8_lib.models import ContentSource, Operation, OptimizationSource, OptimizationStatus, Site, SyncStatus
from igny8_lib.optimizer.tasks import Chosen, list_tasks
from igny8_lib.review.queue import Sort, View, list_articles
from igny8_web.pages.content.rows import SCORES, ArticleRow, rows_of
from igny8_web.pages.content.states import SOURCE_STATES, SYNC_STATES
from igny8_web.pages.states import FAILED, RUNNING, State
from igny8_web.pages.tables import ON_A_PAGE, Choice, Column, Table

COLUMNS = (
    Column("Article", Sort.TITLE, first_ascending=True),
    Column("State"),
    Column("Source", tip="Where it was first written, and how it stands to its copy on the website."),
    Column(
        "Score",
        Sort.LOWEST,
        Sort.HIGHEST,
        right=True,
        first_ascending=True,
        tip="0 to 100: the weighted mean of SEO, readability and engagement. It leads to the checks.",
    ),
    Column("Words", Sort.LONGEST, right=True),
    Column("Credits", right=True, tip="What optimizing it costs at most: nothing where the text gets no better."),
    Column("Made", Sort.NEWEST, Sort.OLDEST, right=True),
)
TASK_COLUMNS = (
    Column("Article"),
    Column("State"),
    Column("Score", right=True, tip="Overall, before and after; what is not higher is not taken."),
    Column("Credits", right=True),
    Column("By"),
    Column("When", right=True),
)
STATES: Mapping[OptimizationStatus, State] = {
    OptimizationStatus.COMPLETED: State("ok", "check", "Taken"),
    OptimizationStatus.NOT_BETTER: State("warn", "flag", "Not better"),
    OptimizationStatus.FAILED: FAILED,
    OptimizationStatus.RUNNING: RUNNING,
    OptimizationStatus.PENDING: State("wait", "clock", "Waits"),
}
TAKEN_BACK = State("hold", "redo", "Taken back")
WAYS: Mapping[OptimizationSource, str] = {
    OptimizationSource.WRITER: "written by a run",
    OptimizationSource.WORDPRESS_SYNC: "from WordPress",
    OptimizationSource.OTHER_SYNC: "from a website",
    OptimizationSource.MANUAL: "by hand",
}
SOURCES = (Choice("", "Any source"), *(Choice(each.value, state.word) for each, state in SOURCE_STATES.items()))
SYNCS = (Choice("", "Any sync state"), *(Choice(each.value, state.word) for each, state in SYNC_STATES.items()))
SCORED = SCORES
STATUSES = (Choice("", "All"), *(Choice(each.value, state.word) for each, state in STATES.items()))


@dataclass(frozen=True)
class Candidate:
    """An article that could be optimized."""

    row: ArticleRow
    price: Credits
    """At most."""

    @property
    def source(self) -> Sequence[State]:
        """Where it comes from, and how it stands to its copy."""
        facts = self.row.facts
        return SOURCE_STATES[ContentSource(facts["source"])], SYNC_STATES[SyncStatus(facts["sync_status"])]


@dataclass(frozen=True)
class TaskRow:
    """One optimization."""

    facts: Mapping[str, Any]
    """As the library tells it."""

    @property
    def state(self) -> State:
        """What came of it."""
        return TAKEN_BACK if self.facts["taken_back_at"] else STATES[OptimizationStatus(self.facts["status"])]

    @property
    def way(self) -> str:
        """By which way the article came."""
        return WAYS[OptimizationSource(self.facts["source"])]

    @property
    def at(self) -> datetime:
        """When it was asked for."""
        return datetime.fromisoformat(self.facts["created_at"])

    @property
    def taken_back_at(self) -> datetime | None:
        """When it was taken back."""
        said = self.facts["taken_back_at"]
        return datetime.fromisoformat(said) if said else None

    @property
    def is_open(self) -> bool:
        """Whether it goes on while one looks."""
        return self.facts["status"] in {OptimizationStatus.PENDING, OptimizationStatus.RUNNING}

    @property
    def can_take_back(self) -> bool:
        """Whether there is something to take back."""
        return self.facts["status"] == OptimizationStatus.COMPLETED and not self.facts["taken_back_at"]


def candidates_of(session: Session, site: Site, view: View, page: int) -> Table:
    """A page of the site's articles with the price of each; four statements."""
    found = list_articles(session, site.id, view, page=page, page_size=ON_A_PAGE)
    costs = costs_in_force(session)
    rows = rows_of(found, {})
    priced = [Candidate(row, costs.charge(Operation.OPTIMIZATION, row.facts["word_count"])) for row in rows]
    return Table(priced, page, found.total)


def tasks_of(session: Session, site: Site, chosen: Chosen, page: int) -> Table:
    """A page of what was tried; two statements."""
    found = list_tasks(session, site.id, chosen, page=page, page_size=ON_A_PAGE)
    return Table([TaskRow(each) for each in found.tasks], page, found.total)
