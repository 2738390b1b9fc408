"""The versions of a site's website: what is live, what can be live again, and what was live when."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse, Response

from igny8_lib.site_builder.deploying.rolling_back import rollback
from igny8_lib.site_builder.deploying.versions import deployments_of, versions_of
from igny8_web.api.shapes import PageNumber
from igny8_web.media import media
from igny8_web.pages.builder.doors import HIGHEST_NUMBER, Reading, Running, Version
from igny8_web.pages.builder.states import LIVE, VERSIONS
from igny8_web.pages.improving import WEBSITE, place_of
from igny8_web.pages.rules.doors import on_to
from igny8_web.pages.tables import ON_A_PAGE, Column, Listing, Table
from igny8_web.pages.templating import render
from igny8_web.rates import DEPLOYING
from igny8_web.website_places import WebsitePlaces

router = APIRouter(prefix="/sites/{slug}/website/versions")
COLUMNS = (Column("Version"), Column("State"), Column("Website"), Column("Made", right=True), Column("What to do"))
SHOWN = 20
"""Deployments that the page tells of."""


@router.get("", name="website_versions")
def list_all(
    request: Request,
    door: Reading,
    page: PageNumber = 1,
    now: Annotated[int, Query(ge=0, le=HIGHEST_NUMBER, description="A version that was just made live again.")] = 0,
) -> HTMLResponse:
    """The newest first, also those whose files are gone."""
    with door.begin() as (session, site):
        found = versions_of(session, site.id, page=page, page_size=ON_A_PAGE)
        deployments = deployments_of(session, site.id, page_size=SHOWN)
        place = place_of(session, site, door.caller.person, WEBSITE, "Versions")
    listing = Listing(f"{place.path}/website/versions", {"page": str(page) if page > 1 else ""})
    values: dict[str, Any] = {
        "place": place,
        "table": Table(found.rows, page, found.total),
        "listing": listing,
        "columns": COLUMNS,
    }
    values |= {"deployments": deployments, "states": VERSIONS, "is_live": LIVE}
    values |= {"now": next((each for each in deployments.rows[:1] if each.version == now), None)}
    title = f"Versions, {place.name}"
    return render(request, "builder/versions.html", title=title, heading="Versions", frame=place.frame, **values)


@router.post("/{version}/rollback", name="website_rollback", dependencies=[Depends(DEPLOYING)])
def roll_back(
    request: Request,
    door: Running,
    version: Version,
    places: WebsitePlaces,
    with_articles: Annotated[Literal["", "true"], Form()] = "",
) -> Response:
    """Make an earlier version live again, just as it was. Raises NotFound where it is not kept."""
    with door.begin() as (_, site):
        site_id = site.id
    rollback(
        door.caller.sessions, places, media(), site_id, version, by=door.caller.name, with_articles=bool(with_articles)
    )
    return on_to(request, f"sites/{door.slug}/website/versions", now=version)
