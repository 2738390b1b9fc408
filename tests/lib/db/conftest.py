"""Two tenants with rows in every table: made once for all workers, copied for each test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from tests.conftest import run_on_server, with_database
from tests.factories.tenants import Tenant, make_tenant
from tests.postgres_server import SharedServer, copy_of


def two_tenants(session: Session) -> None:
    make_tenant(session)
    make_tenant(session)


@pytest.fixture
def database_url(postgres_url: str, shared_server: SharedServer) -> Iterator[str]:
    """URL of a database of the test's own, with both tenants in it."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    run_on_server(postgres_url, copy_of(shared_server.template_with("tenants", two_tenants), name))
    yield with_database(postgres_url, name)
    run_on_server(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def both(sessions: Sessions) -> tuple[Tenant, Tenant]:
    with sessions() as session:
        rows = session.execute(select(Site.account_id, Site.id).order_by(Site.account_id, Site.id)).all()
    one, other = [Tenant(first.account_id, (first.id, second.id)) for first, second in (rows[:2], rows[2:])]
    return one, other


@pytest.fixture
def mine(both: tuple[Tenant, Tenant]) -> Tenant:
    return both[0]


@pytest.fixture
def theirs(both: tuple[Tenant, Tenant]) -> Tenant:
    return both[1]
