"""Adding, changing, moving and removing blocks of a page, and undoing that; each is one request."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from igny8_lib.errors import ChangedMeanwhile, InvalidInput, NotFound
from igny8_lib.site_builder.assets.showing import images_of
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.blueprints import blocks as changing
from igny8_lib.site_builder.blueprints.finding import find_page
from igny8_lib.site_builder.blueprints.given import require_revision
from igny8_lib.site_builder.blueprints.revisions import restore
from igny8_lib.site_builder.documents import BadStructure
from igny8_web.pages.builder.doors import BlueprintId, Writing
from igny8_web.pages.builder_editor.block_forms import begun, form, rearranged, typed
from igny8_web.pages.builder_editor.seeing import (
    BlockId,
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
from igny8_web.pages.builder_editor.view import History, Told
from igny8_web.pages.forms import Posted

router = APIRouter(prefix="/sites/{slug}/website/{blueprint_id}/edit/{page_id}")
NOTHING = "Nothing was changed: look at it as it is now, then try again."
YOURS = "Nothing of yours was saved; it still stands below: save to put it over theirs."


@router.post("/blocks", name="website_block_add")
def add(request: Request, door: Writing, *, blueprint_id: BlueprintId, page_id: PageId, posted: Posted) -> Response:
    """A block with the example of its type, and its form."""
    require_there(door, blueprint_id, page_id)
    kind, place = one_of(posted, "type", [*BLOCKS]), number_in(posted, "place")
    try:
        with door.begin() as (session, site):
            page = page_in(session, site.id, blueprint_id, page_id)
            data = begun(kind, BLOCKS[kind].example, sorted(images_of(session, site.id)))
            there = {block["id"] for block in page.blocks}
            revision = number_in(posted, "revision")
            page = changing.add_block(session, page, kind, place, data, revision=revision, by=door.caller.name)
            new = next(block["id"] for block in page.blocks if block["id"] not in there)
    except ChangedMeanwhile:
        return stale(Spot(request, door, blueprint_id, page_id), page_id)
    said = f"{BLOCKS[kind].title} is added, with an example of what it can say."
    return told_of(Spot(request, door, blueprint_id, page_id), said, Told(block=new, goes_in=True))


@router.post("/blocks/{block_id}", name="website_block_save")
def save(
    request: Request, door: Writing, *, blueprint_id: BlueprintId, page_id: PageId, block_id: BlockId, posted: Posted
) -> Response:
    """Save what a block says, or say beside the field why not; adding, removing and moving items of its lists only
    draws the form anew."""
    with door.begin() as (session, site):
        page = page_in(session, site.id, blueprint_id, page_id)
        kind = next((block["type"] for block in page.blocks if block["id"] == block_id), "")
    if kind not in BLOCKS:
        raise NotFound("This block is not on the page any more: load the page again.")
    data, press = typed(kind, posted), posted.get("press", "save")
    if press != "save":
        focus = rearranged(kind, data, press)
        return show(Spot(request, door, blueprint_id, page_id), Told(form=form(block_id, kind, data, focus=focus)))
    try:
        with door.begin() as (session, site):
            page = find_page(session, site.id, page_id)
            revision = number_in(posted, "revision")
            changing.change_block(session, page, block_id, data, revision=revision, by=door.caller.name)
    except BadStructure as wrong:
        place = ".".join(wrong.field.split(".")[3:])
        errors = {place: sentence(wrong, wrong.field)}
        told = Told(form=form(block_id, kind, data, errors, place), refused="" if place else str(wrong))
        return show(Spot(request, door, blueprint_id, page_id), told, 422)
    except ChangedMeanwhile:
        told = Told(meanwhile(door, page_id, YOURS), stale=True, form=form(block_id, kind, data))
        return show(Spot(request, door, blueprint_id, page_id), told, 409)
    return told_of(Spot(request, door, blueprint_id, page_id), "Saved.", Told(block=block_id))


@router.post("/blocks/{block_id}/place", name="website_block_place")
def put(
    request: Request, door: Writing, *, blueprint_id: BlueprintId, page_id: PageId, block_id: BlockId, posted: Posted
) -> Response:
    """Move a block up or down, or take it off the page."""
    require_there(door, blueprint_id, page_id)
    press = one_of(posted, "press", ["up", "down", "remove"])
    revision, by = number_in(posted, "revision"), door.caller.name
    try:
        with door.begin() as (session, site):
            page = page_in(session, site.id, blueprint_id, page_id)
            if press == "remove":
                changing.remove_block(session, page, block_id, revision=revision, by=by)
            else:
                place = changing.place_of(page, block_id) + (1 if press == "down" else -1)
                changing.move_block(session, page, block_id, place, revision=revision, by=by)
    except ChangedMeanwhile:
        return stale(Spot(request, door, blueprint_id, page_id), page_id)
    said = "The block is removed; undo brings it back." if press == "remove" else f"Moved {press}."
    opened = posted.get("open", "")[:50]
    return told_of(Spot(request, door, blueprint_id, page_id), said, Told(block=opened))


@router.post("/history", name="website_page_history")
def step(request: Request, door: Writing, *, blueprint_id: BlueprintId, page_id: PageId, posted: Posted) -> Response:
    """Let the page say again what it said before the last change, or after the one that was undone."""
    require_there(door, blueprint_id, page_id)
    press = one_of(posted, "press", ["undo", "redo"])
    at, top = number_in(posted, "at"), number_in(posted, "top")
    wanted = at + (1 if press == "redo" else -1)
    if not 1 <= wanted <= top:
        raise InvalidInput("There is nothing left to undo or to bring back.")
    try:
        with door.begin() as (session, site):
            page = find_page(session, site.id, page_in(session, site.id, blueprint_id, page_id).id, lock=True)
            require_revision(page, number_in(posted, "revision"), "the page")
            restore(session, page, wanted, by=door.caller.name)
    except ChangedMeanwhile:
        return stale(Spot(request, door, blueprint_id, page_id), page_id)
    except BadStructure as wrong:
        return show(Spot(request, door, blueprint_id, page_id), Told(refused=sentence(wrong, wrong.field)), 422)
    said = "Undone." if press == "undo" else "Brought back."
    told = Told(history=History(wanted, top), block=posted.get("open", "")[:50])
    return told_of(Spot(request, door, blueprint_id, page_id), said, told)


def stale(spot: Spot, page_id: int) -> Response:
    """The page as somebody else made it meanwhile."""
    return show(spot, Told(meanwhile(spot.door, page_id, NOTHING), stale=True), 409)
