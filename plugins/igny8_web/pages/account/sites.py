"""An account's sites: which there are, adding one, naming, moving and switching them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import HTMLResponse

from igny8_lib import clock
from igny8_lib.errors import InvalidInput
from igny8_lib.models import AutomationConfig, HostingType, Site, SiteStatus
from igny8_lib.sites.access import Action, may
from igny8_lib.sites.schedule import next_run_at, schedule_of
from igny8_lib.sites.sites import add_site, change_site, page_of_sites, site_by_slug
from igny8_web.api.shapes import PageNumber, pagination
from igny8_web.doors import SLUG_LENGTH, AccountDoor
from igny8_web.pages.account.doors import Managing, Reading, change
from igny8_web.pages.forms import Posted, typed_again
from igny8_web.pages.frame import frame_of_account
from igny8_web.pages.states import State
from igny8_web.pages.tables import Listing
from igny8_web.pages.templating import render

router = APIRouter(prefix="/sites")
ON_A_PAGE = 50
STATES = {SiteStatus.ACTIVE: State("ok", "check", "On"), SiteStatus.INACTIVE: State("wait", "pause", "Off")}
CHANGED = ("name", "timezone", "language", "brand")
SitePath = Annotated[str, Path(min_length=1, max_length=SLUG_LENGTH)]


@dataclass(frozen=True)
class SiteRow:
    """One site of the table."""

    site: Site
    state: State
    active: bool
    schedule: str
    next_run_at: datetime | None


def row_of(site: Site, config: AutomationConfig) -> SiteRow:
    """One row."""
    schedule = schedule_of(config, site)
    active = site.status is SiteStatus.ACTIVE
    upcoming = next_run_at(schedule, clock.now()) if active else None
    return SiteRow(site, STATES[site.status], active, schedule.describe() if schedule else "by hand only", upcoming)


@router.get("", name="account_sites")
def show_sites(request: Request, door: Reading, page: PageNumber = 1) -> HTMLResponse:
    """The sites that the caller sees."""
    return show(request, door, page=page)


def show(
    request: Request,
    door: AccountDoor,
    *,
    page: int = 1,
    refused: str = "",
    status: int = 200,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """The page, or its list where htmx asks, with why something was refused and what was typed to be added."""
    with door.begin() as (session, account):
        rows, total = page_of_sites(session, account.id, page=page, page_size=ON_A_PAGE)
        values = {
            "frame": frame_of_account(session, account, "Account"),
            "account": account,
            "may_manage": may(door.caller.person, Action.MANAGE),
            "rows": [row_of(*row) for row in rows],
            "pages": pagination(page, ON_A_PAGE, total),
            "listing": Listing("account/sites", {"account": account.slug, "page": str(page) if page > 1 else ""}),
            "hostings": list(HostingType),
        }
        is_part = "hx-request" in request.headers
        template = "account/sites_list.html" if is_part else "account/sites.html"
        told = {"refused": refused, "typed": typed_again(typed if refused else None), "place": "sites"}
        return render(request, template, status=status, title=f"Sites, {account.name}", **values, **told)


@router.post("", name="account_site_add")
def add(request: Request, door: Managing, posted: Posted, page: PageNumber = 1) -> HTMLResponse:
    """Add a site."""

    def do() -> str:
        named = {name: posted.get(name, "").strip() for name in ("name", "domain", "slug", "timezone", "language")}
        with door.begin() as (session, account):
            site = add_site(session, account.id, **named, hosting_type=hosting_of(posted.get("hosting_type", "")))
            return f"{site.name} was added. Its schedule is off until somebody sets it."

    return change(request, door, partial(show, page=page, typed=posted), do)


def hosting_of(text: str) -> HostingType:
    """Where articles go. Raises InvalidInput."""
    try:
        return HostingType(text)
    except ValueError:
        raise InvalidInput(f"Choose where its articles go: {', '.join(HostingType)}.") from None


@router.post("/{slug}", name="account_site_change")
def change_one(request: Request, door: Managing, slug: SitePath, posted: Posted, page: PageNumber = 1) -> HTMLResponse:
    """Change what the form holds: name, zone, language and brand, or whether the site is on."""

    def do() -> str:
        with door.begin() as (session, account):
            site = site_by_slug(session, slug, account_id=account.id)
            status = {"on": SiteStatus.ACTIVE, "off": SiteStatus.INACTIVE}.get(posted.get("switch", ""))
            given = {name: posted[name].strip() for name in CHANGED if name in posted}
            change_site(session, site, status=status, **given)
            return f"{site.name} is {'on' if site.status is SiteStatus.ACTIVE else 'off'} now." if status else "Saved."

    return change(request, door, partial(show, page=page), do)
