"""Builds of a website: what one would come to, opening it, following and stopping it; the check before a deployment."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import HTMLResponse, Response

from igny8_lib.credits.ledger import available_credits
from igny8_lib.site_builder.blueprints.finding import find_blueprint, pages_of
from igny8_lib.site_builder.building import cancelling
from igny8_lib.site_builder.building.estimating import estimate
from igny8_lib.site_builder.building.finding import find_build
from igny8_lib.site_builder.building.listing import View, list_builds
from igny8_lib.site_builder.building.opening import open_build
from igny8_lib.site_builder.deploying.checking import check
from igny8_web.api.shapes import PageNumber
from igny8_web.as_product import ProductAirflow
from igny8_web.doors import SiteDoor
from igny8_web.media import media
from igny8_web.pages.batches.asking import BLANK_IS_NONE
from igny8_web.pages.builder.doors import HIGHEST_ID, BlueprintId, BuildId, Reading, Running
from igny8_web.pages.builder.one import show
from igny8_web.pages.builder.view import BuildView
from igny8_web.pages.going import go
from igny8_web.pages.improving import WEBSITE, place_of
from igny8_web.pages.site import say
from igny8_web.pages.tables import ON_A_PAGE, Listing, Table
from igny8_web.pages.templating import render
from igny8_web.rates import BUILDING_SITES
from igny8_web.site_builds import start_soon
from igny8_web.website_places import WebsitePlaces

router = APIRouter(prefix="/sites/{slug}/website/{blueprint_id}")
MOST_REMARK = 2_000
OnePage = Annotated[Annotated[int, Field(ge=1, le=HIGHEST_ID)] | None, BLANK_IS_NONE]


class Wishes(BaseModel):
    """What a form asks for."""

    structure: bool = False
    every_page: bool = False
    page: OnePage = None
    replace: bool = False
    deploy: bool = False
    remark: Annotated[str, Field(max_length=MOST_REMARK)] = ""

    def told(self) -> dict[str, Any]:
        """The same for the library."""
        wishes = {"structure": self.structure, "every_page": self.every_page, "replace": self.replace}
        return wishes | {"deploy": self.deploy, "pages": [self.page] if self.page else []}


@router.get("/build", name="website_build_ask")
def ask(request: Request, door: Running, blueprint_id: BlueprintId, wishes: Annotated[Wishes, Query()]) -> HTMLResponse:
    """What the build would come to, and what it would replace, before it is opened."""
    with door.begin() as (session, site):
        blueprint = find_blueprint(session, site.id, blueprint_id)
        found = estimate(session, blueprint, **wishes.told())
        would = {each: estimate(session, blueprint, **wishes.told() | {"replace": each}) for each in (False, True)}
        named = next((page.title for page in pages_of(session, blueprint) if page.id == wishes.page), "")
        available = available_credits(session, site.account_id)
        place = place_of(session, site, door.caller.person, WEBSITE, "Websites")
        values: dict[str, Any] = {
            "name": blueprint.name,
            "found": found,
            "would": would,
            "named": named,
            "available": available,
        }
    values |= {"place": place, "wishes": wishes, "blueprint_id": blueprint_id, "is_short": found.credits > available}
    heading = "Plan the pages again?" if wishes.structure else f"Write “{named}” again?"
    return render(request, "builder/ask.html", title=heading, heading=heading, frame=place.frame, **values)


@router.post("/build", name="website_build", dependencies=[Depends(BUILDING_SITES)])
def open_one(
    request: Request,
    door: Running,
    blueprint_id: BlueprintId,
    airflow: ProductAirflow,
    wishes: Annotated[Wishes, Form()],
) -> Response:
    """Open the build and have Airflow begin it. Raises Conflict while another one works on the website,
    InsufficientCredits, and InvalidInput where nothing is left to do."""
    with door.begin() as (session, site):
        blueprint = find_blueprint(session, site.id, blueprint_id)
        build = open_build(session, blueprint, by=door.caller.name, remark=wishes.remark, **wishes.told())
        session.flush()
        number = build.id
    start_soon(airflow, door.caller.sessions, number)
    return told(request, door, blueprint_id, "The build is opened; it begins within a minute or two.")


@router.post("/builds/{build_id}/cancel", name="website_build_cancel")
def cancel(request: Request, door: Running, blueprint_id: BlueprintId, build_id: BuildId) -> Response:
    """Let no further step be begun. Raises Conflict where it has ended."""
    with door.begin() as (session, site):
        find_blueprint(session, site.id, blueprint_id)
        cancelling.cancel(session, find_build(session, site.id, build_id), by=door.caller.name)
    return told(request, door, blueprint_id, "The build is stopped; what was done stays.")


@router.get("/builds", name="website_builds")
def list_all(request: Request, door: Reading, blueprint_id: BlueprintId, page: PageNumber = 1) -> HTMLResponse:
    """All builds of the website with their steps, the newest first."""
    with door.begin() as (session, site):
        name = find_blueprint(session, site.id, blueprint_id).name
        found = list_builds(session, site.id, View(blueprint_id), page=page, page_size=ON_A_PAGE)
        place = place_of(session, site, door.caller.person, WEBSITE, "Websites")
    listing = Listing(f"{place.path}/website/{blueprint_id}/builds", {"page": str(page) if page > 1 else ""})
    values: dict[str, Any] = {
        "place": place,
        "table": Table([BuildView(each) for each in found.rows], page, found.total),
    }
    values |= {"listing": listing, "name": name, "blueprint_id": blueprint_id}
    return render(
        request, "builder/builds.html", title=f"Builds, {name}", heading="Builds", frame=place.frame, **values
    )


@router.get("/check", name="website_check", dependencies=[Depends(BUILDING_SITES)])
def look(request: Request, door: Running, blueprint_id: BlueprintId, places: WebsitePlaces) -> HTMLResponse:
    """What is wrong with the website before it is deployed, and what visitors would see otherwise; changes nothing."""
    with door.begin() as (session, site):
        name, site_id = find_blueprint(session, site.id, blueprint_id).name, site.id
        place = place_of(session, site, door.caller.person, WEBSITE, "Websites")
    report = check(door.caller.sessions, places, media(), site_id, blueprint_id)
    values: dict[str, Any] = {"place": place, "report": report, "blueprint_id": blueprint_id, "name": name}
    template = "builder/report.html" if "hx-request" in request.headers else "builder/check.html"
    return render(request, template, title=f"Check, {name}", heading=f"Check of {name}", frame=place.frame, **values)


def told(request: Request, door: SiteDoor, blueprint_id: int, said: str) -> Response:
    """The website as it is now, and what was done."""
    if "hx-request" in request.headers:
        return say(show(request, door, blueprint_id), said)
    return go(request, f"sites/{door.slug}/website/{blueprint_id}")
