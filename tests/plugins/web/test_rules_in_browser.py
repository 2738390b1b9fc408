"""A rule written in a real browser: rows that offer what fits, a test beside it that follows, saving, switching."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import AutomationRule, Keyword, Site
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.visitor import NARROW
from tests.factories.planner import make_keywords
from tests.plugins.web.house import House
from tests.plugins.web.served import page_of, served

pytestmark = pytest.mark.slow("a browser starts, and loads pages from a server of its own")


@pytest.fixture
def address(house: House) -> Iterator[str]:
    """The site's pages, served on a port of this machine."""
    with served(house) as found:
        yield found


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """A browser's page, signed in as the owner."""
    with page_of("owner", address) as opened:
        yield opened


@pytest.fixture
def keywords(house: House, sessions: Sessions) -> list[str]:
    """Twelve keywords that wait, half of them searched for seldom."""
    names = [f"harbour rope {number}" for number in range(12)]
    with sessions.begin() as session:
        for place, keyword in enumerate(make_keywords(session, session.get_one(Site, house.blog), names)):
            keyword.volume = 80 if place % 2 else 150
    return names


def test_try(page: Page, address: str, keywords: list[str]) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(f"{address}/rules/new?start=blank")
    page.wait_for_timeout(1500)
    page.screenshot(path="/tmp/pages-1.png", full_page=True)
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Condition 1: what").select_option("volume")
    page.wait_for_timeout(500)
    page.get_by_label("Condition 1: value").fill("100")
    page.wait_for_timeout(2500)
    page.screenshot(path="/tmp/pages-2.png", full_page=True)
    page.get_by_label("What sets it off").select_option("schedule")
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Save the rule").click()
    page.wait_for_timeout(1500)
    page.screenshot(path="/tmp/pages-3.png", full_page=True)
