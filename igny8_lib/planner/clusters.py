"""Looking at a site's clusters: what their keywords come to together. Disabled keywords do not count."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import Cluster, ClusterStatus, ContentIdea, Keyword, SearchIntent
from igny8_lib.planner.intents import commonest_intent
from igny8_lib.planner.listing import DOWN, UP, Sort, check_page, in_order, searched
from igny8_lib.planner.opportunity import score

CLICKS = func.sum(Keyword.expected_clicks)
VOLUME = func.sum(Keyword.volume)
DIFFICULTY = func.round(func.avg(Keyword.difficulty), 1)
KEYWORDS = func.count(Keyword.id)
IDEAS = (
    select(func.count())
    .where(ContentIdea.site_id == Cluster.site_id, ContentIdea.cluster_id == Cluster.id)
    .correlate(Cluster)
    .scalar_subquery()
)


class ClusterOrder(StrEnum):
    """How clusters are listed: names by the alphabet, new ones before mapped ones, difficulty from the lowest, the
    other figures from the highest; unknown last, either way round."""

    ID = "id"
    NAME = "name"
    STATUS = "status"
    OPPORTUNITY = "opportunity"
    VOLUME = "volume"
    DIFFICULTY = "difficulty"
    KEYWORDS = "keywords"
    IDEAS = "ideas"


ORDERS: Mapping[ClusterOrder, Sort] = {
    ClusterOrder.ID: ((Cluster.id, UP),),
    ClusterOrder.NAME: ((Cluster.normalized, UP),),
    ClusterOrder.STATUS: ((Cluster.status != ClusterStatus.NEW, UP),),
    ClusterOrder.OPPORTUNITY: ((CLICKS, DOWN),),
    ClusterOrder.VOLUME: ((VOLUME, DOWN),),
    ClusterOrder.DIFFICULTY: ((DIFFICULTY, UP),),
    ClusterOrder.KEYWORDS: ((KEYWORDS, DOWN),),
    ClusterOrder.IDEAS: ((IDEAS, DOWN),),
}


@dataclass(frozen=True)
class ClusterFilter:
    """Which of a site's clusters are meant; all of them where nothing is said."""

    text: str = ""
    """What their names hold, compared as names are."""
    status: ClusterStatus | None = None
    with_ideas: bool | None = None
    """Those that have ideas, or those that have none."""
    refused: bool = False
    """Those only that the AI provider refused."""


ALL = ClusterFilter()


@dataclass(frozen=True, slots=True)
class ListedCluster:
    """A cluster with what its keywords come to; a measure that none of them has is None."""

    id: int
    name: str
    keywords: int
    volume: int | None
    difficulty: Decimal | None
    """The mean of its keywords', 0 to 100."""
    opportunity: int | None
    """0 to 100, see planner/opportunity.py."""
    ideas: int
    """Planned articles, wherever they stand."""
    intent: SearchIntent | None
    """The commonest of its keywords'."""
    status: ClusterStatus
    description: str
    refused_reason: str | None
    """Why the AI provider refused to plan its ideas; runs leave it out then."""


def list_clusters(
    session: Session,
    site_id: int,
    wanted: ClusterFilter = ALL,
    *,
    order: ClusterOrder = ClusterOrder.ID,
    reverse: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> list[ListedCluster]:
    """The wanted clusters of the site, equal ones oldest first; with `reverse` the other way round. One statement.

    Raises InvalidInput for a limit or an offset below 0, and a text too long.
    """
    check_page(limit, offset)
    query = (
        select_listed()
        .where(*conditions(site_id, wanted))
        .order_by(*in_order(ORDERS[order], Cluster.id, reverse=reverse))
    )
    return [listed(row) for row in session.execute(query.limit(limit).offset(offset))]


def count_clusters(session: Session, site_id: int, wanted: ClusterFilter = ALL) -> int:
    """How many clusters the filter leaves. One statement. Raises InvalidInput for a text too long."""
    return session.scalar(select(func.count()).select_from(Cluster).where(*conditions(site_id, wanted))) or 0


def find_cluster(session: Session, site_id: int, cluster_id: int) -> ListedCluster:
    """One cluster of the site. Raises NotFound."""
    mine = (Cluster.site_id == site_id, Cluster.id == cluster_id)
    row = session.execute(select_listed().where(*mine)).one_or_none()
    if row is None:
        raise NotFound(f"The site has no cluster {cluster_id}.")
    return listed(row)


def select_listed() -> Select[*tuple[Any, ...]]:
    """Clusters with what their keywords come to."""
    figures = (KEYWORDS, VOLUME, DIFFICULTY, CLICKS, IDEAS, commonest_intent())
    joined = select(Cluster, *figures).outerjoin(Keyword, its_keywords())
    return joined.group_by(*Cluster.__table__.columns)  # a tenant sees a part of the table, which has no primary key


def listed(row: Row[*tuple[Any, ...]]) -> ListedCluster:
    """A row of `select_listed`."""
    cluster, keywords, volume, difficulty, clicks, ideas, intent = row
    return ListedCluster(
        id=cluster.id,
        name=cluster.name,
        keywords=keywords,
        volume=None if volume is None else int(volume),
        difficulty=difficulty,
        opportunity=score(clicks),
        ideas=ideas,
        intent=intent,
        status=cluster.status,
        description=cluster.description,
        refused_reason=cluster.refused_reason,
    )


def conditions(site_id: int, wanted: ClusterFilter) -> list[ColumnElement[bool]]:
    """What tells the wanted clusters. Raises InvalidInput."""
    found = [Cluster.site_id == site_id, *searched(Cluster.normalized, wanted.text)]
    if wanted.status is not None:
        found.append(Cluster.status == wanted.status)
    if wanted.with_ideas is not None:
        planned = exists().where(ContentIdea.site_id == Cluster.site_id, ContentIdea.cluster_id == Cluster.id)
        found.append(planned if wanted.with_ideas else ~planned)
    if wanted.refused:
        found.append(Cluster.refused_reason.is_not(None))
    return found


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
