"""Two tenants with rows in every table."""

from __future__ import annotations

import pytest

from igny8_lib.db.session import Sessions
from tests.factories.tenants import Tenant, make_tenant


@pytest.fixture
def mine(sessions: Sessions) -> Tenant:
    with sessions.begin() as session:
        return make_tenant(session)


@pytest.fixture
def theirs(sessions: Sessions) -> Tenant:
    with sessions.begin() as session:
        return make_tenant(session)


@pytest.fixture
def both(mine: Tenant, theirs: Tenant) -> tuple[Tenant, Tenant]:
    return mine, theirs
