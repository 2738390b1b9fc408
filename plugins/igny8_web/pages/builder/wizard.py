"""The wizard: a website's brief in four steps. Each step is saved as one leaves it, so that nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse, Response

from igny8_lib.errors import ChangedMeanwhile
from igny8_lib.models import BuildStepKind
from igny8_lib.site_builder.blueprints.changing import change
from igny8_lib.site_builder.blueprints.creating import create
from igny8_lib.site_builder.blueprints.finding import find_blueprint, pages_of
from igny8_lib.site_builder.documents import BadStructure
from igny8_lib.site_builder.palettes import PALETTES
from igny8_lib.site_builder.personalities import PERSONALITIES
from igny8_lib.site_builder.typographies import TYPOGRAPHIES
from igny8_web.doors import SiteDoor
from igny8_web.pages.builder import typed
from igny8_web.pages.builder.doors import BlueprintId, Reading, Writing
from igny8_web.pages.builder.one import prices
from igny8_web.pages.builder.states import HOSTING
from igny8_web.pages.builder.typed import STEPS, STYLE, Refused, Typed, step_of
from igny8_web.pages.forms import Posted
from igny8_web.pages.improving import WEBSITE, place_of
from igny8_web.pages.rules.doors import on_to
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}/website")
Number = Annotated[int, Path(ge=1, le=len(STEPS), description="Of the step.")]
OFFERED = {
    "palettes": tuple(PALETTES.values()),
    "typographies": tuple(TYPOGRAPHIES.values()),
    "personalities": tuple(PERSONALITIES.values()),
    "kinds": typed.KINDS,
    "layouts": typed.LAYOUTS,
    "hosted": [(each.value, HOSTING[each]) for each in typed.HOSTED],
}


@router.get("/new", name="website_new")
def new(request: Request, door: Writing) -> HTMLResponse:
    """The first step of a website that is not there yet."""
    return show(request, door, typed.blank(step_of(1)), None)


@router.post("/new", name="website_create")
def save_new(request: Request, door: Writing, posted: Posted) -> Response:
    """Keep the first step, and on to the second; or say beside each field what is wrong."""
    door.check()
    form = typed.read(step_of(1), posted)
    try:
        with door.begin() as (session, site):
            made = create(session, site, typed.given(form, None), by=door.caller.name)
            session.flush()
            number = made.id
    except BadStructure as wrong:
        errors, refused = typed.told(form, wrong)
        return show(request, door, replace(form, errors=errors), None, status=422, refused=refused)
    return on_to(request, f"sites/{door.slug}/website/{number}/brief/2")


@router.get("/{blueprint_id}/brief/{number}", name="website_step")
def show_step(request: Request, door: Reading, blueprint_id: BlueprintId, number: Number) -> HTMLResponse:
    """One step as it is kept; who may not write reads it."""
    with door.begin() as (session, site):
        form = typed.stored(step_of(number), find_blueprint(session, site.id, blueprint_id))
    return show(request, door, form, blueprint_id)


@router.post("/{blueprint_id}/brief/{number}", name="website_step_save")
def save_step(request: Request, door: Writing, blueprint_id: BlueprintId, number: Number, posted: Posted) -> Response:
    """Keep the step and go on to the one that was asked for; or say beside each field what is wrong."""
    with door.begin() as (session, site):
        find_blueprint(session, site.id, blueprint_id)
    form = typed.read(step_of(number), posted)
    press = posted.get("press", "next")
    if press == "look":
        return show(request, door, form, blueprint_id)
    try:
        with door.begin() as (session, site):
            blueprint = find_blueprint(session, site.id, blueprint_id, lock=True)
            wished = typed.given(form, typed.stored(form.step, blueprint))
            change(session, blueprint, wished, revision=form.revision, by=door.caller.name)
    except BadStructure as wrong:
        errors, refused = typed.told(form, wrong)
        return show(request, door, replace(form, errors=errors), blueprint_id, status=422, refused=refused)
    except ChangedMeanwhile as newer:
        refused = Refused(f"Somebody saved version {newer.now} while you changed version {newer.yours}.", stale=True)
        return show(request, door, replace(form, revision=newer.now), blueprint_id, status=409, refused=refused)
    return on_to(request, f"sites/{door.slug}/website/{blueprint_id}{after(number, press)}")


def after(number: int, press: str) -> str:
    """The page that follows a step, below the website's own."""
    if press == "back":
        return f"/brief/{max(1, number - 1)}"
    if press == "next" and number < len(STEPS):
        return f"/brief/{number + 1}"
    return ""


def show(
    request: Request,
    door: SiteDoor,
    form: Typed,
    blueprint_id: int | None,
    *,
    status: int = 200,
    refused: Refused | None = None,
) -> HTMLResponse:
    """The page of a step."""
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, WEBSITE, "Websites")
        blueprint = find_blueprint(session, site.id, blueprint_id) if blueprint_id is not None else None
        heading = blueprint.name if blueprint else "New website"
        is_planned = blueprint is not None and bool(pages_of(session, blueprint))
        price = prices(session)[BuildStepKind.STRUCTURE]
    values = {"place": place, "form": form, "steps": STEPS, "refused": refused, "names": typed.NAMES}
    values |= {"blueprint_id": blueprint_id, "is_last": form.step.number == STYLE, "price": price, **OFFERED}
    values |= {"chosen": typed.theme_typed(form.values), "is_planned": is_planned}
    title = f"{form.step.title}, {heading}"
    return render(
        request, "builder/wizard.html", status=status, title=title, heading=heading, frame=place.frame, **values
    )
