"""Looking at a site's clusters: what their keywords come to together. Disabled keywords do not count."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from igny8_lib.models import Cluster, ClusterStatus, Keyword, SearchIntent
from igny8_lib.planner.intents import commonest_intent
from igny8_lib.planner.listing import check_page
from igny8_lib.planner.opportunity import score

CLICKS = func.sum(Keyword.expected_clicks)
VOLUME = func.sum(Keyword.volume)
KEYWORDS = func.count(Keyword.id)


class ClusterOrder(StrEnum):
    """How clusters are listed; opportunity, volume and keywords from the highest, unknown last."""

    ID = "id"
    NAME = "name"
    OPPORTUNITY = "opportunity"
    VOLUME = "volume"
    KEYWORDS = "keywords"


ORDERS: Mapping[ClusterOrder, Sequence[ColumnElement[Any]]] = {
    ClusterOrder.ID: (),
    ClusterOrder.NAME: (Cluster.normalized.asc(),),
    ClusterOrder.OPPORTUNITY: (CLICKS.desc().nulls_last(),),
    ClusterOrder.VOLUME: (VOLUME.desc().nulls_last(),),
    ClusterOrder.KEYWORDS: (KEYWORDS.desc(),),
}


@dataclass(frozen=True, slots=True)
class ListedCluster:
    """A cluster with what its keywords come to; a measure that none of them has is None."""

    id: int
    name: str
    keywords: int
    volume: int | None
    opportunity: int | None
    """0 to 100, see planner/opportunity.py."""
    intent: SearchIntent | None
    """The commonest of its keywords'."""
    status: ClusterStatus
    description: str
    refused_reason: str | None
    """Why the AI provider refused to plan its ideas; runs leave it out then."""


def list_clusters(
    session: Session,
    site_id: int,
    *,
    status: ClusterStatus | None = None,
    refused: bool = False,
    order: ClusterOrder = ClusterOrder.ID,
    limit: int = 100,
    offset: int = 0,
) -> list[ListedCluster]:
    """The site's clusters, of one status where one is given, `refused` ones only where that is said; equal ones oldest
    first. One query.

    Raises InvalidInput for a limit or an offset below 0.
    """
    check_page(limit, offset)
    query = (
        select(Cluster, KEYWORDS, VOLUME, CLICKS, commonest_intent())
        .outerjoin(Keyword, its_keywords())
        .where(Cluster.site_id == site_id)
        .group_by(Cluster.id)
        .order_by(*ORDERS[order], Cluster.id)
    )
    if status is not None:
        query = query.where(Cluster.status == status)
    if refused:
        query = query.where(Cluster.refused_reason.is_not(None))
    return [
        ListedCluster(
            id=cluster.id,
            name=cluster.name,
            keywords=keywords,
            volume=None if volume is None else int(volume),
            opportunity=score(clicks),
            intent=intent,
            status=cluster.status,
            description=cluster.description,
            refused_reason=cluster.refused_reason,
        )
        for cluster, keywords, volume, clicks, intent in session.execute(query.limit(limit).offset(offset))
    ]


def cluster_scores(session: Session, site_id: int, cluster_ids: Collection[int]) -> dict[int, int | None]:
    """The opportunity of each of these clusters of the site; None where it is unknown. One query."""
    query = (
        select(Cluster.id, CLICKS)
        .outerjoin(Keyword, its_keywords())
        .where(Cluster.site_id == site_id, Cluster.id.in_(cluster_ids))
        .group_by(Cluster.id)
    )
    return {row[0]: score(row[1]) for row in session.execute(query)}


def its_keywords() -> ColumnElement[bool]:
    """The condition that joins a cluster's keywords, without the disabled ones."""
    return and_(Keyword.cluster_id == Cluster.id, Keyword.site_id == Cluster.site_id, Keyword.disabled.is_(False))
