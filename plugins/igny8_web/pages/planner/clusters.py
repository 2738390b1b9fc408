"""Clusters: find them, name them, merge them, have ideas found for them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from igny8_lib.errors import InvalidInput
from igny8_lib.planner import edit_clusters, merges
from igny8_lib.planner.clusters import ClusterFilter, ClusterOrder, find_cluster, list_clusters
from igny8_lib.planner.edit_clusters import ClusterChanges
from igny8_lib.planner.ideas import cluster_id as cluster_id_of
from igny8_lib.planner.listing import MAX_TEXT, KeywordFilter, KeywordOrder, count_keywords, list_keywords
from igny8_web.doors import SiteDoor
from igny8_web.pages.planner import keyword_list
from igny8_web.pages.planner.chosen_run import run_on
from igny8_web.pages.planner.cluster_list import COLUMNS, ClusterQuery, load, state_of
from igny8_web.pages.planner.doors import ItemId, Reading, Running, Writing
from igny8_web.pages.planner.lists import Chosen, ListQuery, after, leave, offset_of, page_of
from igny8_web.pages.planner.place import Place, place_of
from igny8_web.pages.tables import Listing
from igny8_web.pages.templating import render
from igny8_web.pages.words import plural

router = APIRouter(prefix="/clusters")
Asked = Annotated[ClusterQuery, Query()]
Turned = Annotated[ListQuery, Query()]
LIST = "planner/cluster_list.html"
PAGE = "planner/cluster.html"
NAMES_OFFERED = 20


class ClusterForm(BaseModel):
    """A cluster as it is to be called."""

    name: str = Field(max_length=1_000)
    description: str = Field(default="", max_length=5_000)


class Into(Chosen):
    """Clusters or keywords, and the name of the cluster that they go into."""

    into: str = Field(default="", max_length=1_000)


@router.get("", name="planner_clusters")
def clusters(request: Request, door: Reading, asked: Asked) -> HTMLResponse:
    """The list."""
    return show(request, door, asked, "planner/clusters.html")


@router.get("/names", name="planner_cluster_names")
def names(request: Request, door: Writing, into: Annotated[str, Query(max_length=MAX_TEXT)] = "") -> HTMLResponse:
    """Some clusters whose names hold what was typed, for the field to offer."""
    with door.begin() as (session, site):
        found = list_clusters(session, site.id, ClusterFilter(text=into), order=ClusterOrder.NAME, limit=NAMES_OFFERED)
    return render(request, "planner/cluster_names.html", found=found)


def named_cluster(session: Session, site_id: int, name: str) -> int:
    """The id of the cluster that somebody named. Raises InvalidInput for no name, NotFound."""
    if not name.strip():
        raise InvalidInput("Name the cluster that the others go into. Nothing was changed.")
    return cluster_id_of(session, site_id, name)


@router.post("/merge", name="planner_merge")
def merge(request: Request, door: Writing, asked: Asked, wish: Annotated[Into, Form()]) -> Response:
    """Merge the chosen clusters into the named one, which stays."""
    with door.begin() as (session, site):
        target = named_cluster(session, site.id, wish.into)
        gone = [each for each in wish.some() if each != target]
        merged = edit_clusters.merge_into(session, site.id, target, gone, door.caller.name)
    said = f"{plural(len(merged), 'cluster')} merged into “{merged[0].into}”. It can be taken back under Merges."
    return done(request, door, asked, said)


@router.post("/ideas", name="planner_find_ideas")
def find_ideas(request: Request, door: Running, asked: Asked, chosen: Annotated[Chosen, Form()]) -> Response:
    """Find ideas for the chosen clusters now: a run of stage 2 on them alone."""
    ids = chosen.through(door)
    run_on(door, 2, ids)
    return done(
        request, door, asked, f"A run that finds ideas for {plural(len(ids), 'cluster')} starts within seconds."
    )


@router.get("/merges", name="planner_merges")
def list_merges(request: Request, door: Reading, asked: Turned) -> HTMLResponse:
    """What was merged, newest first."""
    return show_merges(request, door, asked, "planner/merges.html")


@router.post("/merges/{merge_id}/undo", name="planner_unmerge")
def take_back(request: Request, door: Writing, merge_id: ItemId, asked: Turned) -> Response:
    """Make a merged cluster anew with what it had."""
    with door.begin() as (session, site):
        cluster = merges.take_back(session, site.id, merge_id, actor=door.caller.name)
    back = asked.listing(f"sites/{door.slug}/planner/clusters/merges").under("")
    said = f"“{cluster.name}” is a cluster of its own again."
    return after(request, back, said, lambda: show_merges(request, door, asked, "planner/merge_list.html"))


@router.get("/{cluster_id}", name="planner_cluster_page")
def cluster(request: Request, door: Reading, cluster_id: ItemId, asked: Turned) -> HTMLResponse:
    """One cluster with its keywords."""
    return show_one(request, door, cluster_id, asked, PAGE)


@router.post("/{cluster_id}", name="planner_cluster_save")
def save(
    request: Request, door: Writing, cluster_id: ItemId, asked: Turned, form: Annotated[ClusterForm, Form()]
) -> Response:
    """Rename and describe it."""
    with door.begin() as (session, site):
        edit_clusters.edit(session, site.id, cluster_id, ClusterChanges(form.name, form.description))
    return done_one(request, door, cluster_id, asked, "Saved.")


@router.post("/{cluster_id}/move", name="planner_cluster_move")
def move(request: Request, door: Writing, cluster_id: ItemId, asked: Turned, wish: Annotated[Into, Form()]) -> Response:
    """Move the chosen of its keywords into another cluster, or out of any."""
    with door.begin() as (session, site):
        target = named_cluster(session, site.id, wish.into) if wish.into.strip() else None
        moved = edit_clusters.move_keywords(session, site.id, wish.some(), target)
    return done_one(request, door, cluster_id, asked, f"{plural(moved, 'keyword')} moved.")


@router.post("/{cluster_id}/merge", name="planner_cluster_merge")
def merge_one(
    request: Request, door: Writing, cluster_id: ItemId, into: Annotated[str, Form(max_length=1_000)] = ""
) -> Response:
    """Merge this cluster into the named one, and show that."""
    with door.begin() as (session, site):
        target = named_cluster(session, site.id, into)
        edit_clusters.merge_into(session, site.id, target, [cluster_id], door.caller.name)
    return go(request, door, f"/clusters/{target}")


@router.post("/{cluster_id}/delete", name="planner_cluster_delete")
def delete(request: Request, door: Writing, cluster_id: ItemId) -> Response:
    """Delete it, where it is empty."""
    with door.begin() as (session, site):
        edit_clusters.delete(session, site.id, cluster_id)
    return go(request, door, "/clusters")


def go(request: Request, door: SiteDoor, path: str) -> Response:
    """Go to another page of the planner; this one is of something that is gone."""
    return leave(request, f"sites/{door.slug}/planner{path}")


def done(request: Request, door: SiteDoor, asked: ClusterQuery, sentence: str) -> Response:
    """The list as it is now, or the way back to it."""
    back = asked.listing(f"sites/{door.slug}/planner/clusters").under("")
    return after(request, back, sentence, lambda: show(request, door, asked, LIST))


def done_one(request: Request, door: SiteDoor, cluster_id: int, asked: ListQuery, sentence: str) -> Response:
    """The cluster as it is now, or the way back to it."""
    back = asked.listing(f"sites/{door.slug}/planner/clusters/{cluster_id}").under("")
    return after(
        request, back, sentence, lambda: show_one(request, door, cluster_id, asked, "planner/cluster_body.html")
    )


def show(request: Request, door: SiteDoor, asked: ClusterQuery, template: str) -> HTMLResponse:
    """The page or its list."""
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, "Clusters")
        found = load(session, site, asked)
    values = {"asked": asked, "found": found, "columns": COLUMNS, "state_of": state_of}
    return shown(request, template, "Clusters", place, asked.listing(f"{place.path}/clusters"), **values)


def show_one(request: Request, door: SiteDoor, cluster_id: int, asked: ListQuery, template: str) -> HTMLResponse:
    """One cluster with a page of its keywords, those with the most searches first."""
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, "Clusters")
        cluster = find_cluster(session, site.id, cluster_id)
        wanted = KeywordFilter(text=asked.q, cluster_id=cluster_id)
        page = page_of(count_keywords(session, site.id, wanted), asked.page)
        rows = list_keywords(
            session, site.id, wanted, order=KeywordOrder.VOLUME, limit=page.page_size, offset=offset_of(page)
        )
    values = {"cluster": cluster, "rows": rows, "page": page, "state": state_of(cluster)}
    listing = asked.listing(f"{place.path}/clusters/{cluster_id}")
    return shown(request, template, cluster.name, place, listing, state_of=keyword_list.state_of, **values)


def show_merges(request: Request, door: SiteDoor, asked: ListQuery, template: str) -> HTMLResponse:
    """A page of the merges."""
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, "Clusters")
        page = page_of(merges.count_merges(session, site.id), asked.page)
        rows = merges.list_merges(session, site.id, limit=page.page_size, offset=offset_of(page))
    listing = asked.listing(f"{place.path}/clusters/merges")
    return shown(request, template, "Merges", place, listing, rows=rows, page=page)


def shown(
    request: Request,
    template: str,
    title: str,
    place: Place,
    listing: Listing,
    **values: Any,  # noqa: ANN401
) -> HTMLResponse:
    """A template with what all of them need."""
    return render(
        request, template, title=f"{title}, {place.name}", frame=place.frame, place=place, listing=listing, **values
    )
