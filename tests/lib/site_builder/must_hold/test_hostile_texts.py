"""Texts that would like to be more than texts, in every field of a brief, of pages, of blocks and of articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import cycle
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, BrowserContext

from igny8_lib.site_builder.assets.showing import images_of
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.images import Images
from tests.lib.site_builder.must_hold.briefs import MARKS, spoiled
from tests.lib.site_builder.must_hold.built import BuiltSite
from tests.lib.site_builder.must_hold.visits import RUNS, Visit, visit

TEMPT = """
() => {
  for (const each of document.querySelectorAll('*'))
    for (const kind of ['mouseover', 'focus', 'click', 'load', 'error', 'toggle'])
      if (kind != 'click' || !each.closest('a, button, form, summary')) each.dispatchEvent(new Event(kind));
}
"""
FOREIGN = "iframe, object, embed, style, base, form[action^=javascript], a[href^='javascript' i], [srcdoc]"
HANDLERS = (
    "[...document.querySelectorAll('*')].flatMap(each => each.getAttributeNames()).filter(n => n.startsWith('on'))"
)
DATA = "[...document.scripts].map(each => each.textContent)"


@pytest.fixture
def trusting(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that heeds no policy of the server: what keeps texts from running is the page alone."""
    made = browser.new_context(bypass_csp=True)
    yield made
    made.close()


def images(site: BuiltSite) -> Images:
    """The site's own pictures."""
    with site.sessions() as session:
        return images_of(session, site.site_id)


def assert_nothing_ran(seen: Visit, url: str) -> None:
    """Nothing ran, nothing was loaded from elsewhere, and no element is there that a text made."""
    page = seen.page
    page.evaluate(TEMPT)
    assert page.evaluate("window.ran") is None
    assert (page.evaluate(RUNS), page.evaluate(HANDLERS)) == (0, [])
    assert page.locator(FOREIGN).count() == 0
    assert (seen.elsewhere(url), seen.complaints) == ([], [])
    for data in page.evaluate(DATA):
        json.loads(data)


def test_a_hostile_brief_and_article_run_nowhere(built: dict[str, BuiltSite], trusting: BrowserContext) -> None:
    site = built["hostile"]
    for address in [*site.addresses(), f"{site.url}nothing-here/"]:
        with visit(trusting, address) as seen:
            seen.complaints = [each for each in seen.complaints if "404" not in each]
            assert_nothing_ran(seen, site.url)
            assert MARKS[0] in seen.page.title()
    for path, content in site.files().items():
        if path.endswith((".xml", ".svg")):
            ET.fromstring(content)  # noqa: S314 - made by the code under test


@pytest.mark.slow("deploys a page with every block four times")
def test_hostile_texts_in_every_field_of_every_block_are_shown_as_they_are(
    built: dict[str, BuiltSite], trusting: BrowserContext
) -> None:
    site = built["hostile"]
    about = next(page.slug for page in site.pages() if page.type == "about")
    picture = next(iter(images(site)))
    for shift in range(0, len(MARKS), 3):
        marks = cycle([*MARKS[shift:], *MARKS[:shift]])
        blocks = [
            {"id": kind.replace("_", "-"), "type": kind, "data": spoiled(BLOCKS[kind].example, marks, picture)}
            for kind in BLOCKS
        ]
        site.change(about, title=MARKS[shift], description=MARKS[-1 - shift], blocks=blocks)
        site.deploy()
        with visit(trusting, f"{site.url}{about}/") as seen:
            assert_nothing_ran(seen, site.url)
            shown = seen.page.evaluate("document.documentElement.textContent")
            assert [mark for mark in MARKS if mark not in shown] == []
