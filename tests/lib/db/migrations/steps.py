"""Migrations one by one, and what each does to tables that were there before it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, text

from igny8_lib.db.migrate import config, upgrade
from igny8_lib.db.session import make_engine
from tests.conftest import run_on_server, with_database

RELEASED = "0038"
"""The newest revision that deployments have: what comes later keeps the rules, and gets no exception.

What deployments have run already cannot be mended, and is run again only by an upgrade from an older release, for which
docs/upgrade.md has the stack stopped.
"""
BIG = frozenset(
    {
        "ai_calls",
        "content",
        "content_events",
        "content_ideas",
        "content_versions",
        "credit_ledger",
        "credit_reservations",
        "domain_events",
        "images",
        "keywords",
        "publications",
        "publication_steps",
        "stage_items",
        "stage_results",
        "tasks",
        "text_vectors",
    }
)
"""Tables that grow with every run: some have millions of rows."""
WRITES = re.compile(r"^\s*(?:UPDATE|DELETE FROM)\s+(?:ONLY\s+)?\"?(\w+)", re.IGNORECASE)
LOCKS = re.compile(r"^\s*LOCK TABLE\s+(.+?)\s+IN\s+(?!ACCESS SHARE|ROW SHARE|ROW EXCLUSIVE)", re.IGNORECASE | re.DOTALL)
FILES = "SELECT relname, relfilenode FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
INDEXES = "SELECT indexrelid::regclass::text, indrelid::regclass::text FROM pg_index"
VALID = """
SELECT conname, conrelid::regclass::text FROM pg_constraint
WHERE convalidated AND contype IN ('c', 'f') AND conrelid <> 0
"""
FILLED = """
SELECT attrelid::regclass || '.' || attname, attrelid::regclass::text FROM pg_attribute
WHERE attnotnull AND attnum > 0
"""


@dataclass(frozen=True)
class Looks:
    """What a database's catalogs say."""

    files: dict[str, str]
    indexes: dict[str, str]
    valid: dict[str, str]
    filled: dict[str, str]

    @classmethod
    def at(cls, engine: Engine) -> Looks:
        with engine.connect() as connection:
            found = [
                dict(tuple(row) for row in connection.execute(text(query))) for query in (FILES, INDEXES, VALID, FILLED)
            ]
        return cls(*found)


def revisions() -> list[str]:
    """All of them, oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()][::-1]


@contextmanager
def database_at(server: str, revision: str) -> Iterator[Engine]:
    """A database of that revision."""
    name = f"migrated_{uuid.uuid4().hex[:8]}"
    run_on_server(server, f'CREATE DATABASE "{name}"')
    engine = make_engine(with_database(server, name))
    try:
        upgrade(engine, revision)
        yield engine
    finally:
        engine.dispose()
        run_on_server(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def faults_of(engine: Engine, revision: str) -> set[str]:
    """Migrate one step; what keeps writers of a big table waiting for as long as the table is big."""
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    before = Looks.at(engine)
    event.listen(engine, "before_cursor_execute", note)
    try:
        upgrade(engine, revision)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return set(faults_between(before, Looks.at(engine), said))


def faults_between(before: Looks, after: Looks, said: list[str]) -> Iterator[str]:
    """By the catalogs what was built or checked, by the statements what was written or locked."""
    old = BIG & set(before.files)
    yield from (f"rewrites {name}" for name in old & set(after.files) if before.files[name] != after.files[name])
    concurrent = {
        match[1] for match in (re.search(r"CONCURRENTLY (?:IF NOT EXISTS )?\"?(\w+)", one) for one in said) if match
    }
    for name, table in after.indexes.items():
        if table in old and name not in before.indexes and name not in concurrent:
            yield f"builds an index of {table} while nobody writes"
    validated = {match[1] for match in (re.search(r"VALIDATE CONSTRAINT \"?(\w+)", one) for one in said) if match}
    for name, table in after.valid.items():
        if table in old and name not in before.valid and name not in validated:
            yield f"checks all rows of {table} while nobody writes"
    known = {name for name, table in after.filled.items() if table in old} - set(before.filled)
    altered = {
        match[1] for match in (re.search(r"ALTER COLUMN \"?(\w+)\"? SET NOT NULL", one) for one in said) if match
    }
    yield from (
        f"reads all of {name.partition('.')[0]} for NOT NULL" for name in known if name.partition(".")[2] in altered
    )
    for statement in said:
        if (match := WRITES.match(statement)) and match[1] in old:
            yield f"writes many rows of {match[1]} at once"
        if match := LOCKS.match(statement):
            yield from (f"locks {name}" for name in re.findall(r"\w+", match[1]) if name in old)
