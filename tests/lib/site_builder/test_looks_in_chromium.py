"""A page with every block in a browser: it fits the narrowest window and shuts nobody out, whatever the look."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import cycle, islice
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Frame, Page, Route

from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.documents import SiteDocument, Theme, read_site
from igny8_lib.site_builder.images import ImageFile
from igny8_lib.site_builder.pages import render_pages
from igny8_lib.site_builder.palettes import PALETTES
from igny8_lib.site_builder.personalities import PERSONALITIES
from igny8_lib.site_builder.themes import style_sheet
from igny8_lib.site_builder.typographies import TYPOGRAPHIES
from tests.browser.checks import assert_accessible, assert_fits
from tests.browser.chromium import chromium, require_chromium

BASE_URL = "http://boats.example/"
NARROW, WIDE = (320, 640), (1280, 900)
LOOKS = [
    *(
        Theme(palette=palette, typography=typography, personality=personality)
        for palette, typography, personality in zip(
            PALETTES,
            islice(cycle(TYPOGRAPHIES), len(PALETTES)),
            islice(cycle(PERSONALITIES), len(PALETTES)),
            strict=True,
        )
    ),
    Theme(brand="#ffffff", personality="playful"),
    Theme(brand="#000000", personality="bold"),
    Theme(brand="#ffff00", personality="calm"),
]
"""Every palette, typography and personality at least once, and the brands that are hardest to read."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    require_chromium()
    with chromium() as browser:
        yield browser.new_page()


def with_every_block(theme: Theme) -> SiteDocument:
    """A site whose home page has each block's example, and a page for each link of them."""
    examples = {name: block.example for name, block in BLOCKS.items()}
    linked = sorted(set(re.findall(r'"page:([a-z0-9-]+)', json.dumps(examples))) - {"home"})
    order = sorted(examples, key=lambda name: (name != "hero", name))
    blocks = [{"id": name.replace("_", "-"), "type": name, "data": examples[name]} for name in order]
    home = {"slug": "home", "title": "Home", "type": "home", "blocks": blocks}
    others = [{"slug": slug, "title": slug.title(), "type": "blog" if slug == "blog" else "custom"} for slug in linked]
    return read_site({"name": "Boats & Sons", "theme": theme.model_dump(), "pages": [home, *others]})


def visit(page: Page, theme: Theme) -> Frame:
    """Open the home page as a server of the rendered files would show it."""
    site = with_every_block(theme)
    pictures = set(re.findall(r'"file": "([^"]+)"', json.dumps([block.example for block in BLOCKS.values()])))
    files = render_pages(site, BASE_URL, {name: ImageFile(name, 1200, 800) for name in pictures})
    served = files | {"assets/site.css": style_sheet(theme)}

    def serve(route: Route) -> None:
        path = urlsplit(route.request.url).path.removeprefix("/")
        name = f"{path}index.html" if path.endswith("/") or not path else path
        kind = "text/css" if name.endswith(".css") else "text/html; charset=utf-8"
        route.fulfill(status=200 if name in served else 404, content_type=kind, body=served.get(name, b""))

    page.unroute_all()
    page.route("**", serve)
    page.goto(BASE_URL)
    return page.main_frame


@pytest.mark.slow("axe-core looks at every element of a page with every block, in each look twice")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", LOOKS, ids=lambda theme: f"{theme.palette}-{theme.personality}-{theme.brand}")
def test_every_look_fits_and_is_accessible_by_day_and_by_night(page: Page, theme: Theme, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    document = visit(page, theme)
    for width, height in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": height})
        assert_fits(document)
    assert_accessible(document)


def test_the_skip_link_shows_when_it_has_the_focus_and_leads_into_the_page(page: Page) -> None:
    visit(page, Theme())
    page.set_viewport_size({"width": 1280, "height": 900})
    where = "document.querySelector('.skip').getBoundingClientRect().bottom"
    assert page.evaluate(where) <= 0
    page.keyboard.press("Tab")
    assert page.evaluate(where) > 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


@pytest.mark.parametrize("wish", ["reduce", "no-preference"])
def test_nothing_moves_for_who_wants_no_motion(page: Page, wish: str) -> None:
    page.emulate_media(reduced_motion="reduce" if wish == "reduce" else "no-preference")
    visit(page, Theme())
    moving = (
        "[...document.querySelectorAll('*')].some(each => parseFloat(getComputedStyle(each).transitionDuration) > 0)"
    )
    assert page.evaluate(moving) == (wish == "no-preference")


def test_what_can_be_pressed_is_large_enough_for_a_finger(page: Page) -> None:
    visit(page, Theme())
    page.set_viewport_size({"width": 320, "height": 640})
    small = "[...document.querySelectorAll('.button, input, textarea, select')].filter(e => e.offsetHeight < 44).length"
    assert page.evaluate("document.querySelectorAll('.button').length") > 3
    assert page.evaluate(small) == 0
