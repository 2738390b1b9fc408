"""An account: its modules, day, sites, notifications and figures. Its people stand in account_users.py."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.insights.metrics import metrics
from igny8_lib.models import Account, AutomationConfig, Module, Site
from igny8_lib.notifications.recipients import change_settings, check_own_connection, settings_of
from igny8_lib.sites.access import Action
from igny8_lib.sites.account_day import day_of, set_timezone, timezone_of
from igny8_lib.sites.modules import column, module_switches, set_module
from igny8_lib.sites.schedule import next_run_at, schedule_of
from igny8_lib.sites.sites import add_site, change_site, list_sites, page_of_sites, site_by_slug
from igny8_web.api.account_shapes import (
    AccountDay,
    AccountDayChange,
    AccountSite,
    MetricsAnswer,
    ModuleChange,
    Modules,
    NewSite,
    NotificationChange,
    Notifications,
    SiteChange,
    SiteList,
)
from igny8_web.api.shapes import PageNumber, PageSize, pagination
from igny8_web.doors import SLUG_LENGTH, AccountDoor, OnAccount
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/account", tags=["account"])

Reading = Annotated[AccountDoor, Depends(OnAccount(Action.READ))]
Managing = Annotated[AccountDoor, Depends(OnAccount(Action.MANAGE))]
SitePath = Annotated[str, Path(min_length=1, max_length=SLUG_LENGTH, description="The site's slug.")]


@router.get("/modules/")
def show_modules(door: Reading) -> Modules:
    """Which modules the account has on."""
    with door.begin() as (session, account):
        return modules_of(session, account)


@router.put("/modules/")
def change_modules(door: Managing, change: ModuleChange, request: Named) -> Modules:
    """Switch modules on or off; runs that go on keep to what they began with."""

    def switch(session: Session, account: Account) -> Modules:
        for module in Module:
            wished = getattr(change, column(module))
            if wished is not None:
                set_module(session, account.id, module, enabled=wished)
        return modules_of(session, account)

    return do_once(door, request, Modules, switch)


def modules_of(session: Session, account: Account) -> Modules:
    """The switches as they are."""
    switches = module_switches(session, account.id)
    return Modules(**{column(module): enabled for module, enabled in switches.items()})


@router.get("/day/")
def show_day(door: Reading) -> AccountDay:
    """Which day it is for the account, and in which zone."""
    with door.begin() as (session, account):
        return day_shape(session, account)


@router.put("/day/")
def change_day(door: Managing, change: AccountDayChange, request: Named) -> AccountDay:
    """Let the account's day begin in another zone, from now on."""

    def alter(session: Session, account: Account) -> AccountDay:
        set_timezone(session, account.id, change.timezone)
        return day_shape(session, account)

    return do_once(door, request, AccountDay, alter)


def day_shape(session: Session, account: Account) -> AccountDay:
    """The account's day as it is."""
    return AccountDay(timezone=timezone_of(session, account.id), today=day_of(session, account.id, clock.now()))


@router.get("/sites/")
def list_account_sites(door: Reading, page: PageNumber = 1, page_size: PageSize = 50) -> SiteList:
    """The account's sites as far as the caller sees them, and when each one's next run starts."""
    with door.begin() as (session, account):
        rows, total = page_of_sites(session, account.id, page=page, page_size=page_size)
        return SiteList(sites=[site_shape(*row) for row in rows], pagination=pagination(page, page_size, total))


def site_shape(site: Site, config: AutomationConfig) -> AccountSite:
    """One site."""
    schedule = schedule_of(config, site)
    return AccountSite.model_validate(
        {name: getattr(site, name) for name in AccountSite.model_fields if hasattr(site, name)}
        | {
            "schedule": schedule.describe() if schedule else "off",
            "next_run_at": next_run_at(schedule, clock.now()) if site.status == "active" else None,
        }
    )


@router.post("/sites/")
def add_account_site(door: Managing, wish: NewSite, request: Named) -> AccountSite:
    """Add a site with its schedule off; its DAG appears in Airflow by itself."""

    def add(session: Session, account: Account) -> AccountSite:
        site = add_site(session, account.id, **wish.model_dump())
        return site_shape(site, session.get_one(AutomationConfig, site.id))

    return do_once(door, request, AccountSite, add)


@router.patch("/sites/{slug}/")
def change_account_site(door: Managing, slug: SitePath, change: SiteChange, request: Named) -> AccountSite:
    """Rename a site, switch it off or on, or give it another zone or language."""

    def alter(session: Session, account: Account) -> AccountSite:
        site = site_by_slug(session, slug, account_id=account.id)
        change_site(session, site, **change.model_dump())
        return site_shape(site, session.get_one(AutomationConfig, site.id))

    return do_once(door, request, AccountSite, alter)


@router.get("/notifications/")
def show_notifications(door: Managing) -> Notifications:
    """Who is told when a run ends, and through which connections."""
    with door.begin() as (session, account):
        return Notifications.model_validate(settings_of(session, account.id))


@router.put("/notifications/")
def change_notifications(door: Managing, change: NotificationChange, request: Named) -> Notifications:
    """Change who is told, and of what."""

    def alter(session: Session, account: Account) -> Notifications:
        if change.slack_webhook_conn_id and not door.caller.person.is_platform_admin:
            check_own_connection(change.slack_webhook_conn_id, account.slug)
        return Notifications.model_validate(change_settings(session, account.id, **change.model_dump()))

    return do_once(door, request, Notifications, alter)


@router.get("/metrics/")
def show_metrics(
    door: Reading,
    site: Annotated[
        str, Query(max_length=SLUG_LENGTH, description="Only this site; all that are seen otherwise.")
    ] = "",
) -> MetricsAnswer:
    """Today, this week and this month: runs, success, credits per run, seconds per stage, articles made."""
    with door.begin() as (session, account):
        sites = [site_by_slug(session, site, account_id=account.id)] if site else list_sites(session, account.id)
        return MetricsAnswer.model_validate(metrics(session, sites).as_json())
