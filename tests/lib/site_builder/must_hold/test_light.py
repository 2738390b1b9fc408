"""Built websites load little, and nothing moves while they do: what Lighthouse looks at, as numbers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.lib.site_builder.must_hold.built import BuiltSite
from tests.lib.site_builder.must_hold.visits import RUNS, Visit, visit

MOST_BYTES = 50_000
"""Of a page without its pictures."""
MOST_PICTURES = 350_000
"""Bytes of all pictures of a page on a phone."""
WINDOWS = {"desktop": (1280, 900), "phone": (390, 844)}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("slug", ["english", "german"])
def test_pages_load_little_from_the_site_alone_and_nothing_moves(
    built: dict[str, BuiltSite], browser: Browser, slug: str, window: str
) -> None:
    site, (width, height) = built[slug], WINDOWS[window]
    shown = 0
    for address in site.addresses():
        context = browser.new_context(viewport={"width": width, "height": height})
        with visit(context, address) as seen:
            moved = seen.read_on()
            assert_light(seen, site.url, phone=window == "phone")
            assert moved == 0, address
            assert_pictures(seen)
            shown += len(seen.pictures())
        context.close()
    assert shown >= 6, "heroes, cards of articles, and articles' own"


def assert_light(seen: Visit, url: str, *, phone: bool) -> None:
    """One document, one style sheet, and the page's pictures once each; nothing that runs, nobody complains."""
    loaded = [each for each in seen.requests if "/favicon." not in each.url]
    kinds = sorted(each.resource_type for each in loaded if each.resource_type != "image")
    assert kinds == ["document", "stylesheet"]
    assert len(seen.requests) - len(loaded) <= 1, "the icon"
    pictures = {each["file"] for each in seen.pictures()}
    asked = [each.url for each in loaded if each.resource_type == "image"]
    assert sorted(asked) == sorted(pictures), "each once"
    assert sum(seen.sizes("document", "stylesheet")) <= MOST_BYTES
    assert not phone or sum(seen.sizes("image")) <= MOST_PICTURES
    assert seen.elsewhere(url) == []
    assert (seen.page.evaluate(RUNS), seen.complaints) == (0, [])


def assert_pictures(seen: Visit) -> None:
    """Each says how large it is and what it shows; those that nobody sees at first wait."""
    for each in seen.pictures():
        assert each["shown"], each
        assert each["alt"], each
        assert int(each["width"]) > 0, each
        assert int(each["height"]) > 0, each
        assert each["lazy"] or not each["below"], each


def test_a_phone_gets_smaller_copies_of_large_pictures(built: dict[str, BuiltSite], browser: Browser) -> None:
    files = {}
    for window, (width, height) in WINDOWS.items():
        context = browser.new_context(viewport={"width": width, "height": height})
        with visit(context, built["english"].url) as seen:
            seen.read_on()
            files[window] = sum(seen.sizes("image"))
        context.close()
    assert 0 < files["phone"] < files["desktop"] / 2
