"""The editor's page, whole or the part of it that changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import SiteBlueprint, SitePage
from igny8_lib.site_builder.assets.showing import images_of
from igny8_lib.site_builder.blueprints.finding import find_blueprint, find_page, pages_of
from igny8_web.doors import SiteDoor
from igny8_web.pages.batches.asking import BLANK_IS_NONE
from igny8_web.pages.builder.doors import HIGHEST_ID, BlueprintId, Reading
from igny8_web.pages.builder_editor.block_forms import BlockForm, form
from igny8_web.pages.builder_editor.view import EditorView, History, Told, seen_at
from igny8_web.pages.going import go
from igny8_web.pages.improving import WEBSITE, place_of
from igny8_web.pages.site import say
from igny8_web.pages.templating import Base, render
from igny8_web.previews import SANDBOX, address_of

router = APIRouter(prefix="/sites/{slug}/website/{blueprint_id}/edit")
HIGHEST_NUMBER = 2**31 - 1
PageId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]
BlockId = Annotated[str, Path(min_length=1, max_length=50)]
OnePage = Annotated[Annotated[int, Field(ge=1, le=HIGHEST_ID)] | None, BLANK_IS_NONE]
OneBlock = Annotated[str, Query(max_length=50)]
Revision = Annotated[Annotated[int, Field(ge=1, le=HIGHEST_NUMBER)] | None, BLANK_IS_NONE]
FIRST = "first"
"""Go on at the first field."""


@dataclass(frozen=True)
class Spot:
    """Who edits which page of which website."""

    request: Request
    door: SiteDoor
    blueprint_id: int
    page_id: int | None


@router.get("", name="website_edit")
def show_editor(
    request: Request,
    door: Reading,
    *,
    blueprint_id: BlueprintId,
    page: Annotated[OnePage, Query()] = None,
    block: OneBlock = "",
    at: Annotated[Revision, Query(description="The revision that undoing has come to.")] = None,
    top: Annotated[Revision, Query(description="The revision that redoing leads to.")] = None,
) -> HTMLResponse:
    """A page of the website, the first where none is named, with the form of a block where one is."""
    history = History(at, top) if at and top and at <= top else None
    return show(Spot(request, door, blueprint_id, page), Told(block=block, goes_in=True, history=history))


def show(spot: Spot, told: Told, status: int = 200) -> HTMLResponse:
    """The editor as it is now, with what is told."""
    request, door = spot.request, spot.door
    with door.begin() as (session, site):
        blueprint = find_blueprint(session, site.id, spot.blueprint_id)
        address = address_of(site.account_id, site.id, blueprint.id, door.caller.name)
        view = view_of(session, blueprint, spot.page_id, told, address)
        place = place_of(session, site, door.caller.person, WEBSITE, "Websites")
    heading = f"Edit {blueprint.name}" if place.may_write else f"Preview of {blueprint.name}"
    values = {"view": view, "place": place, "frame": place.frame, "sandbox": SANDBOX}
    if "hx-request" not in request.headers:
        return render(request, "builder_editor/page.html", status=status, title=heading, heading=heading, **values)
    answer = render(request, "builder_editor/part.html", status=status, **values)
    answer.headers["HX-Replace-Url"] = Base(request.scope.get("root_path", "")).page(f"{place.path}{where(view)}")
    return answer


def where(view: EditorView) -> str:
    """The editor's address as it is now, below the site's."""
    page = f"?page={view.page.id}" if view.page else ""
    block = f"&block={view.form.block_id}" if view.form and page else ""
    return f"/website/{view.facts.id}/edit{page}{block}"


def view_of(session: Session, blueprint: SiteBlueprint, page_id: int | None, told: Told, address: str) -> EditorView:
    """The website's pages, and the one that is edited. Raises NotFound for another website's."""
    pages = pages_of(session, blueprint)
    page = pages[0] if pages and page_id is None else None
    if page_id is not None:
        page = next((each for each in pages if each.id == page_id), None)
        if page is None:
            raise NotFound(f"“{blueprint.name}” has no such page: it may have been deleted.")
    opened = told.form or form_in(page, told)
    pictures = sorted(images_of(session, blueprint.site_id))
    preview = ""
    if page is not None:
        block = opened.block_id if opened else told.block
        anchor = f"#{block}" if block else ""
        preview = f"{address}{seen_at(pages, page)}?r={page.revision}{anchor}"
    return EditorView(blueprint, pages, page, told, opened, preview, pictures)


def form_in(page: SitePage | None, told: Told) -> BlockForm | None:
    """The form of a block of the page; None where it has no such block."""
    found = next((each for each in page.blocks if each["id"] == told.block), None) if page else None
    if found is None:
        return None
    return form(found["id"], found["type"], found["data"], focus=FIRST if told.goes_in else "")


def told_of(spot: Spot, said: str, told: Told) -> Response:
    """After a change: the editor as it is now and what was done; without script, the way to it."""
    if "hx-request" in spot.request.headers:
        return say(show(spot, told), said)
    query: dict[str, object] = {"page": spot.page_id} if spot.page_id else {}
    query |= {"block": told.block} if told.block else {}
    query |= {"at": told.history.at, "top": told.history.top} if told.history else {}
    return go(spot.request, f"sites/{spot.door.slug}/website/{spot.blueprint_id}/edit", **query)


def page_in(session: Session, site_id: int, blueprint_id: int, page_id: int) -> SitePage:
    """A page of the website. Raises NotFound for another website's."""
    page = find_page(session, site_id, page_id)
    if page.blueprint_id != find_blueprint(session, site_id, blueprint_id).id:
        raise NotFound("This website has no such page: it may have been deleted.")
    return page


def require_there(door: SiteDoor, blueprint_id: int, page_id: int | None = None) -> None:
    """Let nobody in who may not, before the form is read at all. Raises NotFound for what is somebody else's."""
    with door.begin() as (session, site):
        if page_id is None:
            find_blueprint(session, site.id, blueprint_id)
        else:
            page_in(session, site.id, blueprint_id, page_id)


def number_in(posted: Mapping[str, str], name: str) -> int:
    """A number of the form. Raises InvalidInput."""
    said = posted.get(name, "")
    if not (said.isascii() and said.isdecimal() and len(said) <= 9):
        raise InvalidInput("The form did not arrive whole: load the page again. Nothing was changed.")
    return int(said)


def one_of(posted: Mapping[str, str], name: str, offered: Sequence[str]) -> Any:  # noqa: ANN401 - one of the offered
    """What was pressed or chosen. Raises InvalidInput."""
    said = posted.get(name, "")
    if said not in offered:
        raise InvalidInput("The form did not arrive whole: load the page again. Nothing was changed.")
    return said


def sentence(wrong: Exception, field: str) -> str:
    """What is wrong with a field, as a sentence."""
    said = str(wrong).removeprefix(f"{field}: ")
    return f"{said[:1].upper()}{said[1:].rstrip('.')}."


def meanwhile(door: SiteDoor, page_id: int, kept: str) -> str:
    """Who saved the page meanwhile, and what became of what one did."""
    with door.begin() as (session, site):
        page = find_page(session, site.id, page_id)
        return f"{page.edited_by or 'The AI'} saved revision {page.revision} of this page meanwhile. {kept}"
