"""A website whose pages go to a real WordPress."""

from __future__ import annotations

from pathlib import Path

import pytest

from igny8_lib.db.session import Sessions
from tests.lib.site_builder.wordpress_pages.websites import WordPressWebsite, make_website
from tests.wordpress_server import WordPressServer


@pytest.fixture
def website(sessions: Sessions, tmp_path: Path, wordpress: WordPressServer) -> WordPressWebsite:
    """With five pages, to be WordPress' alone."""
    return make_website(sessions, tmp_path, wordpress.connection("editor"))
