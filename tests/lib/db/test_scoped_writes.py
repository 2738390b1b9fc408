"""A session changes its scope's rows only: by statements, by the unit of work, by upserts and by copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, inspect, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, SAWarning
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from igny8_lib.amounts import Credits
from igny8_lib.db.scope import OutOfScope, Scope, Unscoped
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.models import (
    Account,
    AIRequestTime,
    Cluster,
    Content,
    CreditCostConfig,
    Keyword,
    LedgerEntry,
    NotificationSettings,
    Plan,
    Sector,
    Site,
)
from tests.factories.tenants import Tenant, tenant_tables
from tests.lib.db.reading import MODELS, table_of

TENANT_MODELS = [MODELS[table.name] for table in tenant_tables()]


@pytest.fixture(params=["account", "sites"])
def scope(request: pytest.FixtureRequest, mine: Tenant) -> Scope:
    return (
        Scope.of_account(mine.account_id)
        if request.param == "account"
        else Scope.of_sites(mine.account_id, mine.site_ids)
    )


@pytest.fixture
def writing(sessions: Sessions, scope: Scope) -> Iterator[Session]:
    with scoped(sessions, scope)() as session:
        yield session


def write(session: Session, way: Callable[[], object]) -> None:
    way()
    session.flush()


def changes_of(model: Any) -> list[Any]:
    """An UPDATE and a DELETE of all rows, by class and by table; each sets a column to what it is."""
    table = table_of(model)
    column = next(iter(table.primary_key))
    return [
        update(model).values({column.key: column}),
        update(table).values({column.key: column}),
        delete(model).execution_options(synchronize_session=False),
        delete(table),
    ]


@pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model.__name__)
def test_no_statement_of_mine_reaches_a_row_of_theirs(
    sessions: Sessions, mine: Tenant, theirs: Tenant, model: Any
) -> None:
    for scope in (Scope.of_account(theirs.account_id + 1000), Scope.of_sites(mine.account_id, [])):
        with scoped(sessions, scope)() as session:
            own = session.scalar(select(func.count()).select_from(model))
            for statement in changes_of(model):
                try:
                    with session.begin_nested():
                        touched = session.execute(statement).rowcount
                except (DBAPIError, Unscoped):
                    continue  # a trigger or a foreign key refuses it, or whose it is was to be set: nothing happened
                assert touched <= own, str(statement)
            session.rollback()


def test_an_update_and_a_delete_reach_the_scopes_rows(
    writing: Session, session: Session, mine: Tenant, theirs: Tenant
) -> None:
    assert writing.execute(update(Keyword).values(volume=7)).rowcount == 2
    assert writing.execute(update(Keyword).where(Keyword.site_id == theirs.site_ids[0]).values(volume=8)).rowcount == 0
    others = update(Keyword).where(Keyword.cluster_id == Cluster.id).values(volume=9)
    assert writing.execute(others).rowcount == 2
    assert writing.execute(delete(Sector)).rowcount == 2
    writing.commit()
    volumes = {row.site_id: row.volume for row in session.execute(select(Keyword.site_id, Keyword.volume))}
    assert volumes == dict.fromkeys(mine.site_ids, 9) | dict.fromkeys(theirs.site_ids)
    assert session.scalar(select(func.count(Sector.id))) == 2


def test_the_unit_of_work_cannot_change_an_object_of_somebody_else(
    writing: Session, session: Session, theirs: Tenant
) -> None:
    keyword = session.scalars(select(Keyword).where(Keyword.site_id == theirs.site_ids[0])).one()
    session.expunge(keyword)
    writing.add(keyword)
    keyword.volume = 3
    with pytest.raises(StaleDataError):
        writing.flush()
    writing.rollback()
    doomed = session.scalars(select(Sector).where(Sector.site_id == theirs.site_ids[0])).one()
    session.expunge(doomed)
    writing.delete(doomed)
    with pytest.warns(SAWarning, match="0 were matched"):
        writing.commit()
    assert session.get(Sector, doomed.id) is not None


def test_a_row_cannot_be_made_for_somebody_else(
    writing: Session, session: Session, mine: Tenant, theirs: Tenant
) -> None:
    before = session.scalar(select(func.count(Sector.id)))
    here, there = ({"site_id": tenant.site_ids[0], "name": "new"} for tenant in (mine, theirs))
    ways = [
        lambda: writing.add(Sector(**there)),
        lambda: writing.execute(insert(Sector), [here, there]),
        lambda: writing.execute(insert(Sector).values([here, there])),
        lambda: writing.execute(insert(Sector).values(**there)),
        lambda: writing.connection().execute(table_of(Sector).insert(), [there]),
        lambda: writing.bulk_insert_mappings(inspect(Sector), [there]),
        lambda: writing.merge(Sector(**there)),
    ]
    for way in ways:
        with pytest.raises(OutOfScope, match="is not of"):
            write(writing, way)
        writing.rollback()
    assert session.scalar(select(func.count(Sector.id))) == before
    writing.execute(insert(Sector), [here])


def test_a_row_cannot_be_given_away(writing: Session, theirs: Tenant) -> None:
    with pytest.raises(OutOfScope):
        writing.execute(update(Keyword).values(site_id=theirs.site_ids[0]))
    writing.rollback()
    keyword = writing.scalars(select(Keyword).limit(1)).one()
    keyword.site_id = theirs.site_ids[0]
    with pytest.raises(OutOfScope):
        writing.flush()
    writing.rollback()
    with pytest.raises(Unscoped, match="set by an expression"):
        writing.execute(update(Keyword).values(site_id=Keyword.site_id + 1))


def test_a_copy_takes_the_scopes_rows_only(writing: Session, session: Session, mine: Tenant, theirs: Tenant) -> None:
    everybodys = select(Cluster.site_id, literal("copied"))
    writing.execute(insert(Sector).from_select(["site_id", "name"], everybodys))
    named = select(literal(theirs.site_ids[0]), literal("smuggled"))
    writing.execute(insert(Sector).from_select(["site_id", "name"], named))
    writing.commit()
    made = session.scalars(select(Sector.site_id).where(Sector.name.in_(["copied", "smuggled"]))).all()
    assert sorted(made) == sorted(mine.site_ids)


def test_an_upsert_leaves_somebody_elses_row_as_it_is(
    writing: Session, session: Session, mine: Tenant, theirs: Tenant
) -> None:
    taken = session.scalars(select(Sector).where(Sector.site_id == theirs.site_ids[0])).one()
    made = upsert(Sector).values(id=taken.id, site_id=mine.site_ids[0], name="mine now")
    writing.execute(made.on_conflict_do_update(index_elements=["id"], set_={"name": "mine now"}))
    writing.commit()
    session.refresh(taken)
    assert taken.name != "mine now"
    with pytest.raises(Unscoped, match="whose a row"):
        writing.execute(made.on_conflict_do_update(index_elements=["id"], set_={"site_id": mine.site_ids[0]}))


def test_a_statement_inside_another_does_not_write(writing: Session, mine: Tenant) -> None:
    inner = insert(Sector).values(site_id=mine.site_ids[0], name="x").returning(Sector.id).cte("made")
    with pytest.raises(Unscoped, match="statement of its own"):
        writing.execute(select(inner.c.id))


def test_a_tenants_session_makes_no_accounts_and_changes_no_prices(
    writing: Session,
) -> None:
    with pytest.raises(OutOfScope, match="makes no accounts"):
        writing.execute(insert(Account).values(name="x", slug="x"))
    for statement in (update(CreditCostConfig).values(cost=1), insert(Plan).values(name="gift"), delete(Plan)):
        with pytest.raises(Unscoped, match="Only the platform's own work"):
            writing.execute(statement)
    assert writing.scalars(select(Plan)).all() == []
    writing.execute(insert(AIRequestTime).values(operation="x", seconds=1.0, updated_at=func.now()))


def test_a_scope_of_sites_makes_no_site_and_no_row_of_the_whole_account(sessions: Sessions, mine: Tenant) -> None:
    one = scoped(sessions, Scope.of_sites(mine.account_id, mine.site_ids[:1]))
    site = {"account_id": mine.account_id, "name": "x", "slug": "x", "domain": "x.example"}
    with one() as session, pytest.raises(OutOfScope, match="makes no sites"):
        session.execute(insert(Site).values(**site))
    with one() as session, pytest.raises(OutOfScope):
        session.execute(
            insert(LedgerEntry).values(account_id=mine.account_id, entry_type="grant", amount=Credits.of(1))
        )
    with one() as session:
        assert session.execute(update(NotificationSettings).values(on_failure=False)).rowcount == 0
    with scoped(sessions, Scope.of_account(mine.account_id))() as session:
        session.execute(insert(Site).values(**site))
        assert session.scalar(select(func.count(Content.id))) == 2
