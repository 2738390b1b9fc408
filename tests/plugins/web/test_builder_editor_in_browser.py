"""The editor of websites in a browser: by keyboard, with the preview beside it, in which no text of people runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from igny8_lib.db.session import Sessions
from igny8_lib.models import Site, SitePage
from igny8_lib.site_builder.blueprints.given import block_values
from tests.browser.checks import assert_accessible, assert_fits, set_theme
from tests.browser.visitor import NARROW
from tests.factories.websites import make_page, make_website
from tests.plugins.web.house import House
from tests.plugins.web.served import page_of

pytestmark = pytest.mark.slow("a browser starts, and loads pages from a server of its own")

HOSTILE = "<script>alert(1)</script>\"'><img src=//evil.example/x onerror=alert(1)>"


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """A browser's page, signed in as the owner."""
    with page_of("owner", address) as opened:
        yield opened


@pytest.fixture
def boats(house: House, sessions: Sessions, media_folder: Path) -> tuple[int, int]:
    """A website and one of its pages, with an opening and a text."""
    assert media_folder
    with sessions.begin() as session:
        website = make_website(session, session.get_one(Site, house.blog), name="Harbour boats")
        hero = block_values({"id": "hero-1", "type": "hero", "data": {"title": "Boats"}})
        text = block_values({"id": "text-1", "type": "text", "data": {"title": "Repairs", "body": "Big ones."}})
        made = make_page(session, website, slug="boats", title="Boats", blocks=[hero, text])
        return website.id, made.id


def test_a_page_is_edited_by_keyboard_and_undone_beside_its_preview(
    address: str, page: Page, boats: tuple[int, int], sessions: Sessions
) -> None:
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: seen.append(request.url) if "evil" in request.url else None)
    page.goto(f"{address}/website/{boats[0]}/edit?page={boats[1]}")
    preview = page.frame_locator("#preview")
    expect(preview.get_by_role("heading", level=1, name="Boats")).to_be_visible()

    page.locator("#edit-text-1").focus()
    page.keyboard.press("Enter")
    heading = page.locator("#f-title")
    expect(heading).to_be_focused(timeout=9_000)
    heading.fill(HOSTILE)
    page.locator("#f-body").fill(HOSTILE)
    heading.press("Enter")
    expect(page.locator("#toast")).to_contain_text("Saved")
    expect(preview.locator("#text-1")).to_contain_text("<script>alert(1)</script>")
    assert re.search(r"#text-1$", page.locator("#preview").get_attribute("src") or "")
    for width in (1400, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            set_theme(page.main_frame, theme)
            assert_fits(page.main_frame)
            assert_accessible(page.main_frame)
    page.set_viewport_size({"width": 1400, "height": 900})

    page.locator("#edit-text-1").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-block]").first).to_have_attribute("data-block", "text-1")
    expect(page.locator("#edit-text-1")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("[data-block]").first).to_have_attribute("data-block", "hero-1")
    page.locator("#undo").focus()
    page.keyboard.press("Control+z")
    expect(preview.locator("#text-1")).to_contain_text("Repairs")
    with sessions() as session:
        assert session.get_one(SitePage, boats[1]).blocks[1]["data"]["title"] == "Repairs"

    page.get_by_role("button", name="Phone").click()
    expect(page.locator("#preview")).to_have_css("width", "390px")
    preview.get_by_role("navigation").get_by_role("link", name="Contact").first.click()
    expect(preview.get_by_role("heading", name="We repair boats")).to_be_visible()
    assert seen == []


def test_what_is_typed_survives_a_mistake_and_a_move(address: str, page: Page, boats: tuple[int, int]) -> None:
    page.goto(f"{address}/website/{boats[0]}/edit?page={boats[1]}&block=hero-1")
    heading = page.locator("#f-title")
    heading.fill("")
    heading.press("Enter")
    expect(heading).to_have_attribute("aria-invalid", "true")
    expect(heading).to_be_focused()
    heading.fill("Ships")
    page.locator("#down-hero-1").click()
    expect(page.locator("[data-block]").first).to_have_attribute("data-block", "text-1")
    expect(heading).to_have_value("Ships")
