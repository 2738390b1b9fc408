"""The pages of websites in a browser: nobody is shut out, and nothing that was typed is lost."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site, SiteBlueprint, SiteBuild
from tests.browser.checks import assert_accessible, assert_fits, set_theme
from tests.browser.visitor import NARROW
from tests.factories.websites import make_page, make_website
from tests.plugins.web.house import House
from tests.plugins.web.served import page_of

pytestmark = pytest.mark.slow("a browser starts, and loads pages from a server of its own")

WIDTHS = (1400, 768, NARROW)
SHOTS = os.environ.get("IGNY8_SHOTS", "")
"""A folder that pictures of the pages go to; none by default."""


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """A browser's page, signed in as the owner."""
    with page_of("owner", address) as opened:
        yield opened


@pytest.fixture
def website(house: House, sessions: Sessions) -> int:
    """A website of six pages, the last of which is not written."""
    with sessions.begin() as session:
        made = make_website(session, session.get_one(Site, house.blog), name="Harbour boats", brief="We mend boats.")
        make_page(session, made, title="Moorings", slug="moorings", purpose="Say what a mooring costs.", blocks=[])
        return made.id


def assert_sound(page: Page, name: str) -> None:
    """The page fits and is accessible, wide, narrow, light and dark."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            set_theme(page.main_frame, theme)
            assert_fits(page.main_frame)
            if width != WIDTHS[1]:
                assert_accessible(page.main_frame)
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{theme}.png", full_page=True)
    set_theme(page.main_frame, "light")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def test_a_brief_is_written_by_keyboard_and_survives_a_reload(
    sessions: Sessions, address: str, page: Page, house: House
) -> None:
    assert house
    page.goto(f"{address}/website")
    assert_sound(page, "none")
    page.get_by_role("link", name="New website").first.click()
    page.get_by_label("Name of the website").fill("Harbour boats")
    page.get_by_label("Audience").fill("Sailors")
    page.reload()
    expect(page.get_by_label("Audience")).to_have_value("Sailors")
    assert_sound(page, "step-1")
    page.get_by_label("Name of the website").press("Enter")
    page.get_by_label("Brief", exact=True).fill("We mend boats.")
    assert_sound(page, "step-2")
    page.get_by_role("button", name="Go on").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Objectives").fill("Visitors ask for a quote")
    assert_sound(page, "step-3")
    page.get_by_role("button", name="Go on").click()

    sample = page.frame_locator("#sample")
    expect(sample.get_by_role("heading", name="How headings will look")).to_be_visible()
    before = page.locator("#sample").get_attribute("src")
    page.get_by_role("radio", name=re.compile("^Harbour")).focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#sample")).to_have_attribute("src", re.compile("palette=forest"))
    assert page.locator("#sample").get_attribute("src") != before
    expect(sample.get_by_role("heading", name="How headings will look")).to_be_visible()
    assert_sound(page, "step-4")
    page.get_by_role("button", name="Save and finish").click()
    expect(page.get_by_role("button", name="Plan the pages (50 credits)")).to_be_visible()
    assert_sound(page, "planless")
    with sessions() as session:
        website = session.scalars(select(SiteBlueprint)).one()
        assert (website.audience, website.theme["palette"]) == ("Sailors", "forest")


def test_a_build_is_opened_followed_and_stopped(sessions: Sessions, address: str, page: Page, website: int) -> None:
    page.goto(f"{address}/website/{website}")
    assert_sound(page, "one")
    page.get_by_role("button", name=re.compile("^Write the others")).click()
    expect(page.locator("#toast")).to_contain_text("The build is opened")
    expect(page.get_by_role("progressbar", name="Write 1")).to_be_visible()
    assert_sound(page, "building")
    with page.expect_response(lambda answer: answer.url.endswith(f"/website/{website}")):
        pass  # it asks by itself how far the build is
    page.get_by_role("button", name="Stop").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Let it go on")).to_be_focused()
    dialog.get_by_role("button", name="Stop the build").click()
    expect(page.locator("#toast")).to_contain_text("stopped")
    expect(page.get_by_text("Cancelled by owner.")).to_be_visible()
    with sessions() as session:
        assert session.scalars(select(SiteBuild)).one().status.value == "cancelled"
    page.get_by_role("link", name="All builds").click()
    page.locator("summary", has_text="Write 1").last.click()
    assert_sound(page, "builds")


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("", "Website"),
        ("/versions", "Versions"),
        ("/settings", "Website settings"),
        ("/{website}/build?structure=true", "Plan the pages again?"),
    ],
)
def test_the_other_pages_fit_and_shut_nobody_out(
    address: str, page: Page, website: int, path: str, heading: str
) -> None:
    page.goto(f"{address}/website{path.format(website=website)}")
    expect(page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    assert_sound(page, heading.lower().replace(" ", "-").strip("?"))
