"""Merging a cluster into another, and taking that back: its keywords, ideas, tasks and articles go along both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import Conflict, NotFound
from igny8_lib.models import (
    Cluster,
    ClusterMerge,
    ClusterStatus,
    Content,
    ContentIdea,
    Keyword,
    KeywordStatus,
    RuleTrigger,
    Task,
)
from igny8_lib.outbox.writing import write_events
from igny8_lib.planner.by_hand import hold_off
from igny8_lib.text.normalisation import normalise

Made = type[Task] | type[ContentIdea] | type[Content]
MADE: tuple[Made, ...] = (Task, ContentIdea, Content)
"""What came of a cluster, in the order in which people's decisions lock it."""


@dataclass(frozen=True)
class Merged:
    """One merge as people read it."""

    id: int
    cluster: str
    into: str
    keywords: int


def merge(session: Session, gone: Cluster, into: Cluster, *, run_id: int | None, actor: str = "") -> Merged:
    """Move what a cluster has into another and delete it; both rows are locked by the caller.

    With ideas of its own the other one counts as planned. `actor` is who merged them by hand.
    """
    moved = update(Keyword).where(Keyword.site_id == gone.site_id, Keyword.cluster_id == gone.id)
    keyword_ids = sorted(session.scalars(moved.values(cluster_id=into.id).returning(Keyword.id)))
    _, ideas, articles = (move_rows(session, table, rows_of(table, gone.site_id, gone.id), into.id) for table in MADE)
    made = {"ideas": ideas, "articles": articles, "into_was_new": into.status == ClusterStatus.NEW}
    if ideas:
        into.status = ClusterStatus.MAPPED
    kept = ClusterMerge(
        site_id=gone.site_id,
        run_id=run_id,
        before={"id": gone.id, "name": gone.name, "description": gone.description, "by": actor} | made,
        keyword_ids=keyword_ids,
        into_id=into.id,
        into_name=into.name,
    )
    session.add(kept)
    session.delete(gone)
    session.flush()
    return Merged(kept.id, gone.name, into.name, len(keyword_ids))


def move_rows(session: Session, table: Made, rows: Select[int], into: int) -> list[int]:
    """Give the rows (`rows` selects their ids) another cluster; their ids.

    They are locked in the order of their ids, as everybody locks them.
    """
    found = list(session.scalars(rows.order_by(table.id).with_for_update()))
    if found:
        session.execute(update(table).where(table.id.in_(found)).values(cluster_id=into))
    return found


def rows_of(table: Made, site_id: int, cluster_id: int | None) -> Select[int]:
    """The ids of a cluster's tasks, ideas or articles."""
    return select(table.id).where(table.site_id == site_id, table.cluster_id == cluster_id)


def list_merges(session: Session, site_id: int, *, limit: int, offset: int = 0) -> Sequence[ClusterMerge]:
    """The site's merges, newest first."""
    query = select(ClusterMerge).where(ClusterMerge.site_id == site_id).order_by(ClusterMerge.id.desc())
    return session.scalars(query.limit(limit).offset(offset)).all()


def count_merges(session: Session, site_id: int) -> int:
    """How many merges of the site are kept."""
    return session.scalar(select(func.count()).select_from(ClusterMerge).where(ClusterMerge.site_id == site_id)) or 0


def take_back(session: Session, site_id: int, merge_id: int, *, actor: str) -> Cluster:
    """Make the merged cluster anew, with what of it is still where the merge put it.

    Without ideas it waits for some again; ideas that the other cluster got meanwhile stay there. Raises NotFound, and
    Conflict where the merge was taken back already, its keywords are elsewhere, or the site has a cluster of that name
    again.
    """
    hold_off(session, site_id)
    query = select(ClusterMerge).where(ClusterMerge.site_id == site_id, ClusterMerge.id == merge_id)
    kept = session.scalars(query.with_for_update()).one_or_none()
    if kept is None:
        raise NotFound(f"The site has no merge {merge_id}; list them with `igny8 clusters merges`.")
    if kept.undone_at is not None:
        raise Conflict(f"Merge {merge_id} was taken back already, by {kept.undone_by}.")
    name = str(kept.before["name"])
    here = (Keyword.site_id == site_id, Keyword.id.in_(kept.keyword_ids), Keyword.cluster_id == kept.into_id)
    keywords = session.scalars(select(Keyword.id).where(*here).order_by(Keyword.id).with_for_update()).all()
    if kept.keyword_ids and not keywords:
        raise Conflict(f"None of the keywords of merge {merge_id} is in “{kept.into_name}” any more: nothing to move.")
    cluster = make_again(session, site_id, name, str(kept.before["description"]))
    back = update(Keyword).where(Keyword.site_id == site_id, Keyword.id.in_(keywords))
    session.execute(back.values(cluster_id=cluster.id, status=KeywordStatus.MAPPED))
    bring_back(session, kept, cluster)
    kept.undone_at, kept.undone_by = clock.now(), actor
    session.flush()
    return cluster


def bring_back(session: Session, kept: ClusterMerge, cluster: Cluster) -> None:
    """Give the cluster its ideas back, with the tasks and articles that came of them, also since the merge; what waited
    for ideas before the merge waits again."""
    before, site_id = kept.before, kept.site_id
    tasks = select(Task.id).where(Task.site_id == site_id, Task.idea_id.in_(before.get("ideas", [])))
    written = select(Content.id).where(Content.site_id == site_id, Content.task_id.in_(tasks))
    wanted: dict[Made, Sequence[int]] = {
        Task: session.scalars(tasks).all(),
        ContentIdea: before.get("ideas", []),
        Content: [*before.get("articles", []), *session.scalars(written)],
    }
    back = {
        table: move_rows(session, table, rows_of(table, site_id, kept.into_id).where(table.id.in_(ids)), cluster.id)
        for table, ids in wanted.items()
    }
    if not back[ContentIdea]:
        return
    cluster.status = ClusterStatus.MAPPED
    into = session.get(Cluster, kept.into_id)
    planned = exists().where(ContentIdea.site_id == site_id, ContentIdea.cluster_id == kept.into_id)
    if into is not None and before["into_was_new"] and not session.scalar(select(planned)):
        into.status = ClusterStatus.NEW


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
    write_events(session, site_id, RuleTrigger.CLUSTER_CREATED, [cluster.id])
    return cluster
