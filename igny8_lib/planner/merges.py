"""Merging a cluster into another, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import Conflict, NotFound
from igny8_lib.models import Cluster, ClusterMerge, ClusterStatus, Keyword, KeywordStatus
from igny8_lib.text.normalisation import normalise


@dataclass(frozen=True)
class Merged:
    """One merge as people read it."""

    id: int
    cluster: str
    into: str
    keywords: int


def merge(session: Session, gone: Cluster, into: Cluster, *, run_id: int | None) -> Merged:
    """Move a cluster's keywords into another and delete it; both rows are locked by the caller."""
    moved = update(Keyword).where(Keyword.site_id == gone.site_id, Keyword.cluster_id == gone.id)
    keyword_ids = sorted(session.scalars(moved.values(cluster_id=into.id).returning(Keyword.id)))
    kept = ClusterMerge(
        site_id=gone.site_id,
        run_id=run_id,
        before={"id": gone.id, "name": gone.name, "description": gone.description},
        keyword_ids=keyword_ids,
        into_id=into.id,
        into_name=into.name,
    )
    session.add(kept)
    session.delete(gone)
    session.flush()
    return Merged(kept.id, gone.name, into.name, len(keyword_ids))


def list_merges(session: Session, site_id: int, *, limit: int) -> Sequence[ClusterMerge]:
    """The site's merges, newest first."""
    query = select(ClusterMerge).where(ClusterMerge.site_id == site_id).order_by(ClusterMerge.id.desc())
    return session.scalars(query.limit(limit)).all()


def take_back(session: Session, site_id: int, merge_id: int, *, actor: str) -> Cluster:
    """Make the merged cluster anew, with those of its keywords that are still where the merge put them.

    It waits for ideas again; ideas that the other cluster got meanwhile stay there. Raises NotFound, and Conflict where
    the merge was taken back already, its keywords are elsewhere, or the site has a cluster of that name again.
    """
    query = select(ClusterMerge).where(ClusterMerge.site_id == site_id, ClusterMerge.id == merge_id)
    kept = session.scalars(query.with_for_update()).one_or_none()
    if kept is None:
        raise NotFound(f"The site has no merge {merge_id}; list them with `igny8 clusters merges`.")
    if kept.undone_at is not None:
        raise Conflict(f"Merge {merge_id} was taken back already, by {kept.undone_by}.")
    name = str(kept.before["name"])
    here = (Keyword.site_id == site_id, Keyword.id.in_(kept.keyword_ids), Keyword.cluster_id == kept.into_id)
    keywords = session.scalars(select(Keyword.id).where(*here).order_by(Keyword.id).with_for_update()).all()
    if not keywords:
        raise Conflict(f"None of the keywords of merge {merge_id} is in “{kept.into_name}” any more: nothing to move.")
    cluster = make_again(session, site_id, name, str(kept.before["description"]))
    back = update(Keyword).where(Keyword.site_id == site_id, Keyword.id.in_(keywords))
    session.execute(back.values(cluster_id=cluster.id, status=KeywordStatus.MAPPED))
    kept.undone_at, kept.undone_by = clock.now(), actor
    session.flush()
    return cluster


def make_again(session: Session, site_id: int, name: str, description: str) -> Cluster:
    """A cluster of that name. Raises Conflict where there is one."""
    normalized = normalise(name)
    mine = (Cluster.site_id == site_id, Cluster.normalized == normalized)
    if session.scalar(select(func.count()).select_from(Cluster).where(*mine)):
        raise Conflict(f"The site has a cluster called “{name}” again; rename or empty that one first.")
    cluster = Cluster(
        site_id=site_id, name=name, normalized=normalized, description=description, status=ClusterStatus.NEW
    )
    session.add(cluster)
    session.flush()
    return cluster
