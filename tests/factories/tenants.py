"""A tenant with rows in every table, also in tables that come later: they are filled by what their columns say."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Enum, Table, insert, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.db.tenant_tables import owner_of
from igny8_lib.db.types import CreditsColumn
from igny8_lib.models import Base, EntryType, Operation, RuleTrigger, Site
from tests.factories.credits import make_funded_account
from tests.factories.importing import theirs
from tests.factories.sites import make_site

counter = itertools.count(1)

VALUES: dict[type, Callable[[int], Any]] = {
    int: lambda number: number,
    str: lambda number: f"text-{number}",
    bytes: lambda number: number.to_bytes(16),
    float: float,
    bool: lambda _: False,
    Decimal: lambda _: Decimal(1),
    datetime: lambda _: clock.now(),
    date: lambda _: date(2026, 1, 1),
    time: lambda _: time(2),
    object: lambda _: {},
    list: lambda _: [],
}
BLOCK = {"id": "text", "type": "text", "data": {"title": "We repair boats", "body": "Big ones."}}
PAGE = {
    "slug": "boats",
    "title": "Boats",
    "type": "home",
    "description": "",
    "purpose": "",
    "sections": [],
    "blocks": [BLOCK],
    "edited": [],
}
NO_PATHS: dict[str, Any] = {"count": 0, "paths": []}
DEPLOYED = {"files": 1, "bytes": 1, "added": NO_PATHS, "changed": NO_PATHS, "removed": NO_PATHS, "missing_articles": []}
GIVEN: dict[str, dict[str, Any]] = {
    "credit_ledger": {"entry_type": EntryType.USAGE, "amount": Credits.of(-1), "operation": Operation.CLUSTERING},
    "credit_reservations": {"operation": Operation.CLUSTERING},
    "site_ai_budget_allocations": {"percentage": 100},
    "content_ideas": {"content_type": "guide", "outline": [], "target_keywords": []},
    "tasks": {"brief": {"title": "A task"}},
    "optimization_tasks": {"before": {"html": "<p>Roses.</p>", "meta_title": "Roses", "meta_description": "Of roses."}},
    "sync_conflicts": {"theirs": theirs("Another title")},
    "automation_rules": {"trigger": RuleTrigger.KEYWORD_ADDED, "conditions": [], "actions": [{"type": "run_pipeline"}]},
    "rule_executions": {"trigger": RuleTrigger.KEYWORD_ADDED, "actions": [], "chain": [], "matched_ids": []},
    "domain_events": {"kind": RuleTrigger.KEYWORD_ADDED, "item_ids": [1]},
    "site_blueprints": {"theme": {}},
    "site_pages": {"blocks": [BLOCK]},
    "site_page_revisions": {"revision": 1, "document": PAGE},
    "site_versions": {"number": 1},
    "site_deployments": {"version": 1, "report": DEPLOYED},
    "cluster_merges": {"before": {"name": "A topic", "description": "", "into_was_new": False}},
}
"""What a table wants that its columns do not say."""
STAGE = 1
"""Of what belongs to a stage; another number is no stage at all."""
MADE_BY_OTHERS = frozenset({"accounts", "sites", "credit_run_spending", "credit_usage_days", "ai_usage_days"})
"""Rows of the factories, and of the triggers of the ledger and of the journal."""


@dataclass(frozen=True)
class Tenant:
    """An account of two sites, each with a row in every table that has one for a site."""

    account_id: int
    site_ids: tuple[int, int]


def tenant_tables() -> list[Table]:
    """Every table with a tenant, parents first; credits last, which name what they pay for by plain numbers."""
    found = [table for table in Base.metadata.sorted_tables if owner_of(table) is not None]
    return sorted(found, key=lambda table: table.name.startswith("credit_"))


def make_tenant(session: Session) -> Tenant:
    """A funded account of two sites, with rows everywhere."""
    account = make_funded_account(session)
    sites = [make_site(session, account), make_site(session, account)]
    for site in sites:
        fill_tables(session, site)
    session.flush()
    return Tenant(account.id, (sites[0].id, sites[1].id))


def fill_tables(session: Session, site: Site) -> dict[str, int]:
    """One row of the site, or of its account, in each table that has none yet; the row of each table by its name."""
    parents: dict[str, int] = {"accounts": site.account_id, "sites": site.id}
    for table in tenant_tables():
        if table.name not in MADE_BY_OTHERS:
            parents[table.name] = known_row(session, table, site) or make_row(session, table, parents)
    return parents


def known_row(session: Session, table: Table, site: Site) -> int | None:
    """A row of the site's, or of its account's where the table knows no sites: the first column of its key."""
    mine = table.c.site_id == site.id if "site_id" in table.c else table.c.account_id == site.account_id
    return session.execute(select(*table.primary_key).where(mine).order_by(*table.primary_key).limit(1)).scalar()


def make_row(session: Session, table: Table, parents: dict[str, int]) -> int:
    """A new row: the first column of its key."""
    return int(session.execute(insert(table).values(row_of(table, parents)).returning(*table.primary_key)).scalar_one())


def row_of(table: Table, parents: dict[str, int]) -> dict[str, Any]:
    """A value for every column that needs one."""
    given = GIVEN.get(table.name, {})
    return {
        column.name: given.get(column.name, value)
        for column in table.c
        if (value := value_of(column, parents)) is not None or column.name in given
    }


def value_of(column: Column[Any], parents: dict[str, int]) -> Any:
    """The parent's id, or anything of the column's type; None where the database fills it in."""
    named = {"account_id": "accounts", "site_id": "sites", "run_id": "automation_runs"}
    parent = next((key.column.table.name for key in column.foreign_keys), named.get(column.name, ""))
    if parent in parents:
        return parents[parent]
    if column.nullable or column.identity or column.server_default is not None or column.default is not None:
        return None
    if column.name == "stage":
        return STAGE
    if isinstance(column.type, Enum):
        return column.type.enums[0] if column.type.enum_class is None else next(iter(column.type.enum_class))
    if isinstance(column.type, CreditsColumn):
        return Credits.of(1)
    return VALUES[column.type.python_type](next(counter))
