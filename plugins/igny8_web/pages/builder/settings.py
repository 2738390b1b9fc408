"""Where a site's website goes, and how much of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from igny8_lib.errors import ChangedMeanwhile, InvalidInput
from igny8_lib.site_builder.deploying.settings import WebsiteSettings, change, read
from igny8_lib.site_builder.documents import BadStructure
from igny8_lib.sites.naming import website_connection
from igny8_web.doors import SiteDoor
from igny8_web.pages.builder.doors import Managing, Reading
from igny8_web.pages.forms import Posted
from igny8_web.pages.improving import WEBSITE, place_of
from igny8_web.pages.rules.doors import on_to
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites/{slug}/website/settings")
LONGEST = 1_000
WRONG = {
    "target_url": "Enter the address of a folder such as s3://bucket/site, or nothing for the platform’s own folder.",
    "public_url": "Enter where visitors find the website: its whole address with https at the front.",
    "versions_kept": "Enter a whole number from 1 to 50.",
    "asset_quota_mb": "Enter a whole number from 1 to 100,000.",
}


@dataclass(frozen=True)
class Form:
    """What stands in the form."""

    revision: int
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)


@router.get("", name="website_settings")
def show_settings(request: Request, door: Reading, saved: bool = False) -> HTMLResponse:  # noqa: FBT001, FBT002 - a query
    """The settings; who may not manage reads them."""
    with door.begin() as (session, site):
        settings, revision = read(session, site.id)
    return show(request, door, Form(revision, {name: str(value) for name, value in settings}), saved=saved)


@router.post("", name="website_settings_save")
def save(request: Request, door: Managing, posted: Posted) -> Response:
    """Save all settings, or none and say why beside the field."""
    door.check()
    form = typed(posted)
    if form.errors:
        return show(request, door, form, status=422)
    try:
        with door.begin() as (session, site):
            change(session, site.id, form.values, revision=form.revision, by=door.caller.name)
    except BadStructure as wrong:
        errors = {wrong.field: WRONG.get(wrong.field, str(wrong))}
        return show(request, door, Form(form.revision, form.values, errors), status=422)
    except ChangedMeanwhile as newer:
        stale = f"Somebody saved version {newer.now} while you changed version {newer.yours}."
        return show(request, door, Form(newer.now, form.values), status=409, stale=stale)
    return on_to(request, f"sites/{door.slug}/website/settings", saved=True)


def typed(posted: Mapping[str, str]) -> Form:
    """The form as it was sent. Raises InvalidInput where it is not whole."""
    revision = posted.get("revision", "")
    names = tuple(WebsiteSettings.model_fields)
    missing = [name for name in names if name not in posted or len(posted[name]) > LONGEST]
    if missing or not (revision.isascii() and revision.isdecimal() and len(revision) <= 9):
        raise InvalidInput("The form did not arrive whole: load the page again. Nothing was changed.")
    values = {name: posted[name].strip() for name in names}
    numbers = ("versions_kept", "asset_quota_mb")
    wrong = [name for name in numbers if not (values[name].isascii() and values[name].isdecimal())]
    return Form(int(revision), values, {name: WRONG[name] for name in wrong})


def show(
    request: Request, door: SiteDoor, form: Form, *, status: int = 200, stale: str = "", saved: bool = False
) -> HTMLResponse:
    """The page."""
    with door.begin() as (session, site):
        place = place_of(session, site, door.caller.person, WEBSITE, "Settings")
        connection = website_connection(site.slug)
    values = {"place": place, "form": form, "stale": stale, "saved": saved, "connection": connection}
    title = f"Website settings, {place.name}"
    return render(
        request,
        "builder/settings.html",
        status=status,
        title=title,
        heading="Website settings",
        frame=place.frame,
        **values,
    )
