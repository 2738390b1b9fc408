"""Keywords: find them, change them, let runs take them or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response, StreamingResponse

from igny8_lib.models import SearchIntent, Site
from igny8_lib.planner import edit_clusters, edit_keywords
from igny8_lib.planner.edit_keywords import KeywordChanges
from igny8_lib.planner.ideas import cluster_id
from igny8_lib.planner.keyword_export import csv_blocks
from igny8_lib.planner.listing import find_keyword, list_sectors
from igny8_web.doors import SiteDoor
from igny8_web.pages.planner.chosen_run import run_on
from igny8_web.pages.planner.doors import ItemId, Reading, Running, Writing
from igny8_web.pages.planner.keyword_list import COLUMNS, KeywordQuery, load, state_of
from igny8_web.pages.planner.lists import Chosen, after
from igny8_web.pages.planner.place import place_of
from igny8_web.pages.templating import render
from igny8_web.pages.words import plural

router = APIRouter()
Asked = Annotated[KeywordQuery, Query()]
Picked = Annotated[Chosen, Form()]
LIST = "planner/keyword_list.html"
INTENTS = [(intent.value, intent.value.capitalize()) for intent in SearchIntent]


blank = BeforeValidator(lambda text: text or None)
"""A field that is left empty."""


class KeywordForm(BaseModel):
    """A keyword as it is to be; what is left empty is unknown."""

    text: str = Field(max_length=2_000)
    volume: Annotated[int | None, blank] = Field(default=None, ge=0, le=2**31)
    difficulty: Annotated[Decimal | None, blank] = Field(default=None, max_digits=12)
    cpc: Annotated[Decimal | None, blank] = Field(default=None, max_digits=20)
    intent: Annotated[SearchIntent | None, blank] = None
    sector: str = Field(default="", max_length=1_000)


class Moved(Chosen):
    """Keywords, and the name of the cluster that they go to; none to wait to be clustered."""

    into: str = Field(default="", max_length=1_000)


@router.get("/keywords", name="planner_keywords")
def keywords(request: Request, door: Reading, asked: Asked) -> HTMLResponse:
    """The list."""
    return show(request, door, asked, "planner/keywords.html")


@router.get("/keywords.csv", name="planner_keywords_csv")
def export(door: Reading, asked: Asked) -> StreamingResponse:
    """What the filters leave, as a file; the import reads it back."""
    with door.begin() as (_, site):
        name = f"{site.slug}-keywords.csv"
    blocks = csv_blocks(door.caller.sessions, site.id, asked.wanted)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(blocks, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/keywords/disable", name="planner_disable")
def disable(request: Request, door: Writing, asked: Asked, chosen: Picked) -> Response:
    """Let no run take the chosen keywords."""
    return act(
        request,
        door,
        asked,
        chosen.through(door),
        "disabled",
        lambda session, site, ids: switch(session, site, ids, off=True),
    )


@router.post("/keywords/enable", name="planner_enable")
def enable(request: Request, door: Writing, asked: Asked, chosen: Picked) -> Response:
    """Let runs take them again."""
    return act(
        request,
        door,
        asked,
        chosen.through(door),
        "enabled",
        lambda session, site, ids: switch(session, site, ids, off=False),
    )


def switch(session: Session, site: Site, ids: Sequence[int], *, off: bool) -> int:
    """Disable or enable; how many changed."""
    return edit_keywords.set_disabled(session, site.id, ids, disabled=off)


@router.post("/keywords/delete", name="planner_delete")
def delete(request: Request, door: Writing, asked: Asked, chosen: Picked) -> Response:
    """Delete them; their clusters stay."""
    return act(
        request,
        door,
        asked,
        chosen.through(door),
        "deleted",
        lambda session, site, ids: edit_keywords.delete(session, site.id, ids),
    )


@router.post("/keywords/move", name="planner_move")
def move(request: Request, door: Writing, asked: Asked, moved: Annotated[Moved, Form()]) -> Response:
    """Move them into a cluster, by its name, or out of any."""

    def into(session: Session, site: Site, ids: Sequence[int]) -> int:
        target = cluster_id(session, site.id, moved.into) if moved.into.strip() else None
        return edit_clusters.move_keywords(session, site.id, ids, target)

    return act(request, door, asked, moved.through(door), "moved", into)


@router.post("/keywords/cluster", name="planner_cluster")
def cluster(request: Request, door: Running, asked: Asked, chosen: Picked) -> Response:
    """Cluster the chosen keywords now: a run of stage 1 on them alone."""
    ids = chosen.through(door)
    run_on(door, 1, ids)
    return done(request, door, asked, f"A run that clusters {plural(len(ids), 'keyword')} starts within seconds.")


def act(  # noqa: PLR0917 - each is another thing
    request: Request,
    door: SiteDoor,
    asked: KeywordQuery,
    ids: Sequence[int],
    what: str,
    do: Callable[[Session, Site, Sequence[int]], int],
) -> Response:
    """Do it to all of them or to none, and say to how many."""
    with door.begin() as (session, site):
        count = do(session, site, ids)
    same = "" if count == len(ids) else f", {len(ids) - count} were already"
    return done(request, door, asked, f"{plural(count, 'keyword')} {what}{same}.")


def done(request: Request, door: SiteDoor, asked: KeywordQuery, sentence: str) -> Response:
    """The list as it is now, or the way back to it."""
    back = asked.listing(f"sites/{door.slug}/planner/keywords").under("")
    return after(request, back, sentence, lambda: show(request, door, asked, LIST))


@router.get("/keywords/{keyword_id}", name="planner_keyword")
def edit_form(request: Request, door: Writing, keyword_id: ItemId, asked: Asked) -> HTMLResponse:
    """A keyword to change: in its row, or as a page of its own."""
    template = "planner/keyword_edit.html" if "hx-request" in request.headers else "planner/keyword_page.html"
    return show_one(request, door, keyword_id, asked, template)


@router.get("/keywords/{keyword_id}/row", name="planner_keyword_row")
def row(request: Request, door: Reading, keyword_id: ItemId, asked: Asked) -> HTMLResponse:
    """A keyword's row as it is stored."""
    return show_one(request, door, keyword_id, asked, "planner/keyword_row.html")


