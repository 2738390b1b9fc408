"""One website: its pages, what works on it, what is live and what a deployment would change."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import HTMLResponse, Response

from igny8_lib.amounts import Credits
from igny8_lib.credits.costs import costs_in_force
from igny8_lib.models import BuildStepKind, Site, SiteBlueprint
from igny8_lib.site_builder.blueprints.changing import delete
from igny8_lib.site_builder.blueprints.finding import find_blueprint, pages_of
from igny8_lib.site_builder.building.estimating import price_of
from igny8_lib.site_builder.building.listing import View, list_builds
from igny8_lib.site_builder.deploying.versions import deployments_of, find_version
from igny8_web.doors import SiteDoor
from igny8_web.pages.builder.doors import BlueprintId, Reading, Writing
from igny8_web.pages.builder.view import BuildView, PageRow, Price, WebsiteView
from igny8_web.pages.improving import WEBSITE, place_of
from igny8_web.pages.rules.doors import on_to
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}/website")


@router.get("/{blueprint_id}", name="website_one")
def show_one(request: Request, door: Reading, blueprint_id: BlueprintId) -> HTMLResponse:
    """The whole page, or the part of it that changes while one looks."""
    return show(request, door, blueprint_id)


@router.post("/{blueprint_id}/delete", name="website_delete")
def delete_one(request: Request, door: Writing, blueprint_id: BlueprintId) -> Response:
    """Delete a website that is neither live nor worked on. Raises Conflict."""
    with door.begin() as (session, site):
        name = find_blueprint(session, site.id, blueprint_id).name
        delete(session, site.id, blueprint_id, by=door.caller.name)
    return on_to(request, f"sites/{door.slug}/website", gone=name)


def show(request: Request, door: SiteDoor, blueprint_id: int) -> HTMLResponse:
    """The page of a website, or its part."""
    with door.begin() as (session, site):
        view = view_of(session, site, blueprint_id)
        place = place_of(session, site, door.caller.person, WEBSITE, "Websites")
    template = "builder/live.html" if "hx-request" in request.headers else "builder/one.html"
    name = view.facts.name
    return render(request, template, title=name, heading=name, frame=place.frame, place=place, view=view)


def view_of(session: Session, site: Site, blueprint_id: int) -> WebsiteView:
    """The website as it is now. Raises NotFound, also for another site's."""
    blueprint = find_blueprint(session, site.id, blueprint_id)
    pages = [PageRow(page) for page in pages_of(session, blueprint)]
    builds = list_builds(session, site.id, View(blueprint.id), page_size=1).rows
    live = next(iter(deployments_of(session, site.id, page_size=1).rows), None)
    cost = prices(session)
    price = Price(cost[BuildStepKind.STRUCTURE], cost[BuildStepKind.PAGE])
    newest = BuildView(builds[0]) if builds else None
    return WebsiteView(blueprint, pages, newest, live, price, address_of(session, blueprint))


def address_of(session: Session, blueprint: SiteBlueprint) -> str:
    """Where visitors find the website; empty where none of its versions is live."""
    if blueprint.deployed_version is None:
        return ""
    return find_version(session, blueprint.site_id, blueprint.deployed_version).base_url


def prices(session: Session) -> Mapping[BuildStepKind, Credits]:
    """What planning the pages, and writing one, cost now."""
    costs = costs_in_force(session)
    return {kind: price_of(costs, kind) for kind in (BuildStepKind.STRUCTURE, BuildStepKind.PAGE)}
