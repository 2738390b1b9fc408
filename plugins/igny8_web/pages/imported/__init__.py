"""Content that WordPress has, too: what changed where, and who wins where both sides changed it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse, Response

from igny8_lib.models import HostingType
from igny8_lib.publishing.importing import conflicts
from igny8_lib.publishing.importing.listing import SyncState
from igny8_lib.sites.access import Action, may
from igny8_web.api.importing import DECISIONS, ask
from igny8_web.api.importing_shapes import Winner
from igny8_web.api.shapes import PageNumber
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.pages.article.comparison import rows_of
from igny8_web.pages.article.showing import ContentId
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.going import go
from igny8_web.pages.imported.view import COLUMNS, DECIDED, Did, sync_of, table_of
from igny8_web.pages.planner.lists import leave
from igny8_web.pages.site import say
from igny8_web.pages.tables import Listing
from igny8_web.pages.templating import render
from igny8_web.rates import SYNCING

router = APIRouter(prefix="/sites/{slug}/imported")
Reading = Annotated[SiteDoor, Depends(OnPage(Action.READ))]
Writing = Annotated[SiteDoor, Depends(OnPage(Action.WRITE_CONTENT))]
State = Annotated[SyncState | None, Query()]
Version = Annotated[int, Form(ge=1, le=2**31 - 1)]


@router.get("", name="imported")
def list_all(
    request: Request, door: Reading, state: State = None, page: PageNumber = 1, did: Did | None = None
) -> HTMLResponse:
    """A page of the table, or the part of it that changes while a pass is under way."""
    return show(request, door, state, page, did)


@router.post("/sync", name="imported_sync", dependencies=[Depends(SYNCING)])
def sync(request: Request, door: Writing, full: Annotated[bool, Form()] = False) -> Response:  # noqa: FBT002 - a form's field
    """Have WordPress read: what changed, or everything."""
    with door.begin() as (session, site):
        ask(session, site, full=full)
    if "hx-request" not in request.headers:
        return go(request, f"sites/{door.slug}/imported")
    what = "Everything in WordPress" if full else "What changed in WordPress"
    return say(show(request, door, None, 1), f"{what} will be read: it begins within five minutes.")


def show(request: Request, door: SiteDoor, state: SyncState | None, page: int, did: Did | None = None) -> HTMLResponse:
    """The page, or the part that htmx asks for."""
    with door.begin() as (session, site):
        table = table_of(session, site, state, page)
        standing = sync_of(session, site)
        frame = frame_of_site(session, site, "Content")
        values = {"name": site.name, "slug": site.slug, "zone": site.timezone}
        values |= {"is_wordpress": site.hosting_type is HostingType.WORDPRESS}
    chosen = {"state": state.value if state else "", "page": str(page) if page > 1 else ""}
    values |= {"table": table, "sync": standing, "columns": COLUMNS, "note": DECIDED.get(did, "") if did else ""}
    values |= {"listing": Listing(f"sites/{door.slug}/imported", chosen)}
    template = "imported/list.html" if "hx-request" in request.headers else "imported/page.html"
    may_write = may(door.caller.person, Action.WRITE_CONTENT)
    title = f"WordPress content, {values['name']}"
    return render(request, template, title=title, frame=frame, may_write=may_write, **values)


@router.get("/{content_id}", name="conflict")
def show_conflict(request: Request, door: Reading, content_id: ContentId) -> HTMLResponse:
    """Both sides of an article that was changed in WordPress and here. Raises NotFound where it has no conflict."""
    with door.begin() as (session, site):
        sides = conflicts.show_conflict(session, site.id, content_id)
        frame = frame_of_site(session, site, "Content")
        values = {"name": site.name, "slug": site.slug, "zone": site.timezone, "content": sides.ours}
    values |= {"found": sides.difference, "rows": rows_of(sides.difference), "seen_at": sides.conflict.seen_at}
    values |= {"may_write": may(door.caller.person, Action.WRITE_CONTENT)}
    title = f"Conflict about {sides.ours.title}"
    return render(request, "imported/conflict.html", title=title, frame=frame, **values)


@router.post("/{content_id}/{winner}", name="conflict_decide")
def decide(request: Request, door: Writing, content_id: ContentId, winner: Winner, version: Version) -> Response:
    """Decide which text wins. Raises NotFound where it has no conflict, ChangedMeanwhile for another version."""
    with door.begin() as (session, site):
        DECISIONS[winner](session, site.id, content_id, version=version, by=door.caller.name)
    return leave(request, f"sites/{door.slug}/imported?did={winner.value}")
