"""The list of keywords as it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from igny8_lib.models import Keyword, SearchIntent, Site
from igny8_lib.planner.listing import (
    KeywordFilter,
    KeywordOrder,
    ListedKeyword,
    count_keywords,
    list_keywords,
    list_sectors,
)
from igny8_web.api.shapes import Pagination
from igny8_web.pages.planner.lists import AnId, ListQuery, offset_of, page_of, sort_by, split_sort
from igny8_web.pages.states import State
from igny8_web.pages.tables import Choice, Column, choices


class KeywordState(StrEnum):
    """Where keywords stand, as people ask for them."""

    ANY = ""
    WAITING = "waiting"
    CLUSTERED = "clustered"
    DISABLED = "disabled"
    REFUSED = "refused"


FILTERS: Mapping[KeywordState, dict[str, Any]] = {
    KeywordState.ANY: {},
    KeywordState.WAITING: {"without_cluster": True, "disabled": False},
    KeywordState.CLUSTERED: {"status": "mapped", "disabled": False},
    KeywordState.DISABLED: {"disabled": True},
    KeywordState.REFUSED: {"refused": True},
}
NAMES = {
    KeywordState.ANY: "All",
    KeywordState.WAITING: "Without cluster",
    KeywordState.CLUSTERED: "In a cluster",
    KeywordState.DISABLED: "Disabled",
    KeywordState.REFUSED: "Refused",
}
WITHOUT = State("wait", "dash", "Without cluster")
CLUSTERED = State("ok", "check", "In a cluster")
DISABLED = State("hold", "pause", "Disabled")
REFUSED = State("bad", "alert", "Refused")
COLUMNS = (
    Column("Keyword", "text", "-text", first_ascending=True),
    Column("State"),
    Column("Searches a month", "volume", "-volume", right=True, tip="Average monthly searches, as the export told."),
    Column("Difficulty", "difficulty", "-difficulty", right=True, first_ascending=True),
    Column("Cost per click", "cpc", "-cpc", right=True, tip="In the currency of the export."),
    Column(
        "Opportunity",
        "opportunity",
        "-opportunity",
        right=True,
        tip="0 to 100: the clicks that a place in the top three may add, by searches, today's place and difficulty.",
    ),
    Column("Intent"),
    Column("Sector"),
)


class KeywordQuery(ListQuery):
    """What the address of the list says."""

    state: KeywordState = KeywordState.ANY
    intent: SearchIntent | Literal[""] = ""
    sector: str = Field(default="", max_length=500)
    cluster: AnId | None = None
    sort: sort_by(KeywordOrder) = KeywordOrder.ID.value  # type: ignore[valid-type]

    @property
    def wanted(self) -> KeywordFilter:
        """The library's filter."""
        return KeywordFilter(
            text=self.q,
            intent=self.intent or None,
            sector=self.sector,
            cluster_id=self.cluster,
            **FILTERS[self.state],
        )


@dataclass(frozen=True)
class KeywordList:
    """A page of keywords, and what one may choose from."""

    rows: Sequence[ListedKeyword]
    page: Pagination
    states: Sequence[Choice]
    sectors: Sequence[str]


def load(session: Session, site: Site, query: KeywordQuery) -> KeywordList:
    """The page, in four statements."""
    order, reverse = split_sort(query.sort, KeywordOrder)
    page = page_of(count_keywords(session, site.id, query.wanted), query.page)
    rows = list_keywords(
        session, site.id, query.wanted, order=order, reverse=reverse, limit=page.page_size, offset=offset_of(page)
    )
    return KeywordList(rows, page, choices(NAMES.items(), count_states(session, site)), list_sectors(session, site.id))


def count_states(session: Session, site: Site) -> dict[str, int]:
    """How many keywords stand where; one statement."""
    free, enabled = Keyword.cluster_id.is_(None), Keyword.disabled.is_(False)
    kinds: dict[KeywordState, ColumnElement[bool]] = {
        KeywordState.WAITING: free & enabled,
        KeywordState.CLUSTERED: (Keyword.status == "mapped") & enabled,
        KeywordState.DISABLED: Keyword.disabled.is_(True),
        KeywordState.REFUSED: Keyword.refused_reason.is_not(None),
    }
    counts = [func.count().filter(kind) for kind in kinds.values()]
    row = session.execute(select(func.count(), *counts).where(Keyword.site_id == site.id)).one()
    return dict(zip([KeywordState.ANY, *kinds], row, strict=True))


def state_of(keyword: ListedKeyword) -> State:
    """What a keyword's badge says."""
    if keyword.disabled:
        return DISABLED
    if keyword.refused_reason:
        return REFUSED
    return CLUSTERED if keyword.cluster else WITHOUT
