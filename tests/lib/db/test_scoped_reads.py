"""A session sees its scope's rows, whatever the query says: every way to ask × every table × every scope."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import Session, joinedload, selectinload

from igny8_lib.db.scope import PLATFORM, Scope, Unscoped
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.models import Account, Plan, Site
from tests.factories.tenants import Tenant, tenant_tables
from tests.lib.db.reading import COUNTS, MODELS, READS, is_seen, seen_by, table_of

TENANT_MODELS = [MODELS[table.name] for table in tenant_tables()]


def scopes_of(tenant: Tenant) -> list[Scope]:
    return [
        Scope.of_account(tenant.account_id),
        Scope.of_sites(tenant.account_id, tenant.site_ids),
        Scope.of_sites(tenant.account_id, tenant.site_ids[:1]),
        Scope.of_sites(tenant.account_id, []),
    ]


def test_every_way_to_read_sees_the_scopes_rows_and_no_others(
    sessions: Sessions, session: Session, mine: Tenant, theirs: Tenant
) -> None:
    for scope in scopes_of(mine) + scopes_of(theirs):
        for model in TENANT_MODELS:
            expected = seen_by_tenants(session, model, scope, mine, theirs)
            with scoped(sessions, scope)() as reading:
                for way, read in READS.items():
                    found = {tuple(row) for row in read(reading, model)}
                    assert found == expected, f"{model.__name__} by {way} in {scope}"
                for way, count in COUNTS.items():
                    assert reading.scalar(count(model)) == len(expected), f"{model.__name__} by {way} in {scope}"


def seen_by_tenants(session: Session, model: Any, scope: Scope, *tenants: Tenant) -> set[tuple[Any, ...]]:
    """What the scope is to see; where the row tells only its site, the account's sites say whose it is."""
    if scope.site_ids or "account_id" in table_of(model).c or scope.kind.value != "account":
        return seen_by(session, model, scope)
    sites = next(tenant.site_ids for tenant in tenants if tenant.account_id == scope.account_id)
    return seen_by(session, model, Scope.of_sites(scope.account_id, sites))


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model.__name__)
def test_a_row_of_somebody_else_is_not_there_by_its_key(
    sessions: Sessions, session: Session, both: tuple[Tenant, Tenant], model: Any
) -> None:
    for row in session.scalars(select(model)):
        attributes = inspect(model).column_attrs
        facts = {attribute.columns[0].name: getattr(row, attribute.key) for attribute in attributes}
        scope = Scope.of_sites(both[0].account_id, both[0].site_ids[:1])
        with scoped(sessions, scope)() as reading:
            found = reading.get(model, inspect(row).identity)
            assert (found is not None) == is_seen(table_of(model).name, facts, scope)


def test_an_object_of_somebody_else_cannot_be_refreshed(sessions: Sessions, session: Session, theirs: Tenant) -> None:
    site = session.get_one(Site, theirs.site_ids[0])
    session.expunge(site)
    with scoped(sessions, Scope.of_account(theirs.account_id + 10))() as reading:
        reading.add(site)
        with pytest.raises(InvalidRequestError, match="Could not refresh"):
            reading.refresh(site)


def test_relationships_lead_to_the_scopes_rows_only(
    sessions: Sessions, session: Session, mine: Tenant, theirs: Tenant
) -> None:
    session.get_one(Site, mine.site_ids[0]).account_id = theirs.account_id
    session.commit()
    with scoped(sessions, Scope.of_account(mine.account_id))() as reading:
        assert reading.get(Site, mine.site_ids[0]) is None
    session.get_one(Site, mine.site_ids[0]).account_id = mine.account_id
    session.commit()
    for option in (joinedload(Site.account), selectinload(Site.account), None):
        with scoped(sessions, Scope.of_account(mine.account_id))() as reading:
            query = select(Site).options(option) if option else select(Site)
            assert {site.account.id for site in reading.scalars(query)} == {mine.account_id}
            assert reading.scalars(select(Account)).one().modules.account_id == mine.account_id


def test_an_engine_without_a_scope_refuses_tenants_tables_and_sends_nothing(engine: Engine) -> None:
    for model in TENANT_MODELS:
        with Session(engine) as unscoped, pytest.raises(Unscoped, match="make the session with a scope"):
            unscoped.scalars(select(model)).all()
        with engine.connect() as connection, pytest.raises(Unscoped):
            connection.execute(table_of(model).delete())
        with engine.connect() as connection, pytest.raises(Unscoped):
            connection.execute(table_of(model).insert())
    with Session(engine) as unscoped:
        assert unscoped.scalar(select(func.count(Plan.id))) == 0, "the platform's tables are for everybody"


def test_sql_by_hand_over_tenants_tables_names_the_parameter_that_is_the_tenants(
    sessions: Sessions, mine: Tenant, theirs: Tenant
) -> None:
    by_hand = text("SELECT count(*) FROM keywords WHERE site_id = :site_id")
    with scoped(sessions, Scope.of_account(mine.account_id))() as reading:
        with pytest.raises(Unscoped, match="SQL by hand"):
            reading.execute(by_hand, {"site_id": mine.site_ids[0]})
        told = by_hand.execution_options(scoped_by=("site_id",))
        assert reading.scalar(told, {"site_id": mine.site_ids[0]}) == 1
        with pytest.raises(Exception, match="is not of account"):
            reading.scalar(told, {"site_id": theirs.site_ids[0]})
        assert reading.scalar(text("SELECT 1")) == 1
    with scoped(sessions, PLATFORM)() as reading:
        assert reading.execute(by_hand, {"site_id": theirs.site_ids[0]}).scalar() == 1
