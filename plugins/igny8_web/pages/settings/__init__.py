"""A site's settings: what will the next run do?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse

from igny8_lib.credits.budgets import clear_site_shares
from igny8_lib.errors import ChangedMeanwhile, InvalidInput
from igny8_lib.review.improvement_settings import change
from igny8_lib.sites.access import Action
from igny8_lib.sites.configuration import configure
from igny8_web.caller import SignedIn
from igny8_web.doors import SiteDoor
from igny8_web.pages.forms import Posted
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.settings import improvement as improvements
from igny8_web.pages.settings import view as views
from igny8_web.pages.settings.budget import save_shares
from igny8_web.pages.settings.form import ON, Form, against, form_typed
from igny8_web.pages.settings.schedule import DAYS as WEEKDAYS
from igny8_web.pages.settings.schedule import FREQUENCIES, starts_of
from igny8_web.pages.site import Slug, reader, say
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}/settings")


def manager(caller: SignedIn, slug: Slug) -> SiteDoor:
    """Whoever may change its settings."""
    return SiteDoor(caller, slug, Action.MANAGE)


Reading = Annotated[SiteDoor, Depends(reader)]
Managing = Annotated[SiteDoor, Depends(manager)]


@router.get("", name="settings")
def show_settings(request: Request, door: Reading) -> HTMLResponse:
    """The whole page."""
    return show(request, door)


@router.post("", name="settings_save")
def save(request: Request, door: Managing, posted: Posted) -> HTMLResponse:
    """Save all settings, or none and say why: beside each field, or with both versions named."""
    door.check()
    typed = form_typed(posted)
    if typed.errors:
        return show(request, door, typed, status=422)
    try:
        with door.begin() as (session, site):
            configure(session, site.id, typed.changes(), version=typed.version)
    except ChangedMeanwhile as stale:
        with door.begin() as (session, site):
            beside = against(typed, views.stored_form(session, site))
        return show(request, door, beside, status=409, stale=stale)
    return say(show(request, door), "Saved. It holds from the next run on.")


def show(
    request: Request,
    door: SiteDoor,
    form: Form | None = None,
    *,
    part: str = "settings/body.html",
    status: int = 200,
    shares: Mapping[str, str] | None = None,
    improvement: Form | None = None,
    **told: object,
) -> HTMLResponse:
    """The page, or the part of it that htmx asks for, with what is stored or what was typed."""
    with door.begin() as (session, site):
        view = views.view_of(session, site, door.caller.person, form, shares=shares, improvement=improvement)
        frame = frame_of_site(session, site, "Settings")
    values = {
        "frame": frame,
        "view": view,
        "frequencies": FREQUENCIES,
        "weekdays": WEEKDAYS,
        "stale": None,
        "stale_improvement": None,
        "refused": "",
    }
    template = part if "hx-request" in request.headers else "settings/page.html"
    return render(request, template, status=status, title=f"Settings, {view.name}", **(values | told))


@router.get("/schedule", name="settings_schedule")
def preview(request: Request, door: Reading) -> HTMLResponse:
    """What the schedule that is being typed comes to."""
    with door.begin() as (_, site):
        slug, zone = site.slug, site.timezone
    typed = dict(request.query_params)
    starts = starts_of(typed, slug, zone, enabled=typed.get("is_enabled") == ON)
    return render(request, "settings/starts.html", starts=starts, zone=zone)


@router.post("/budget", name="settings_budget")
def save_budget(request: Request, door: Managing, posted: Posted) -> HTMLResponse:
    """Give the site the shares that were typed, or the usual ones again."""
    part = "settings/budget.html"
    try:
        with door.begin() as (session, site):
            if posted.get("follow"):
                clear_site_shares(session, site.id)
            else:
                save_shares(session, site, posted)
    except InvalidInput as refused:
        return show(request, door, part=part, status=refused.http_status, shares=posted, refused=str(refused))
    return say(show(request, door, part=part), "Shares saved. They hold from the next run on.")


@router.post("/improvement", name="settings_improvement")
def save_improvement(request: Request, door: Managing, posted: Posted) -> HTMLResponse:
    """Save how articles are scored, linked and optimized: all of it, or nothing and say why."""
    door.check()
    typed = improvements.form_typed(posted)
    part = "settings/improvement.html"
    if typed.errors:
        return show(request, door, part=part, status=422, improvement=typed)
    try:
        with door.begin() as (session, site):
            change(session, site.id, improvements.changes_of(typed.values), version=typed.version)
    except ChangedMeanwhile as stale:
        with door.begin() as (session, site):
            beside = improvements.against(typed, improvements.improvement_form(session, site))
        return show(request, door, part=part, status=409, improvement=beside, stale_improvement=stale)
    return say(show(request, door, part=part), "Saved. Scores are weighed by it at once, runs from the next one on.")
