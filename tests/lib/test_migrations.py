from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from igny8_lib.db.migrate import upgrade
from igny8_lib.models import Base


def test_the_migrations_make_exactly_the_tables_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_a_migrated_database_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
