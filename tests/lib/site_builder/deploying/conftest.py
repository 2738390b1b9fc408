"""A website that can be deployed."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.db.session import Sessions
from tests.lib.site_builder.deploying.websites import Website, make_website


@pytest.fixture
def website(sessions: Sessions, tmp_path: Path) -> Website:
    """With five pages, at a folder of the platform's."""
    return make_website(sessions, tmp_path)
