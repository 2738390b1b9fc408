"""New pages, and a page's own fields, place and end."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

from igny8_lib.errors import ChangedMeanwhile, InvalidInput
from igny8_lib.site_builder.blueprints.finding import find_blueprint, pages_of
from igny8_lib.site_builder.blueprints.pages import change_page, create_page, delete_page, move_page
from igny8_lib.site_builder.documents import BadStructure
from igny8_web.pages.builder.doors import BlueprintId, Writing
from igny8_web.pages.builder_editor.seeing import (
    PageId,
    Spot,
    meanwhile,
    number_in,
    one_of,
    page_in,
    require_there,
    sentence,
    show,
    told_of,
)
from igny8_web.pages.builder_editor.view import TEXTS, Told
from igny8_web.pages.forms import Posted

router = APIRouter(prefix="/sites/{slug}/website/{blueprint_id}/edit")
LONGEST = 5_000
YOURS = "Nothing of yours was saved; it still stands below: save to put it over theirs."
MADE = "The page is there. Add blocks, or let the AI write it."


@router.post("/pages", name="website_page_new")
def new(request: Request, door: Writing, *, blueprint_id: BlueprintId, posted: Posted) -> Response:
    """A page at the end, without blocks."""
    require_there(door, blueprint_id)
    values = texts(posted, ("title", "slug", "type"))
    given = values | {"slug": values["slug"] or slug_of(values["title"])}
    try:
        with door.begin() as (session, site):
            blueprint = find_blueprint(session, site.id, blueprint_id)
            page_id = create_page(session, blueprint, given, by=door.caller.name).id
    except BadStructure as wrong:
        told = Told(new_page=values, new_errors={wrong.field: sentence(wrong, wrong.field)})
        return show(Spot(request, door, blueprint_id, number_in(posted, "page") or None), told, 422)
    return told_of(Spot(request, door, blueprint_id, page_id), MADE, Told())


@router.post("/pages/{page_id}", name="website_page_save")
def save(request: Request, door: Writing, *, blueprint_id: BlueprintId, page_id: PageId, posted: Posted) -> Response:
    """Save a page's own fields, or say beside each what is wrong."""
    require_there(door, blueprint_id, page_id)
    values = texts(posted, TEXTS)
    try:
        with door.begin() as (session, site):
            page = page_in(session, site.id, blueprint_id, page_id)
            change_page(session, page, values, revision=number_in(posted, "revision"), by=door.caller.name)
    except BadStructure as wrong:
        name = wrong.field if wrong.field in TEXTS else "slug"
        told = Told(page_values=values, page_errors={name: sentence(wrong, wrong.field)})
        return show(Spot(request, door, blueprint_id, page_id), told, 422)
    except ChangedMeanwhile:
        told = Told(meanwhile(door, page_id, YOURS), stale=True, page_values=values)
        return show(Spot(request, door, blueprint_id, page_id), told, 409)
    return told_of(Spot(request, door, blueprint_id, page_id), "Saved.", Told())


@router.post("/pages/{page_id}/place", name="website_page_place")
def put(request: Request, door: Writing, *, blueprint_id: BlueprintId, page_id: PageId, posted: Posted) -> Response:
    """Move a page in the navigation, or delete it with its revisions."""
    require_there(door, blueprint_id, page_id)
    press = one_of(posted, "press", ["up", "down", "delete"])
    with door.begin() as (session, site):
        page = page_in(session, site.id, blueprint_id, page_id)
        if press == "delete":
            delete_page(session, page, by=door.caller.name)
        else:
            there = [each.id for each in pages_of(session, find_blueprint(session, site.id, blueprint_id))]
            place = there.index(page_id) + (1 if press == "down" else -1)
            move_page(session, page, place, by=door.caller.name)
    if press == "delete":
        return told_of(Spot(request, door, blueprint_id, None), "The page is deleted.", Told())
    return told_of(Spot(request, door, blueprint_id, page_id), f"Moved {press}.", Told())


def texts(posted: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """The texts of a form. Raises InvalidInput where it is not whole."""
    if any(name not in posted or len(posted[name]) > LONGEST for name in names):
        raise InvalidInput("The form did not arrive whole: load the page again. Nothing was changed.")
    return {name: posted[name].replace("\r\n", "\n").strip() for name in names}


def slug_of(title: str) -> str:
    """A slug that the title suggests; "" where it has no letters for one."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:80].strip("-")
