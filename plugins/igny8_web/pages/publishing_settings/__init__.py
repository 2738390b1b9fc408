"""A site's publishing settings: when do articles go out, and as what?"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import HTMLResponse

from igny8_lib.errors import ChangedMeanwhile
from igny8_lib.publishing.feed import renew_key, switch_off
from igny8_lib.publishing.settings import MOST_TIMES, change
from igny8_lib.sites.access import Action
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.pages.forms import Posted
from igny8_web.pages.frame import frame_of_site
from igny8_web.pages.publishing_settings import form as forms
from igny8_web.pages.publishing_settings.view import Times, preview_of, stored_form, view_of
from igny8_web.pages.settings.form import Form as Typed
from igny8_web.pages.site import say
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}/settings/publishing")

Reading = Annotated[SiteDoor, Depends(OnPage(Action.READ))]
Managing = Annotated[SiteDoor, Depends(OnPage(Action.MANAGE))]
RHYTHM = frozenset(
    {
        "scheduling_mode",
        "publish_days",
        "publish_time_slots",
        "stagger_start_time",
        "stagger_end_time",
        "stagger_interval_minutes",
        "daily_publish_target",
    }
)
"""Settings that decide about slots."""


@router.get("", name="publishing_settings")
def show_settings(request: Request, door: Reading) -> HTMLResponse:
    """The whole page."""
    return show(request, door)


@router.post("", name="publishing_settings_save")
def save(request: Request, door: Managing, posted: Posted) -> HTMLResponse:
    """Save all settings, or none and say why: beside each field, or with both versions named."""
    door.check()
    typed = forms.form_typed(posted)
    if typed.errors:
        return show(request, door, typed, status=422)
    wished = forms.changes_of(typed.values)
    try:
        with door.begin() as (session, site):
            before = forms.changes_of(stored_form(session, site).values)
            change(session, site.id, wished, version=typed.version)
    except ChangedMeanwhile as stale:
        with door.begin() as (session, site):
            beside = forms.against(typed, stored_form(session, site))
        return show(request, door, beside, status=409, stale=stale)
    respread = any(before[name] != wished[name] for name in RHYTHM)
    return say(show(request, door, respread=respread), "Saved. Articles that have a date keep it.")


def show(
    request: Request,
    door: SiteDoor,
    form: Typed | None = None,
    *,
    status: int = 200,
    stale: ChangedMeanwhile | None = None,
    respread: bool = False,
) -> HTMLResponse:
    """The page, or its body for htmx, with what is stored or what was typed."""
    with door.begin() as (session, site):
        view = view_of(session, site, door.caller.person, form, respread=respread)
        frame = frame_of_site(session, site, "Settings")
    part = "hx-request" in request.headers
    template = "publishing_settings/body.html" if part else "publishing_settings/page.html"
    title = f"Publishing settings, {view.name}"
    origin = f"{request.url.scheme}://{request.url.netloc}"
    return render(request, template, status=status, title=title, frame=frame, view=view, stale=stale, origin=origin)


@router.get("/preview", name="publishing_settings_preview")
def preview(request: Request, door: Reading) -> HTMLResponse:
    """The next slots of what is being typed."""
    values = forms.typed_values(request.query_params)
    with door.begin() as (session, site):
        found = preview_of(session, site, values)
        zone = site.timezone
    return render(request, "publishing_settings/slots.html", preview=found, zone=zone)


@router.get("/times", name="publishing_settings_times")
def times(
    request: Request, door: Reading, drop: Annotated[int | None, Query(ge=0, lt=MOST_TIMES)] = None
) -> HTMLResponse:
    """The fields of the times of day with one more, or without one."""
    door.check()
    values = [request.query_params.get(f"time_{place}", "")[:30] for place in range(MOST_TIMES)]
    kept = [value for place, value in enumerate(values) if f"time_{place}" in request.query_params and place != drop]
    fields = [*kept, ""][:MOST_TIMES] if drop is None else kept or [""]
    shown = Times(fields, focus=len(fields) - 1)
    answer = render(request, "publishing_settings/times.html", times=shown, slug=door.slug, typed=None)
    answer.headers["HX-Trigger"] = "times-changed"
    return answer


@router.post("/feed", name="publishing_settings_feed")
def change_feed(request: Request, door: Managing, what: Annotated[Literal["renew", "off"], Form()]) -> HTMLResponse:
    """Make the address of the calendar for other programs anew, or let there be none."""
    with door.begin() as (session, site):
        if what == "renew":
            renew_key(session, site.id)
        else:
            switch_off(session, site.id)
    said = "The calendar has a new address; an old one finds nothing any more." if what == "renew" else "Switched off."
    return say(show(request, door), said)
