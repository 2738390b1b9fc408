"""What tests of rules share."""

from __future__ import annotations

import pytest

from igny8_lib.db.session import Sessions
from tests.lib.rules.world import World


@pytest.fixture
def world(sessions: Sessions) -> World:
    return World(sessions)
