"""A site, and where its files are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site
from igny8_lib.pipeline.media import Media
from tests.factories.sites import make_site
from tests.lib.site_builder.assets.keeping import store_at


@pytest.fixture
def store(tmp_path: Path) -> Media:
    return store_at(tmp_path)


@pytest.fixture
def site(sessions: Sessions) -> Site:
    with sessions.begin() as session:
        return make_site(session)
