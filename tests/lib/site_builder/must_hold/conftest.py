"""Three websites for all tests here, built once: an English one, a German one, and one of hostile texts."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from tests.browser.chromium import chromium, require_chromium
from tests.lib.publishing.static_site import served
from tests.lib.site_builder.must_hold.briefs import BRIEFS, HOSTILE_ARTICLE
from tests.lib.site_builder.must_hold.built import BuiltSite, build_site
from tests.postgres_server import copy_of, run_on_server, with_database
from tests.sandbox_server import SandboxServer

ARTICLES = {
    "english": {"winter-storage": {"title": "Winter storage"}, "caulking": {"title": "Caulking & painting"}},
    "german": {"rosen-schneiden": {"title": "Rosen schneiden im Frühling"}, "torf": {"title": "Gärtnern ohne Torf"}},
    "hostile": {"bolts": HOSTILE_ARTICLE},
}


@pytest.fixture(scope="package")
def built(
    postgres_url: str,
    template_database: str,
    sandbox_server: SandboxServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, BuiltSite]]:
    """The websites by their slugs, live at a web server; in a database of their own."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    run_on_server(postgres_url, copy_of(template_database, name))
    engine = make_engine(with_database(postgres_url, name))
    sessions = session_factory(engine, PLATFORM)
    sandbox_server.reset()
    with served(tmp_path_factory.mktemp("built"), sessions) as sites:
        yield {
            slug: build_site(sessions, sites, sandbox_server.base_url, slug, brief=brief, articles=ARTICLES[slug])
            for slug, brief in BRIEFS.items()
        }
    engine.dispose()
    run_on_server(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="package")
def browser(built: dict[str, BuiltSite]) -> Iterator[Browser]:  # noqa: ARG001 - built before, as it runs event loops
    """A Chromium, until the last test here has ended."""
    require_chromium()
    with chromium() as started:
        yield started


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor who was never here."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    yield made
    made.close()
