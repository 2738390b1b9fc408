"""A site's website: where its articles go, the connection to it, and what works there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import SecretStr
from starlette.responses import HTMLResponse

from igny8_lib.errors import Igny8Error, InvalidInput
from igny8_lib.models import Site
from igny8_lib.sites.access import Action
from igny8_lib.wordpress.check import Finding
from igny8_web.api.website import require_connection
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.pages.forms import Posted
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.site import say
from igny8_web.pages.templating import render
from igny8_web.pages.website.view import LONGEST, Form, view_of
from igny8_web.rates import CHECKING, CONNECTING
from igny8_web.website_connections import (
    Connections,
    WebsiteConnections,
    connection_typed,
    findings_of,
    require_wordpress,
)

router = APIRouter(prefix="/sites/{slug}/settings/website")
Reading = Annotated[SiteDoor, Depends(OnPage(Action.READ))]
Managing = Annotated[SiteDoor, Depends(OnPage(Action.MANAGE))]


@router.get("", name="website")
def show_website(request: Request, door: Reading, connections: WebsiteConnections) -> HTMLResponse:
    """The whole page."""
    return show(request, door, connections)


@router.post("", name="website_connect", dependencies=[Depends(CONNECTING)])
def connect(request: Request, door: Managing, connections: WebsiteConnections, posted: Posted) -> HTMLResponse:
    """Keep what was typed in Airflow, or say what is wrong with it; the password is never shown again."""
    site = wordpress_site(door)
    typed = Form(*(posted.get(name, "")[:LONGEST] for name in ("url", "username")))
    try:
        password = SecretStr(posted.get("password", ""))
        connection = connection_typed(typed.url, typed.username, password, lambda: connections.find(site.slug))
    except InvalidInput as refused:
        return show(request, door, connections, typed=typed, refused=str(refused))
    connections.keep(site.slug, connection)
    return say(show(request, door, connections), "Connected. Check the connection to see what works.")


@router.post("/check", name="website_check", dependencies=[Depends(CHECKING)])
def check(request: Request, door: Managing, connections: WebsiteConnections) -> HTMLResponse:
    """Look at the website, and tell what works; no transaction is open meanwhile."""
    site = wordpress_site(door)
    connection = require_connection(site, connections)
    return show(request, door, connections, findings=findings_of(connection, site.timezone))


def wordpress_site(door: SiteDoor) -> Site:
    """The site, where the caller may manage it and it is on WordPress."""
    with door.begin() as (_, site):
        require_wordpress(site)
    return site


def show(
    request: Request,
    door: SiteDoor,
    connections: Connections,
    *,
    typed: Form | None = None,
    refused: str = "",
    findings: Sequence[Finding] | None = None,
) -> HTMLResponse:
    """The page, or the part of it that htmx asks for."""
    with door.begin() as (session, site):
        frame = frame_of_site(session, site, "Settings")
    problem, stored = "", None
    try:
        stored = connections.find(site.slug)
    except Igny8Error as error:
        problem = str(error)
    view = view_of(site, door.caller.person, stored, typed=typed, refused=refused, problem=problem, findings=findings)
    template = "website/body.html" if "hx-request" in request.headers else "website/page.html"
    status = 400 if refused else 200
    return render(request, template, status=status, title=f"Website, {site.name}", frame=frame, view=view)
