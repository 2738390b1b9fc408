"""The demo account, site and keyword export of include/demo, and its users; making them again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.airflow_api.fab_users import FabUsers
from igny8_lib.airflow_api.people import Wish, add_person
from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import add_credits
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, NotFound
from igny8_lib.models import Account, EntryType, HostingType, Role, Site
from igny8_lib.planner.importing import import_keywords
from igny8_lib.planner.report import ImportReport
from igny8_lib.publishing.settings import change
from igny8_lib.sites.access import SEES_ALL_SITES
from igny8_lib.sites.accounts import account_by_slug, create_account, ensure_plan
from igny8_lib.sites.sites import add_site, site_by_slug
from igny8_lib.stack.credentials import Credentials

CREDITS = Credits.of(5000)
"""Granted once: enough for several hundred articles."""
LIMITS = {"max_clusters_per_run": 6, "max_tasks_per_run": 8, "max_content_per_run": 8, "max_images_per_run": 32}
"""Of a demo run: all keywords are clustered, then a few articles get everything; the next run goes on."""


@dataclass(frozen=True)
class Demo:
    """What the demo set up."""

    account: str
    site: str
    report: ImportReport


def prepare(session: Session, folder: Path) -> Demo:
    """Make the account with its plan and credits, the site, and import its keywords, where any of it is missing."""
    described = yaml.safe_load((folder / "site.yaml").read_text("utf-8"))
    account = demo_account(session, described["account"])
    grant = "The demo's credits"
    add_credits(
        session, account.id, CREDITS, entry_type=EntryType.GRANT, key="demo-grant", created_by="igny8 demo", note=grant
    )
    site = demo_site(session, account, described["site"], described["publishing"])
    report = import_keywords(session, site.id, folder / described["keywords"])
    return Demo(account.slug, site.slug, report)


def demo_account(session: Session, described: dict[str, Any]) -> Account:
    """The account, with its plan."""
    try:
        return account_by_slug(session, described["slug"])
    except NotFound:
        monthly = Credits.of(described["plan"]["monthly_credits"])
        plan = ensure_plan(session, name=described["plan"]["name"], monthly_credits=monthly)
        return create_account(session, name=described["name"], slug=described["slug"], plan=plan)


def demo_site(session: Session, account: Account, described: dict[str, Any], publishing: dict[str, Any]) -> Site:
    """The site, with its publishing settings when it is new."""
    try:
        return site_by_slug(session, described["slug"], account_id=account.id)
    except NotFound:
        hosting = HostingType(described["hosting_type"])
        site = add_site(session, account.id, **(described | {"hosting_type": hosting}))
        change(session, site.id, publishing)
        return site


def ensure_people(sessions: Sessions, airflow: AirflowApi, demo: Demo, secrets: Credentials) -> list[Wish]:
    """A user of each role, in the product and in Airflow, with the stack's passwords; returns who can sign in by them.

    A password that somebody changed since is set back; one whose role was changed is left alone.
    """
    made: list[Wish] = []
    for wish in people_of(demo, secrets):
        try:
            add_person(sessions, FabUsers(airflow), wish)
        except Conflict:
            continue
        made.append(wish)
    return made


def people_of(demo: Demo, secrets: Credentials) -> list[Wish]:
    """Owner and admin of the account, editor and viewer of the site."""
    passwords = {
        Role.OWNER: secrets.demo_owner_password,
        Role.ADMIN: secrets.demo_admin_password,
        Role.EDITOR: secrets.demo_editor_password,
        Role.VIEWER: secrets.demo_viewer_password,
    }
    return [
        Wish(
            username=f"demo-{role}",
            email=f"demo-{role}@example.com",
            account=demo.account,
            role=role,
            sites=() if role in SEES_ALL_SITES else (demo.site,),
            password=password,
        )
        for role, password in passwords.items()
    ]
