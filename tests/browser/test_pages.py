"""Every page, alone and in Airflow's frame, light and dark, on a desk and on a phone."""

from __future__ import annotations

import pytest

from tests.browser.checks import assert_accessible, assert_fits, set_theme
from tests.browser.demo import Demo
from tests.browser.pages import PAGES, Page
from tests.browser.visitor import NARROW, WIDE, Visit

pytestmark = [pytest.mark.airflow, pytest.mark.slow("loads each page in a browser, in each light and width")]

LOOKS = {
    "alone": [("light", WIDE), ("light", NARROW), ("dark", NARROW), ("dark", WIDE)],
    "framed": [("light", WIDE), ("dark", NARROW)],  # the same document; on a phone Airflow leaves it 320 pixels
}


@pytest.mark.parametrize("way", list(LOOKS))
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_shows_itself_fits_shuts_nobody_out_and_says_nothing_to_the_console(
    page: Page, way: str, visit: Visit, demo: Demo
) -> None:
    visitor = visit("demo-owner")
    document = getattr(visitor, way)(page.path.format_map(demo.names))
    document.wait_for_selector(page.ready)
    for theme, width in LOOKS[way]:
        visitor.resize(width)
        set_theme(document, theme)
        assert_fits(document)
        assert_accessible(document)
