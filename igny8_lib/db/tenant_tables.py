"""Which tables hold tenants' rows, and the condition that tells whose a row is.

A table is a tenant's by its columns: `site_id`, `account_id` or both. It is found through the declarative base, so a
new one is guarded from the day it is mapped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import BigInteger, ColumnElement, Select, Table, and_, any_, bindparam, false, select
from sqlalchemy.dialects.postgresql import ARRAY

from igny8_lib.db.base import Base
from igny8_lib.db.scope import Kind

ACCOUNT, SITE = "account_id", "site_id"

PLATFORM_TABLES = {
    "plans": "what the platform sells; the same for everybody",
    "credit_cost_configs": "the platform's prices; the same for everybody",
    "credit_cost_changes": "who changed the platform's prices",
    "ai_request_times": "how long the provider takes; tells nothing of a tenant",
    "ai_endpoint_dialects": "which forms the AI endpoint understands; tells nothing of a tenant",
    "request_rates": "when a user's last requests were; the guard alone reads it, by the name of who asks",
    "deployment": "one row: which database this is",
    "metric_values": "sums over the whole platform for operators",
    "metric_bound": "how far those are counted",
}
"""Tables without a tenant, each with the reason. A test refuses a table that is neither here nor a tenant's."""

LEARNT = frozenset({"ai_request_times", "ai_endpoint_dialects", "request_rates"})
"""Tables of the platform that a tenant's work writes; all others are only read in a narrow scope."""

SHARED_WITH_SITES = frozenset({"accounts", "module_settings", "credit_balances", "credit_run_spending"})
"""Tables of a whole account that a scope of sites sees, of its own account: a batch asks whether a module is on, and
pays. People, notification settings and replenishments stay hidden from it."""

ACCOUNT_BIND = bindparam("tenant_account", None, type_=BigInteger)
SITES_BIND = bindparam("tenant_sites", None, type_=ARRAY(BigInteger))
"""Filled in by the connection as a statement leaves, so that all tenants share one compiled statement."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The columns that tell whose a row is; a table has at least one of them."""

    account: str | None
    site: str | None


def owner_of(table: Table) -> Owner | None:
    """The tenant's columns of a mapped table; None for the platform's tables, and for what is no table of ours."""
    if getattr(table, "metadata", None) is not Base.metadata:
        return None
    if table.name == "accounts":
        return Owner("id", None)
    if table.name == "sites":
        return Owner(ACCOUNT, "id")
    owner = Owner(*(name if name in table.c else None for name in (ACCOUNT, SITE)))
    return owner if owner != Owner(None, None) else None


def condition(kind: Kind, table: Table, values: Mapping[str, ColumnElement[int]] | None = None) -> ColumnElement[bool]:
    """What a tenant's row fulfils; `values` stand for the table's columns where rows are only about to be one's."""
    owner, found = owner_of(table), table.c if values is None else values
    if owner is None:
        raise ValueError(f"{table.name} belongs to no tenant")
    account = None if owner.account is None else found[owner.account] == ACCOUNT_BIND
    if kind is Kind.ACCOUNT:
        return account if account is not None else found[SITE].in_(sites_of_account())
    if owner.site is not None:
        here = found[owner.site] == any_(SITES_BIND)
        return here if account is None else and_(here, account)
    return account if account is not None and table.name in SHARED_WITH_SITES else false()


@lru_cache(maxsize=1)
def sites_of_account() -> Select[tuple[int]]:
    """The ids of the account's sites, under a name that no statement of ours has."""
    sites = Base.metadata.tables["sites"].alias("tenant_site")
    return select(sites.c.id).where(sites.c.account_id == ACCOUNT_BIND).correlate(None)
