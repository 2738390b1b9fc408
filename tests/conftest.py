"""What all tests share: one PostgreSQL for the session, one migrated database of its own for each test."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from igny8_lib.airflow_api import client
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from tests.postgres_server import SERVER, SharedServer, copy_of, run_on_server, with_database
from tests.sandbox_server import SandboxServer
from tests.session_folder import wordpress_folder
from tests.stack import Stack
from tests.wordpress_server import Switches, WordPressServer, WordPressServers, WordPressWith

__all__ = ["run_on_server", "with_database"]

METRICS_TOKEN = "a token of the tests"
"""Opens the figures of the session's stack."""

pytest_plugins = ["tests.workers", "tests.slow_tests", "tests.garbage"]


@pytest.fixture(scope="session")
def shared_server(pytestconfig: pytest.Config) -> SharedServer:
    """The PostgreSQL that all processes of the session share; it starts when its URL is asked for."""
    return pytestconfig.stash[SERVER]


@pytest.fixture(scope="session")
def postgres_url(shared_server: SharedServer) -> str:
    """Maintenance URL of a PostgreSQL server: IGNY8_TEST_DATABASE_URL, or the session's own."""
    return shared_server.url()


@pytest.fixture(scope="session")
def template_database(shared_server: SharedServer) -> str:
    """Name of a migrated database that the tests' own ones are copied from."""
    return shared_server.template()


@pytest.fixture
def database_url(postgres_url: str, template_database: str) -> Iterator[str]:
    """URL of a fresh migrated database, dropped after the test."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    run_on_server(postgres_url, copy_of(template_database, name))
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
    return session_factory(engine, PLATFORM)


@pytest.fixture
def session(sessions: Sessions) -> Iterator[Session]:
    """One session; what the test does not commit is rolled back."""
    with sessions() as session:
        yield session


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """One real Airflow stack for the session; tests leave it running, with the sandbox's switches off.

    All tests that take it run in one worker, so there is one, and what they kill is met by nobody else. The tests' own
    WordPress is on this machine, where no request would go otherwise.
    """
    shape = {"cluster": True, "parallelism": 4} if os.environ.get("CLUSTER_TEST") == "all" else {}
    given = {"IGNY8_WORDPRESS_ALLOW_PRIVATE": "true", "IGNY8_METRICS_TOKEN": METRICS_TOKEN}
    with Stack.started(given, **shape) as stack:
        yield stack


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[SandboxServer]:
    """One AI sandbox for each worker, since its switches hold for all who ask it; tests take `sandbox`."""
    with SandboxServer() as server:
        yield server


@pytest.fixture
def sandbox(sandbox_server: SandboxServer) -> SandboxServer:
    """The AI sandbox as after its start: switches off, nothing counted, nothing seen."""
    sandbox_server.reset()
    return sandbox_server


@pytest.fixture(scope="session")
def wordpress_servers() -> Iterator[WordPressServers]:
    """The worker's WordPress servers; tests take `wordpress` or `wordpress_with`."""
    servers = WordPressServers(wordpress_folder())
    yield servers
    servers.stop()


@pytest.fixture
def wordpress_with(wordpress_servers: WordPressServers) -> WordPressWith:
    """An emptied real WordPress with switches: wordpress_with(permalinks="", zone="Asia/Tokyo")."""
    return lambda **switches: wordpress_servers.get(Switches(**switches))


@pytest.fixture
def wordpress(wordpress_with: WordPressWith) -> WordPressServer:
    """An emptied real WordPress as most are."""
    return wordpress_with()


@pytest.fixture
def asked_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow is asked again without a pause: how often is tested, not how long."""
    monkeypatch.setattr(client, "WAIT", lambda _: 0)
