"""Schema migrations, run from code so that every caller (init command, tests) takes the same road."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

MIGRATION_LOCK = 0x1697_9818
"""Advisory lock: two init commands at once migrate one after the other."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to the revision; does nothing where it is there already."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        command.upgrade(config(connection=connection), revision)


def config(**attributes: object) -> Config:
    """Alembic's configuration; `attributes` reach migrations/env.py."""
    alembic = Config()
    alembic.set_main_option("script_location", "igny8_lib:db/migrations")
    alembic.set_main_option("path_separator", "os")
    alembic.attributes.update(attributes)
    return alembic
