"""Ideas as they are shown: the list, and one to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.costs import CostTable, ImageQuality, costs_in_force
from igny8_lib.models import AutomationConfig, CompetitionVerdict, ContentIdea, IdeaStatus, Site
from igny8_lib.planner.competition import PageKind
from igny8_lib.planner.idea_listing import IdeaFilter, IdeaOrder, count_ideas, list_ideas
from igny8_web.api.shapes import MOST_PER_PAGE, Pagination
from igny8_web.pages.planner.lists import AnId, ListQuery, offset_of, page_of, sort_by, split_sort
from igny8_web.pages.states import State
from igny8_web.pages.tables import Choice, choices

ON_A_PAGE = 25


class IdeaState(StrEnum):
    """Where ideas stand, as people ask for them."""

    NEW = "new"
    APPROVED = "approved"
    SKIPPED = "skipped"
    QUEUED = "queued"
    COMPLETED = "completed"
    ANY = ""


FILTERS: Mapping[IdeaState, dict[str, Any]] = {
    IdeaState.NEW: {"status": IdeaStatus.NEW, "approved": False},
    IdeaState.APPROVED: {"status": IdeaStatus.NEW, "approved": True},
    IdeaState.SKIPPED: {"status": IdeaStatus.SKIPPED},
    IdeaState.QUEUED: {"status": IdeaStatus.QUEUED},
    IdeaState.COMPLETED: {"status": IdeaStatus.COMPLETED},
    IdeaState.ANY: {},
}
NAMES = {
    IdeaState.ANY: "All",
    IdeaState.NEW: "To approve",
    IdeaState.APPROVED: "Approved",
    IdeaState.SKIPPED: "Skipped",
    IdeaState.QUEUED: "Queued",
    IdeaState.COMPLETED: "Written",
}
LOOKS = {
    IdeaState.NEW: State("wait", "dash", "To approve"),
    IdeaState.APPROVED: State("ok", "check", "Approved"),
    IdeaState.SKIPPED: State("wait", "jump", "Skipped"),
    IdeaState.QUEUED: State("run", "tasks", "Queued"),
    IdeaState.COMPLETED: State("ok", "doc", "Written"),
}
ORDERS = choices(
    [
        (IdeaOrder.QUEUE.value, "As runs take them"),
        (f"-{IdeaOrder.ID}", "Newest first"),
        (IdeaOrder.TITLE.value, "By title"),
        (IdeaOrder.CLUSTER.value, "By cluster"),
        (IdeaOrder.WORDS.value, "Longest first"),
    ]
)


class IdeaQuery(ListQuery):
    """What the address of the list says."""

    state: IdeaState = IdeaState.ANY
    cluster: AnId | None = None
    size: int = Field(default=ON_A_PAGE, ge=1, le=MOST_PER_PAGE)
    sort: sort_by(IdeaOrder) = IdeaOrder.QUEUE.value  # type: ignore[valid-type]

    @property
    def wanted(self) -> IdeaFilter:
        """The library's filter."""
        return IdeaFilter(text=self.q, cluster_id=self.cluster, **FILTERS[self.state])


@dataclass(frozen=True)
class Rival:
    """The page that an idea is most alike; `path` is below the application, `url` on another server."""

    title: str
    path: str = ""
    url: str = ""
    competes: bool = False


@dataclass(frozen=True)
class IdeaRow:
    """One idea as it is shown."""

    facts: Mapping[str, Any]
    outline: Sequence[str]
    state: State
    price: Credits
    rival: Rival | None

    @property
    def id(self) -> int:
        """The idea's id."""
        return int(self.facts["id"])

    @property
    def may_change(self) -> bool:
        """Whether no run has taken it."""
        return self.facts["status"] in {IdeaStatus.NEW, IdeaStatus.SKIPPED}

    @property
    def may_approve(self) -> bool:
        """Whether approving it says anything new."""
        return self.may_change and not (self.facts["status"] == IdeaStatus.NEW and self.facts["approved_at"])

    @property
    def may_skip(self) -> bool:
        """Whether a run could take it."""
        return self.facts["status"] == IdeaStatus.NEW