@router.post("/keywords/{keyword_id}", name="planner_keyword_save")
def save(
    request: Request, door: Writing, keyword_id: ItemId, asked: Asked, form: Annotated[KeywordForm, Form()]
) -> Response:
    """Save a keyword, and show its row again."""
    changes = KeywordChanges(**form.model_dump())  # type: ignore[typeddict-item]
    with door.begin() as (session, site):
        edit_keywords.edit(session, site.id, keyword_id, changes)
    back = asked.listing(f"sites/{door.slug}/planner/keywords").under("")
    show_row = lambda: show_one(request, door, keyword_id, asked, "planner/keyword_row.html")  # noqa: E731
    return after(request, back, "Saved.", show_row)


def show_one(request: Request, door: SiteDoor, keyword_id: int, asked: KeywordQuery, template: str) -> HTMLResponse:
    """One keyword by a template."""
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, "Keywords")
        keyword = find_keyword(session, site.id, keyword_id)
        sectors = list_sectors(session, site.id)
    values = {"place": place, "frame": place.frame, "keyword": keyword, "state_of": state_of, "sectors": sectors}
    listing = asked.listing(f"{place.path}/keywords")
    title = f"Change a keyword, {place.name}"
    return render(request, template, title=title, listing=listing, intents=INTENTS, columns=COLUMNS, **values)


def show(request: Request, door: SiteDoor, asked: KeywordQuery, template: str) -> HTMLResponse:
    """The page or its list, as it is now."""
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, "Keywords")
        found = load(session, site, asked)
    return render(
        request,
        template,
        title=f"Keywords, {place.name}",
        frame=place.frame,
        place=place,
        asked=asked,
        found=found,
        listing=asked.listing(f"{place.path}/keywords"),
        columns=COLUMNS,
        intents=INTENTS,
        state_of=state_of,
    )
