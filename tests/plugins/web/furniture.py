"""A site with a row in every table, and what its things are called by."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import String, select, update
from sqlalchemy.orm import Session

from igny8_lib.models import Account, Site, SitePage, SyncConflict, User
from tests.factories.tenants import BLOCK, fill_tables, known_row, tenant_tables

NAMED_BY = {"automation_runs": "run_id"}
"""What people call a thing by, where it is not its id."""


def furnish_site(session: Session, slug: str) -> dict[str, int | str]:
    """Fill every table for the site, and say what stands for what: `content` for an article's id, …"""
    site = session.scalars(select(Site).where(Site.slug == slug)).one()
    rows = fill_tables(session, site)
    reopen_conflicts(session, site)
    put_blocks_back(session, site)
    return things_of(session, site, rows)


def reopen_conflicts(session: Session, site: Site) -> None:
    """What was decided about before is to be decided about again."""
    undecided = {"resolved_at": None, "resolved_by": None, "resolution": None}
    session.execute(update(SyncConflict).where(SyncConflict.site_id == site.id).values(undecided))


def put_blocks_back(session: Session, site: Site) -> None:
    """Every page of a website has the block that requests name."""
    session.execute(update(SitePage).where(SitePage.site_id == site.id).values(blocks=[BLOCK]))


def things_of(session: Session, site: Site, rows: Mapping[str, int] | None = None) -> dict[str, int | str]:
    """A thing of each table by its name in the singular; the site, its account and one of its people by theirs."""
    account = session.get_one(Account, site.account_id)
    found: dict[str, int | str] = {}
    for table in tenant_tables():
        if table.name in {"accounts", "sites"}:
            continue
        row = (rows or {}).get(table.name) or known_row(session, table, site)
        if row is not None and not isinstance(next(iter(table.primary_key)).type, String):
            found[table.name.removesuffix("s")] = row
            if table.name in NAMED_BY:
                key = next(iter(table.primary_key))
                found["run"] = session.execute(select(table.c[NAMED_BY[table.name]]).where(key == row)).scalar_one()
    people = select(User.username).where(User.account_id == account.id).order_by(User.username.desc())
    found |= {"site": site.slug, "slug": site.slug, "site_id": site.id, "account": account.slug}
    found |= {"account_id": account.id, "username": session.scalars(people).first() or "nobody"}
    return found
