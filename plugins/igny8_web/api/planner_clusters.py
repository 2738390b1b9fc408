"""Clusters of a site: reading, naming, merging, filling, and having ideas planned for them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from igny8_lib.models import ClusterMerge, Site
from igny8_lib.planner import clusters, edit_clusters, merges
from igny8_lib.planner.edit_clusters import ClusterChanges
from igny8_web.api.automation_shapes import Started
from igny8_web.api.planner_keywords import Reading, RowId, Running, Writing, start_stage
from igny8_web.api.planner_shapes import (
    Changed,
    Cluster,
    ClusterEdit,
    ClusterList,
    ClusterQuery,
    Merge,
    MergeList,
    MergesMade,
    Move,
    Wish,
)
from igny8_web.api.shapes import IdempotencyKey, PageNumber, PageSize, Pagination
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/planner", tags=["planner"])
PLANNING = 2


@router.get("/clusters/")
def list_clusters(door: Reading, asked: Annotated[ClusterQuery, Query()]) -> ClusterList:
    """The site's clusters with what their keywords come to. `GET /planner/keywords/?cluster_id=` has their keywords."""
    wanted = asked.wanted()
    with door.begin() as (session, site):
        found = clusters.list_clusters(
            session,
            site.id,
            wanted,
            order=asked.sort,
            reverse=asked.reverse,
            limit=asked.page_size,
            offset=asked.offset,
        )
        total = clusters.count_clusters(session, site.id, wanted)
    return ClusterList.model_validate({"clusters": found, "pagination": asked.of(total)})


@router.post("/clusters/merge/")
def merge(door: Writing, wish: Merge, request: Named) -> MergesMade:
    """Merge clusters into another one, which keeps its name; keywords, ideas, tasks and articles go along."""

    def do(session: Session, site: Site) -> MergesMade:
        made = edit_clusters.merge_into(session, site.id, wish.into, wish.ids, door.caller.name)
        return MergesMade.model_validate({"merges": made})

    return do_once(door, request, MergesMade, do)


@router.post("/clusters/move_keywords/")
def move_keywords(door: Writing, wish: Move, request: Named) -> Changed:
    """Move keywords into a cluster, or out of any: they wait to be clustered then."""
    return do_once(
        door,
        request,
        Changed,
        lambda session, site: Changed(changed=edit_clusters.move_keywords(session, site.id, wish.ids, wish.into)),
    )


@router.post("/clusters/generate_ideas/", status_code=202)
def generate_ideas(door: Running, wish: Wish, key: IdempotencyKey = "") -> Started:
    """Start a run that plans ideas for these clusters, or for all that wait, and does nothing else.

    The same key starts one run, however often it is sent.
    """
    return start_stage(door, PLANNING, wish, key)


@router.get("/clusters/{cluster_id}/")
def show_cluster(door: Reading, cluster_id: RowId) -> Cluster:
    """One cluster."""
    with door.begin() as (session, site):
        return shown(session, site, cluster_id)


def shown(session: Session, site: Site, cluster_id: int) -> Cluster:
    """The cluster as it is now."""
    return Cluster.model_validate(clusters.find_cluster(session, site.id, cluster_id))


@router.patch("/clusters/{cluster_id}/")
def edit_cluster(door: Writing, cluster_id: RowId, change: ClusterEdit, request: Named) -> Cluster:
    """Rename or describe a cluster."""

    def save(session: Session, site: Site) -> Cluster:
        edit_clusters.edit(session, site.id, cluster_id, ClusterChanges(change.name, change.description))
        return shown(session, site, cluster_id)

    return do_once(door, request, Cluster, save)


@router.delete("/clusters/{cluster_id}/")
def delete_cluster(door: Writing, cluster_id: RowId, request: Named) -> Changed:
    """Delete a cluster that has neither keywords nor ideas."""

    def do(session: Session, site: Site) -> Changed:
        edit_clusters.delete(session, site.id, cluster_id)
        return Changed(changed=1)

    return do_once(door, request, Changed, do)


@router.get("/merges/")
def list_merges(door: Reading, page: PageNumber = 1, page_size: PageSize = 50) -> MergeList:
    """The merges of clusters, of runs and by hand, newest first."""
    with door.begin() as (session, site):
        found = merges.list_merges(session, site.id, limit=page_size, offset=(page - 1) * page_size)
        total = merges.count_merges(session, site.id)
        listed = [kept_merge(merge) for merge in found]
    pagination = Pagination(page=page, page_size=page_size, total_count=total, total_pages=-(-total // page_size))
    return MergeList.model_validate({"merges": listed, "pagination": pagination})


def kept_merge(merge: ClusterMerge) -> dict[str, object]:
    """A merge as it is told."""
    return {
        "id": merge.id,
        "cluster": merge.before["name"],
        "into": merge.into_name,
        "keywords": len(merge.keyword_ids),
        "made_at": merge.created_at,
        "made_by": merge.before.get("by", ""),
        "taken_back_at": merge.undone_at,
        "taken_back_by": merge.undone_by,
    }


@router.post("/merges/{merge_id}/take_back/")
def take_back(door: Writing, merge_id: RowId, request: Named) -> Cluster:
    """Make a merged cluster anew, with what of it is still where the merge put it."""

    def do(session: Session, site: Site) -> Cluster:
        made = merges.take_back(session, site.id, merge_id, actor=door.caller.name)
        return shown(session, site, made.id)

    return do_once(door, request, Cluster, do)
