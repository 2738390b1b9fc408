"""The demo account, site and keyword export of include/demo; making them again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import add_credits
from igny8_lib.errors import NotFound
from igny8_lib.models import Account, EntryType, HostingType, Site
from igny8_lib.planner.importing import import_keywords
from igny8_lib.planner.report import ImportReport
from igny8_lib.sites.accounts import account_by_slug, create_account, ensure_plan
from igny8_lib.sites.sites import add_site, site_by_slug

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
    site = demo_site(session, account, described["site"])
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


def demo_site(session: Session, account: Account, described: dict[str, Any]) -> Site:
    """The site."""
    try:
        return site_by_slug(session, described["slug"], account_id=account.id)
    except NotFound:
        hosting = HostingType(described["hosting_type"])
        return add_site(session, account.id, **(described | {"hosting_type": hosting}))
