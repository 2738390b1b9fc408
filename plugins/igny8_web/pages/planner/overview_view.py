"""What the planner's first page shows: what waits, clusters with some of their keywords, ideas to decide on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.models import AutomationConfig, Keyword, Site, Task, TaskStatus
from igny8_web.pages.planner import cluster_list, idea_list, keyword_list
from igny8_web.pages.planner.cluster_list import ClusterList, ClusterQuery, ClusterState
from igny8_web.pages.planner.idea_list import IdeaList, IdeaQuery, IdeaState
from igny8_web.pages.planner.keyword_list import KeywordState

CLUSTERS_SHOWN = 8
KEYWORDS_SHOWN = 5
IDEAS_SHOWN = 5
TO_APPROVE = IdeaQuery(state=IdeaState.NEW, size=IDEAS_SHOWN)


@dataclass(frozen=True)
class PlannerView:
    """The planner of a site."""

    keywords: int
    """Without a cluster, not disabled."""
    clusters_waiting: int
    ideas_new: int
    tasks: int
    need_approval: bool
    clusters: ClusterList
    shown: Mapping[int, Sequence[Keyword]]
    """Some keywords of each of the clusters, by its id."""
    ideas: IdeaList


def view_of(session: Session, site: Site, query: ClusterQuery) -> PlannerView:
    """The view, in thirteen statements."""
    clusters = cluster_list.load(session, site, query, CLUSTERS_SHOWN)
    queued = select(func.count()).where(Task.site_id == site.id, Task.status == TaskStatus.QUEUED)
    return PlannerView(
        keywords=keyword_list.count_states(session, site)[KeywordState.WAITING],
        clusters_waiting=next(each.count or 0 for each in clusters.states if each.value == ClusterState.WAITING),
        ideas_new=idea_list.count_states(session, site).get(IdeaState.NEW, 0),
        tasks=session.scalar(queued) or 0,
        need_approval=session.get_one(AutomationConfig, site.id).ideas_need_approval,
        clusters=clusters,
        shown=keywords_of(session, site, [cluster.id for cluster in clusters.rows]),
        ideas=idea_list.load(session, site, TO_APPROVE),
    )


def keywords_of(session: Session, site: Site, clusters: Sequence[int]) -> dict[int, list[Keyword]]:
    """The keywords of each cluster that are searched most, a few of them; one statement."""
    order = (Keyword.volume.desc().nulls_last(), Keyword.id)
    place = func.row_number().over(partition_by=Keyword.cluster_id, order_by=order).label("place")
    theirs = (Keyword.site_id == site.id, Keyword.cluster_id.in_(clusters), Keyword.disabled.is_(False))
    ranked = select(Keyword.id, place).where(*theirs).subquery()
    query = select(Keyword).join(ranked, ranked.c.id == Keyword.id).where(ranked.c.place <= KEYWORDS_SHOWN)
    found: dict[int, list[Keyword]] = {cluster: [] for cluster in clusters}
    for keyword in session.scalars(query.order_by(ranked.c.place)):
        found[keyword.cluster_id or 0].append(keyword)
    return found
