"""Schema migrations, run from code so that every caller (init command, tests) takes the same road.

Each migration is a transaction of its own, which waits for a lock for LOCK_TIMEOUT at most: a migration that waits
stands in a queue, and everybody who comes after it waits behind it. One that gets no lock is rolled back, lets the
others through, and is tried again. What a migration may do to a big table: docs/upgrade.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from igny8_lib.db.errors import first_line
from igny8_lib.errors import TemporaryError

MIGRATION_LOCK = 0x1697_9818
"""Advisory lock: two init commands at once migrate one after the other."""
LOCK_TIMEOUT = "500ms"
"""So long everybody may stand behind a migration that waits."""
ATTEMPTS = 60
PAUSE_SECONDS = 1.0
"""Between two attempts: those who stood behind the migration get through."""
LOCK_NOT_AVAILABLE = "55P03"
NO_WAIT = "SELECT pg_try_advisory_lock(:lock)"
"""Asked again and again rather than waited for: a statement that waits holds a snapshot, and CREATE INDEX CONCURRENTLY
waits for all snapshots, so the two would wait for each other."""


class MigrationBlocked(TemporaryError):
    """A migration got no lock on a table within all its attempts; what was migrated before it stays."""


def upgrade(
    engine: Engine, revision: str = "head", *, attempts: int = ATTEMPTS, pause: Callable[[float], None] = time.sleep
) -> None:
    """Bring the database to the revision; does nothing where it is there already.

    Raises MigrationBlocked where a table stayed locked by others all the time.
    """
    with alone(engine, pause):
        for _ in range(attempts - 1):
            if try_to_migrate(engine, revision) is None:
                return
            pause(PAUSE_SECONDS)
        if blocked := try_to_migrate(engine, revision):
            raise MigrationBlocked(
                f"A migration waits for a table that others hold ({first_line(blocked.orig or blocked)}): end their "
                "long transactions (pg_stat_activity shows them), then run it again."
            ) from blocked


def try_to_migrate(engine: Engine, revision: str) -> OperationalError | None:
    """Migrate as far as it goes; the error where a lock was not to be had."""
    try:
        migrate(engine, revision)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        return error
    return None


@contextmanager
def alone(engine: Engine, pause: Callable[[float], None]) -> Iterator[None]:
    """One migration of a database at a time. The lock is a session's, on a connection without a transaction."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(text(NO_WAIT), {"lock": MIGRATION_LOCK}).scalar():
            pause(PAUSE_SECONDS)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": MIGRATION_LOCK})


def migrate(engine: Engine, revision: str) -> None:
    """All migrations up to the revision, each in a transaction of its own that waits for no lock for long."""
    with engine.connect() as connection:
        set_lock_timeout(connection, LOCK_TIMEOUT)
        try:
            command.upgrade(config(connection=connection), revision)
        finally:
            connection.rollback()
            set_lock_timeout(connection, "0")


def set_lock_timeout(connection: Connection, duration: str) -> None:
    """How long the session waits for a lock; 0 is for ever."""
    connection.execute(text("SELECT set_config('lock_timeout', :duration, false)"), {"duration": duration})
    connection.commit()


def config(**attributes: object) -> Config:
    """Alembic's configuration; `attributes` reach migrations/env.py."""
    alembic = Config()
    alembic.set_main_option("script_location", "igny8_lib:db/migrations")
    alembic.set_main_option("path_separator", "os")
    alembic.attributes.update(attributes)
    return alembic
