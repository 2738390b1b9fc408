"""Built websites shut nobody out, whatever their theme."""

from __future__ import annotations

from itertools import cycle
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext

from igny8_lib.site_builder.palettes import PALETTES
from igny8_lib.site_builder.personalities import PERSONALITIES
from igny8_lib.site_builder.typographies import TYPOGRAPHIES
from tests.browser.checks import assert_accessible, assert_fits
from tests.lib.site_builder.must_hold.built import BuiltSite

CUSTOMERS = ("english", "german")
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@pytest.mark.slow("axe-core looks at every page, by day and by night")
@pytest.mark.parametrize("slug", CUSTOMERS)
def test_every_page_is_accessible_and_fits_a_phone(
    built: dict[str, BuiltSite], context: BrowserContext, slug: str
) -> None:
    page = context.new_page()
    for address in [*built[slug].addresses(), f"{built[slug].url}nothing-here/"]:
        page.goto(address)
        page.set_viewport_size({"width": 320, "height": 640})
        assert_fits(page.main_frame)
        page.set_viewport_size({"width": 1280, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            assert_accessible(page.main_frame)


@pytest.mark.slow("axe-core looks at pages in each of forty themes, by day and by night")
@pytest.mark.parametrize("palette", PALETTES)
def test_every_palette_is_accessible_with_every_personality(
    built: dict[str, BuiltSite], context: BrowserContext, palette: str
) -> None:
    """The pages of both sites and the typographies take turns, so that each theme is seen on another page."""
    page, shift = context.new_page(), [*PALETTES].index(palette)
    fonts, customers = cycle(TYPOGRAPHIES), cycle(CUSTOMERS)
    for number, personality in enumerate(PERSONALITIES, start=shift):
        site = built[next(customers)]
        site.wear(palette=palette, personality=personality, typography=next(fonts))
        addresses = site.addresses()
        for scheme, place in zip(SCHEMES, (number, number * 2), strict=True):
            page.emulate_media(color_scheme=scheme)
            page.goto(addresses[place % len(addresses)])
            assert_accessible(page.main_frame)
