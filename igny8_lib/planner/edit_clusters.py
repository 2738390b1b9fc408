"""Change clusters by hand: rename, describe, merge, fill and empty them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict, InvalidInput
from igny8_lib.models import Cluster, ContentIdea, Keyword, KeywordStatus
from igny8_lib.planner import edit_keywords, merges
from igny8_lib.planner.by_hand import check_ids, hold_off, require_all
from igny8_lib.planner.edit_ideas import one_line
from igny8_lib.text.names import CLUSTER_DESCRIPTION, CLUSTER_NAME, clean_name
from igny8_lib.text.normalisation import normalise


@dataclass(frozen=True)
class ClusterChanges:
    """What is to be changed of a cluster; None leaves it as it is."""

    name: str | None = None
    description: str | None = None


def edit(session: Session, site_id: int, cluster_id: int, changes: ClusterChanges) -> Cluster:
    """Rename or describe a cluster; one that the provider refused is asked for again.

    Raises NotFound, InvalidInput, and Conflict for a name that another cluster of the site has.
    """
    if changes == ClusterChanges():
        raise InvalidInput("Say what to change: the name or the description.")
    name = None if changes.name is None else one_line(changes.name, CLUSTER_NAME, "The name")
    description = None if changes.description is None else clean_name(changes.description)
    if description is not None and len(description) > CLUSTER_DESCRIPTION:
        raise InvalidInput(f"A description has at most {CLUSTER_DESCRIPTION:,} characters, not {len(description):,}.")
    hold_off(session, site_id)
    (cluster,) = lock(session, site_id, [cluster_id])
    if name is not None:
        require_free(session, cluster, name)
        cluster.name, cluster.normalized = name, normalise(name)
    if description is not None:
        cluster.description = description
    cluster.refused_reason = None
    session.flush()
    return cluster


def require_free(session: Session, cluster: Cluster, name: str) -> None:
    """Raises Conflict where another cluster of the site has the name."""
    same = (Cluster.site_id == cluster.site_id, Cluster.normalized == normalise(name), Cluster.id != cluster.id)
    if other := session.execute(select(Cluster.id, Cluster.name).where(*same)).one_or_none():
        raise Conflict(f"Cluster {other.id} of the site is called “{other.name}” already: merge the two, or say more.")


def merge_into(session: Session, site_id: int, into: int, ids: Sequence[int], actor: str) -> list[merges.Merged]:
    """Merge the clusters into another one, which keeps its name; their keywords, ideas, tasks and articles go along.

    Each merge is kept and can be taken back. Raises InvalidInput, and NotFound for ids of other sites.
    """
    check_ids(ids, "clusters")
    if into in ids:
        raise InvalidInput(f"Cluster {into} cannot be merged into itself: name it as the one that stays, only.")
    hold_off(session, site_id)
    locked = {cluster.id: cluster for cluster in lock(session, site_id, [into, *ids])}
    return [merges.merge(session, locked[gone], locked[into], run_id=None, actor=actor) for gone in ids]


def move_keywords(session: Session, site_id: int, ids: Sequence[int], into: int | None) -> int:
    """Move keywords into a cluster, or out of any (None): they wait to be clustered then. How many were elsewhere.

    A keyword that a run is just clustering fails in it with the reason. Raises InvalidInput, NotFound.
    """
    edit_keywords.lock(session, site_id, ids)
    if into is not None:
        lock(session, site_id, [into])
    status = KeywordStatus.NEW if into is None else KeywordStatus.MAPPED
    elsewhere = (Keyword.site_id == site_id, Keyword.id.in_(ids), Keyword.cluster_id.is_distinct_from(into))
    moved = update(Keyword).where(*elsewhere).values(cluster_id=into, status=status, refused_reason=None)
    return len(session.scalars(moved.returning(Keyword.id)).all())


def delete(session: Session, site_id: int, cluster_id: int) -> None:
    """Delete a cluster that has neither keywords nor ideas. Raises NotFound, and Conflict saying what it has."""
    hold_off(session, site_id)
    (cluster,) = lock(session, site_id, [cluster_id])
    keywords, ideas = (
        session.scalar(
            select(func.count()).select_from(table).where(table.site_id == site_id, table.cluster_id == cluster_id)
        )
        or 0
        for table in (Keyword, ContentIdea)
    )
    if keywords or ideas:
        raise Conflict(
            f"“{cluster.name}” is not empty: it has {keywords:,} keywords and {ideas:,} ideas. "
            "Merge it into another cluster instead."
        )
    session.delete(cluster)
    session.flush()


def lock(session: Session, site_id: int, ids: Sequence[int]) -> list[Cluster]:
    """The clusters, locked until the transaction ends, in the order of their ids. Raises NotFound."""
    query = select(Cluster).where(Cluster.site_id == site_id, Cluster.id.in_(ids)).order_by(Cluster.id)
    found = list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))
    require_all(ids, [cluster.id for cluster in found], "clusters")
    return found
