"""What tests of publishing share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from tests.factories.sites import make_site
from tests.lib.publishing.static_site import StaticSites, served


@pytest.fixture
def site(session: Session) -> Site:
    return make_site(session, timezone="Europe/Berlin")


@pytest.fixture
def sites(tmp_path: Path, sessions: Sessions) -> Iterator[StaticSites]:
    """Built websites, shown by a real web server."""
    with served(tmp_path, sessions) as sites:
        yield sites
