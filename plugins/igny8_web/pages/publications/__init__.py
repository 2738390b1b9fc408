"""What is published: which articles went out, which did not and why, and how each post came to be."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from pydantic import Field
from starlette.responses import HTMLResponse, Response

from igny8_lib.errors import InvalidInput
from igny8_lib.models import PublicationStatus
from igny8_lib.publishing.asking import MOST_AT_ONCE
from igny8_lib.publishing.publications import find_publication
from igny8_lib.sites import access
from igny8_lib.sites.access import may
from igny8_web.api.shapes import PageNumber
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.going import go
from igny8_web.pages.publications.actions import Action, ask, ask_one, sentence
from igny8_web.pages.publications.detail import detail_of
from igny8_web.pages.publications.rows import COLUMNS, table_of
from igny8_web.pages.site import say
from igny8_web.pages.tables import Listing
from igny8_web.pages.templating import render
from igny8_web.pages.website.missing import why_nothing_goes_live
from igny8_web.rates import PUBLISHING
from igny8_web.website_connections import Connections, WebsiteConnections

router = APIRouter(prefix="/sites/{slug}/publications")
HIGHEST_ID = 2**63 - 1
Reading = Annotated[SiteDoor, Depends(OnPage(access.Action.READ))]
Writing = Annotated[SiteDoor, Depends(OnPage(access.Action.WRITE_CONTENT))]
PublicationId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]
Status = Annotated[PublicationStatus | None, Query()]
AnId = Annotated[int, Field(ge=1, le=HIGHEST_ID)]
Ids = Annotated[list[AnId] | None, Form(max_length=MOST_AT_ONCE)]


@router.get("", name="publications")
def list_all(
    request: Request, door: Reading, connections: WebsiteConnections, status: Status = None, page: PageNumber = 1
) -> HTMLResponse:
    """A page of the table, or the part of it that changes while one looks."""
    return show(request, door, connections, status, page)


@router.post("/act/{action}", name="publications_act", dependencies=[Depends(PUBLISHING)])
def act(  # noqa: PLR0917 - each is a part of the address or of the form
    request: Request,
    door: Writing,
    connections: WebsiteConnections,
    action: Action,
    status: Status = None,
    page: PageNumber = 1,
    ids: Ids = None,
) -> Response:
    """Ask it of the chosen articles; what was refused is told above the table."""
    door.check()
    if not ids:
        raise InvalidInput("Nothing is chosen, so nothing was asked: tick at least one box first.")
    with door.begin() as (session, site):
        asked = ask(session, site, action, ids, door.caller.name)
    refused = list(asked.refused.values())
    if "hx-request" not in request.headers and not refused:
        return go(request, listing_of(door.slug, status, page).under(""))
    answer = show(request, door, connections, status, page, refused=refused)
    return say(answer, sentence(action, len(asked.publications))) if asked.publications else answer


def show(
    request: Request,
    door: SiteDoor,
    connections: Connections,
    status: PublicationStatus | None,
    page: int,
    *,
    refused: list[str] | None = None,
) -> HTMLResponse:
    """The page, or the part that htmx asks for."""
    with door.begin() as (session, site):
        table = table_of(session, site, status, page)
        frame = frame_of_site(session, site, "Content")
        values = {"name": site.name, "slug": site.slug, "zone": site.timezone}
    listing = listing_of(door.slug, status, page)
    values |= {"table": table, "columns": COLUMNS, "listing": listing, "refused": refused or []}
    is_part = "hx-request" in request.headers
    template = "publications/list.html" if is_part else "publications/page.html"
    missing = "" if is_part else why_nothing_goes_live(site, connections)
    may_write = may(door.caller.person, access.Action.WRITE_CONTENT)
    title = f"Publications, {values['name']}"
    return render(request, template, title=title, frame=frame, may_write=may_write, missing=missing, **values)


def listing_of(slug: str, status: PublicationStatus | None, page: int) -> Listing:
    """The table's addresses."""
    chosen = {"status": status.value if status else "", "page": str(page) if page > 1 else ""}
    return Listing(f"sites/{slug}/publications", chosen)


@router.get("/{publication_id}", name="publication")
def show_one(request: Request, door: Reading, publication_id: PublicationId) -> HTMLResponse:
    """One publication with its steps, or the part of it that changes while one looks."""
    with door.begin() as (session, site):
        view = detail_of(site, find_publication(session, site.id, publication_id))
        frame = frame_of_site(session, site, "Content")
    template = "publications/steps.html" if "hx-request" in request.headers else "publications/one.html"
    may_write = may(door.caller.person, access.Action.WRITE_CONTENT)
    title = f"Publication of {view.row.listed.title}"
    return render(request, template, title=title, frame=frame, view=view, may_write=may_write)


@router.post("/{publication_id}/{action}", name="publication_act", dependencies=[Depends(PUBLISHING)])
def act_on_one(request: Request, door: Writing, publication_id: PublicationId, action: Action) -> Response:
    """Ask it of this one. Raises Conflict where that is not possible now."""
    with door.begin() as (session, site):
        publication = find_publication(session, site.id, publication_id).publication
        ask_one(session, site, action, publication.content_id, door.caller.name)
    if "hx-request" in request.headers:
        return say(show_one(request, door, publication_id), sentence(action, 1))
    return go(request, f"sites/{door.slug}/publications/{publication_id}")