@dataclass(frozen=True)
class Prices:
    """What the site's articles cost now."""

    costs: CostTable
    images: int
    quality: ImageQuality

    @classmethod
    def of(cls, session: Session, site: Site) -> Prices:
        """Two statements."""
        config = session.get_one(AutomationConfig, site.id)
        return cls(costs_in_force(session), config.images_per_content, ImageQuality(config.image_quality))

    def article(self, words: int) -> Credits:
        """To write and to illustrate it."""
        return self.costs.article(words, self.images, self.quality)


@dataclass(frozen=True)
class IdeaList:
    """A page of ideas."""

    rows: Sequence[IdeaRow]
    page: Pagination
    states: Sequence[Choice]


def load(session: Session, site: Site, query: IdeaQuery) -> IdeaList:
    """The page, in six statements."""
    order, reverse = split_sort(query.sort, IdeaOrder)
    page = page_of(count_ideas(session, site.id, query.wanted), query.page, query.size)
    found = list_ideas(
        session, site.id, query.wanted, order=order, reverse=reverse, limit=query.size, offset=offset_of(page)
    )
    rows = rows_of(session, site, found)
    return IdeaList(rows, page, choices(NAMES.items(), count_states(session, site)))


def count_states(session: Session, site: Site) -> dict[str, int]:
    """How many ideas stand where; one statement."""
    approved = ContentIdea.approved_at.is_not(None)
    query = select(ContentIdea.status, approved, func.count()).where(ContentIdea.site_id == site.id)
    counts: dict[str, int] = {}
    for status, is_approved, number in session.execute(query.group_by(ContentIdea.status, approved)):
        state = state_of(status, approved=is_approved)
        counts[state] = counts.get(state, 0) + number
        counts[IdeaState.ANY] = counts.get(IdeaState.ANY, 0) + number
    return counts


def rows_of(session: Session, site: Site, found: Iterable[Mapping[str, Any]]) -> list[IdeaRow]:
    """The documents of ideas as rows, with their outlines and prices; three statements."""
    ideas, prices = list(found), Prices.of(session, site)
    wanted = select(ContentIdea.id, ContentIdea.outline).where(
        ContentIdea.site_id == site.id, ContentIdea.id.in_([idea["id"] for idea in ideas])
    )
    outlines = {row.id: row.outline for row in session.execute(wanted)}
    return [row_of(site, idea, outlines.get(idea["id"], []), prices) for idea in ideas]


def row_of(site: Site, idea: Mapping[str, Any], outline: Sequence[str], prices: Prices) -> IdeaRow:
    """One row."""
    state = state_of(IdeaStatus(idea["status"]), approved=bool(idea["approved_at"]))
    return IdeaRow(idea, outline, LOOKS[state], prices.article(idea["estimated_word_count"]), rival_of(site, idea))


def state_of(status: IdeaStatus, *, approved: bool) -> IdeaState:
    """Where an idea stands, as people ask for it."""
    return IdeaState.APPROVED if status is IdeaStatus.NEW and approved else IdeaState(status.value)


def rival_of(site: Site, idea: Mapping[str, Any]) -> Rival | None:
    """The page that it was found alike, as a link."""
    page = idea["competition"]
    if not page:
        return None
    here, url = f"sites/{site.slug}", str(page.get("url") or "")
    path = f"{here}/planner/ideas/{page['id']}" if page["kind"] == PageKind.IDEA else f"{here}/content/{page['id']}"
    known = url if url.startswith(("https://", "http://")) else ""
    competes = idea["competition_verdict"] == CompetitionVerdict.COMPETING
    return Rival(str(page["title"]), "" if known else path, known, competes)
