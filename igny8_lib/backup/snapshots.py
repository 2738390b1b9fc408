"""One moment of a database, held open: what is dumped, counted and listed by name is the same moment.

Two databases have no moment in common. Airflow's is taken first, the product's at once after it: then the product may
know of work that Airflow has not heard of, which is what a task leaves behind that is killed after its commit. Every
task can be told again what it has done already. The other way round Airflow would hold tasks for done whose rows are
not there, and nobody would ever do them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from igny8_lib.stack.database_roles import connect

FILES_OF_ARTICLES = "SELECT file FROM images WHERE file IS NOT NULL"
FILES_OF_SITES = """
SELECT entry.value ->> 'stored' FROM site_assets, jsonb_each(site_assets.files) AS entry
WHERE entry.value ->> 'stored' IS NOT NULL
"""


@dataclass(frozen=True)
class Snapshot:
    """A database as it was when the snapshot was taken, for as long as the connection's transaction is open."""

    url: str
    name: str
    """What pg_dump is told."""
    connection: psycopg.Connection[Any]

    @property
    def major(self) -> int:
        """The server's major version."""
        return self.connection.info.server_version // 10_000

    def revision(self) -> str:
        """The schema's revision; empty where none is written down."""
        if self.first("SELECT to_regclass('public.alembic_version')") is None:
            return ""
        return str(self.first("SELECT version_num FROM alembic_version") or "")

    def first(self, statement: str) -> Any:  # noqa: ANN401 - whatever the statement selects
        """The first column of the first row; None where there is none."""
        row = self.connection.execute(statement.encode()).fetchone()
        return row[0] if row else None

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return count_rows(self.connection)

    def media_names(self) -> set[str]:
        """The files of the media store that the product's rows name."""
        found: set[str] = set()
        for statement in (FILES_OF_ARTICLES, FILES_OF_SITES):
            found |= {str(name) for (name,) in self.connection.execute(statement.encode())}
        return found


@contextmanager
def held(url: str) -> Iterator[Snapshot]:
    """Hold the database's present moment. Raises DatabaseUnprepared where it cannot be reached."""
    with connect(url) as connection:
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        connection.execute("SET statement_timeout = 0")
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        exported = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield Snapshot(url, str(exported[0] if exported else ""), connection)


def count_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """How many rows each table of the database's schema has, by name."""
    tables = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"
    ).fetchall()
    counts: dict[str, int] = {}
    for (table,) in tables:
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
        counts[table] = int(row[0]) if row else 0
    return counts
