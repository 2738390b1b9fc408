"""Built websites with a web server, and publishers for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from tests.lib.publishing.static_site import StaticSites, served
from tests.lib.site_builder.showing.harbour import Harbour, make_harbour


@pytest.fixture
def sites(tmp_path: Path, sessions: Sessions) -> Iterator[StaticSites]:
    """Built websites, shown by a real web server."""
    with served(tmp_path, sessions) as sites:
        yield sites


@pytest.fixture
def harbour(session: Session, sessions: Sessions, sites: StaticSites) -> Harbour:
    """A site without any version yet."""
    return make_harbour(session, sessions, sites)
