"""An account: how it goes, what is on, whom it tells; its sites and its people."""

from __future__ import annotations

import re
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from igny8_lib.models import Module
from igny8_lib.notifications.recipients import change_settings, check_own_connection
from igny8_lib.sites.account_day import set_timezone
from igny8_lib.sites.modules import column, set_module
from igny8_web.doors import AccountDoor
from igny8_web.pages.account import people, sites
from igny8_web.pages.account.doors import Managing, Reading, change
from igny8_web.pages.account.view import view_of
from igny8_web.pages.forms import Posted, typed_again
from igny8_web.pages.frame import frame_of_account
from igny8_web.pages.templating import render

router = APIRouter(prefix="/account")
router.include_router(sites.router)
router.include_router(people.router)

BETWEEN_ADDRESSES = re.compile(r"[\s,;]+")


@router.get("", name="account")
def show_account(request: Request, door: Reading) -> HTMLResponse:
    """The account's own page."""
    return show(request, door)


def show(
    request: Request,
    door: AccountDoor,
    *,
    part: str = "",
    refused: str = "",
    status: int = 200,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    """The page, or a card of it where htmx asks, with why something was refused."""
    with door.begin() as (session, account):
        view = view_of(session, account, door.caller.person)
        frame = frame_of_account(session, account, "Account")
    values = {
        "frame": frame,
        "view": view,
        "part": part,
        "refused": refused,
        "typed": typed_again(typed if refused else None),
        "place": "account",
    }
    template = f"account/{part}.html" if part and "hx-request" in request.headers else "account/page.html"
    return render(request, template, status=status, title=f"Account, {view.name}", **values)


@router.post("/modules", name="account_modules")
def save_modules(request: Request, door: Managing, posted: Posted) -> HTMLResponse:
    """Switch modules; a box that is not ticked sends nothing, so all are set."""

    def switch() -> str:
        with door.begin() as (session, account):
            for module in Module:
                set_module(session, account.id, module, enabled=column(module) in posted)
        return "Modules saved. They hold from the next run on."

    return change(request, door, partial(show, part="modules"), switch)


@router.post("/day", name="account_day")
def save_day(request: Request, door: Managing, posted: Posted) -> HTMLResponse:
    """Change the zone in which the account's day begins."""
    zone = posted.get("timezone", "").strip()

    def save() -> str:
        with door.begin() as (session, account):
            set_timezone(session, account.id, zone)
        return f"The account’s day begins at midnight in {zone}."

    return change(request, door, partial(show, part="day", typed=posted), save)


@router.post("/notifications", name="account_notifications")
def save_notifications(request: Request, door: Managing, posted: Posted) -> HTMLResponse:
    """Change who is told when a run ends."""
    slack = posted.get("slack_webhook_conn_id", "").strip()

    def save() -> str:
        with door.begin() as (session, account):
            if not door.caller.person.is_platform_admin:
                check_own_connection(slack, account.slug)
            change_settings(
                session,
                account.id,
                emails=[each for each in BETWEEN_ADDRESSES.split(posted.get("emails", "")) if each],
                slack_webhook_conn_id=slack,
                on_completion="on_completion" in posted,
                on_failure="on_failure" in posted,
            )
        return "Notifications saved."

    return change(request, door, partial(show, part="notifications", typed=posted), save)
