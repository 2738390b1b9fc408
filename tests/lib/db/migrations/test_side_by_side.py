"""Workers of the last release go on on the present schema: it only has more than theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import session_factory
from tests.factories.tenants import make_tenant
from tests.lib.db.migrations.steps import RELEASED, database_at

COLUMNS = """
SELECT table_name, column_name, data_type, character_maximum_length FROM information_schema.columns
WHERE table_schema = 'public' AND is_generated = 'NEVER' ORDER BY table_name, ordinal_position
"""
Columns = dict[str, dict[str, str]]


def columns_of(engine: Engine) -> Columns:
    """Name and type of what each table's rows are written with."""
    found: Columns = {}
    with engine.connect() as connection:
        for table, column, kind, length in connection.execute(text(COLUMNS)):
            found.setdefault(table, {})[column] = f"{kind} {length or ''}"
    return found


@pytest.fixture(scope="module")
def old(postgres_url: str) -> Iterator[Columns]:
    """The tables as the last release knows them."""
    with database_at(postgres_url, RELEASED) as engine:
        yield columns_of(engine)


def test_nothing_that_the_last_release_reads_is_gone_or_of_another_kind(old: Columns, engine: Engine) -> None:
    now = columns_of(engine)
    gone = {
        f"{table}.{column}": now.get(table, {}).get(column)
        for table, columns in old.items()
        for column, kind in columns.items()
        if now.get(table, {}).get(column) != kind
    }
    assert gone == {}


def refused(engine: Engine, table: str, columns: list[str]) -> str | None:
    """Write a row of the table anew with these columns alone; what the database has against it. All is rolled back."""
    names = ", ".join(f'"{column}"' for column in columns)
    with engine.connect() as connection:
        try:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER USER'))
            connection.execute(text(f'CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT {names} FROM "{table}" LIMIT 1'))  # noqa: S608
            connection.execute(text(f'DELETE FROM "{table}"'))  # noqa: S608
            connection.execute(text(f'INSERT INTO "{table}" ({names}) OVERRIDING SYSTEM VALUE SELECT * FROM kept'))  # noqa: S608
        except Exception as error:  # noqa: BLE001 - told with its table
            return str(error).splitlines()[0]
        finally:
            connection.rollback()
    return None


def test_rows_that_the_last_release_writes_are_taken(old: Columns, engine: Engine) -> None:
    with session_factory(engine, PLATFORM).begin() as session:
        make_tenant(session)
    found = {table: reason for table, columns in old.items() if (reason := refused(engine, table, list(columns)))}
    assert found == {}


def test_a_column_that_old_workers_do_not_fill_is_seen(old: Columns, engine: Engine) -> None:
    with session_factory(engine, PLATFORM).begin() as session:
        make_tenant(session)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE tasks ADD COLUMN wanted text NOT NULL DEFAULT ''"))
        connection.execute(text("ALTER TABLE tasks ALTER COLUMN wanted DROP DEFAULT"))
    assert "wanted" in str(refused(engine, "tasks", list(old["tasks"])))
