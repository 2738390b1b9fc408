"""The list of clusters as it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from igny8_lib.models import Cluster, ClusterStatus, ContentIdea, Site
from igny8_lib.planner.clusters import ClusterFilter, ClusterOrder, ListedCluster, count_clusters, list_clusters
from igny8_web.api.shapes import Pagination
from igny8_web.pages.planner.lists import ON_A_PAGE, ListQuery, offset_of, page_of, sort_by, split_sort
from igny8_web.pages.states import State
from igny8_web.pages.tables import Choice, Column, choices
from igny8_web.pages.words import plural


class ClusterState(StrEnum):
    """Where clusters stand, as people ask for them."""

    ANY = ""
    WAITING = "waiting"
    PLANNED = "planned"
    REFUSED = "refused"


FILTERS: Mapping[ClusterState, dict[str, Any]] = {
    ClusterState.ANY: {},
    ClusterState.WAITING: {"with_ideas": False},
    ClusterState.PLANNED: {"with_ideas": True},
    ClusterState.REFUSED: {"refused": True},
}
NAMES = {
    ClusterState.ANY: "All",
    ClusterState.WAITING: "No ideas yet",
    ClusterState.PLANNED: "With ideas",
    ClusterState.REFUSED: "Refused",
}
COLUMNS = (
    Column("Cluster", "name", "-name", first_ascending=True),
    Column("State"),
    Column("Keywords", "keywords", "-keywords", right=True, tip="Without the disabled ones."),
    Column("Searches a month", "volume", "-volume", right=True, tip="Those of its keywords together."),
    Column(
        "Difficulty", "difficulty", "-difficulty", right=True, first_ascending=True, tip="The mean of its keywords'."
    ),
    Column(
        "Opportunity", "opportunity", "-opportunity", right=True, tip="0 to 100: what its keywords may bring together."
    ),
    Column("Intent"),
)


class ClusterQuery(ListQuery):
    """What the address of the list says."""

    state: ClusterState = ClusterState.ANY
    sort: sort_by(ClusterOrder) = ClusterOrder.ID.value  # type: ignore[valid-type]

    @property
    def wanted(self) -> ClusterFilter:
        """The library's filter."""
        return ClusterFilter(text=self.q, **FILTERS[self.state])


@dataclass(frozen=True)
class ClusterList:
    """A page of clusters."""

    rows: Sequence[ListedCluster]
    page: Pagination
    states: Sequence[Choice]


def load(session: Session, site: Site, query: ClusterQuery, page_size: int = ON_A_PAGE) -> ClusterList:
    """The page, in three statements."""
    order, reverse = split_sort(query.sort, ClusterOrder)
    page = page_of(count_clusters(session, site.id, query.wanted), query.page, page_size)
    rows = list_clusters(
        session, site.id, query.wanted, order=order, reverse=reverse, limit=page_size, offset=offset_of(page)
    )
    return ClusterList(rows, page, choices(NAMES.items(), count_states(session, site)))


def count_states(session: Session, site: Site) -> dict[str, int]:
    """How many clusters stand where; one statement."""
    planned = exists().where(ContentIdea.site_id == Cluster.site_id, ContentIdea.cluster_id == Cluster.id)
    each = select(planned.label("planned"), Cluster.refused_reason.is_not(None).label("refused"))
    mine = each.where(Cluster.site_id == site.id).subquery()
    counts = (func.count().filter(~mine.c.planned), func.count().filter(mine.c.planned))
    row = session.execute(select(func.count(), *counts, func.count().filter(mine.c.refused)).select_from(mine)).one()
    return dict(zip(ClusterState, row, strict=True))


def state_of(cluster: ListedCluster) -> State:
    """What a cluster's badge says."""
    if cluster.refused_reason:
        return State("bad", "alert", "Refused")
    if cluster.ideas:
        return State("ok", "bulb", plural(cluster.ideas, "idea"))
    return State("wait", "dash", "No ideas yet" if cluster.status is ClusterStatus.NEW else "No ideas left")
