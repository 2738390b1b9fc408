"""Every table is a tenant's or the platform's, and says so."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from igny8_lib.db.tenant_tables import LEARNT, PLATFORM_TABLES, SHARED_WITH_SITES, owner_of
from igny8_lib.models import Base
from tests.factories.tenants import make_tenant, tenant_tables


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_a_table_is_a_tenants_or_named_as_the_platforms(table: Table) -> None:
    assert (owner_of(table) is None) == (table.name in PLATFORM_TABLES), (
        f"{table.name}: give it site_id or account_id, or name it in PLATFORM_TABLES with the reason."
    )


def test_the_lists_name_tables_that_there_are() -> None:
    known = set(Base.metadata.tables)
    assert PLATFORM_TABLES.keys() | LEARNT | SHARED_WITH_SITES <= known
    assert PLATFORM_TABLES.keys() >= LEARNT


def test_the_tenants_of_the_tests_have_rows_in_every_table(session: Session) -> None:
    make_tenant(session)
    empty = [table.name for table in tenant_tables() if not session.scalar(select(func.count()).select_from(table))]
    assert empty == []
