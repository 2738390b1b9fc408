"""Reviewing and editing in a real browser: nothing hostile runs, keys act, and the editor works under its policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, ContentStatus
from tests.plugins.web.articles import HOSTILE, add_articles
from tests.plugins.web.house import House
from tests.plugins.web.served import page_of

ROUND_TRIP = (
    '<h2 id="when">When</h2><p>In <strong>spring</strong> (<a href="#when" rel="nofollow">see</a>), H<sub>2</sub>O.</p>'
    '<ol start="3"><li>Cut</li></ol><dl><dt>Bud</dt><dd>A start</dd></dl><pre><code>a  b</code></pre>'
    '<table><caption>Months</caption><thead><tr><th scope="col">Rose</th></tr></thead><tbody><tr><td colspan="1">'
    "White</td></tr></tbody></table>"
)
"""HTML as it is stored, with what editors are known to lose."""

pytestmark = pytest.mark.slow("a browser starts, and loads pages from a server of its own")


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """A browser's page, signed in as the editor."""
    with page_of("editor", address) as opened:
        yield opened


def test_hostile_html_does_nothing_in_the_preview_and_its_policy_alone_would_do(
    house: House, sessions: Sessions, address: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one,) = add_articles(sessions, house, html=HOSTILE)
    monkeypatch.setattr("igny8_web.pages.article.reading.texts_of", lambda content: {"html": content.html})
    page.goto(f"{address}/content/{one}")
    preview = page.frame_locator("iframe.paper")
    expect(preview.get_by_text("Roses", exact=True)).to_be_visible()
    preview.get_by_text("click").click()
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert page.url == f"{address}/content/{one}"
    assert not [frame.url for frame in page.frames if not frame.url.startswith((address, "about:", "chrome-error:"))]
    page.goto(f"{address}/content/{one}/preview")
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None, "nor where it is opened by itself"


def test_keys_act_on_the_page_unless_somebody_types_or_they_are_off(
    house: House, sessions: Sessions, address: str, page: Page
) -> None:
    one, two = add_articles(sessions, house, 2)
    page.goto(f"{address}/content/{one}")
    page.keyboard.press("j")
    expect(page).to_have_url(f"{address}/content/{two}")
    expect(page.get_by_role("button", name="Keys")).to_be_visible()  # by then the page listens to keys
    page.keyboard.press("r")
    page.get_by_label("In your words").fill("")
    page.keyboard.type("a")
    expect(page.get_by_label("In your words")).to_have_value("a")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    page.get_by_label("Keys are on").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("a")
    page.reload()
    page.keyboard.press("a")
    with sessions() as session:
        assert session.get_one(Content, two).status == ContentStatus.REVIEW
    page.evaluate("localStorage.clear()")
    page.reload()
    page.keyboard.press("a")
    expect(page).to_have_url(f"{address}/content/{one}?did=approved&of={two}")


def test_the_editor_works_under_its_policy_loads_nothing_from_elsewhere_and_loses_nothing(
    house: House, sessions: Sessions, address: str, page: Page
) -> None:
    (one,) = add_articles(sessions, house, html=ROUND_TRIP)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/content/{one}/edit")
    expect(page.locator(".jodit-wysiwyg h2")).to_have_text("When")
    page.locator(".jodit-toolbar-button_source button").click()
    page.locator(".jodit-toolbar-button_source button").click()
    assert page.evaluate("document.getElementById('html').value").strip() == ROUND_TRIP
    page.locator(".jodit-wysiwyg h2").click()
    page.keyboard.press("End")
    page.keyboard.type(" to cut")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("version 2")
    with sessions() as session:
        assert session.get_one(Content, one).html == ROUND_TRIP.replace(">When<", ">When to cut<")
    assert said == []
    here = address.removesuffix("/sites/blog")
    assert [url for url in asked if not url.startswith((here, "data:"))] == []


def test_what_is_saved_at_once_is_all_that_was_typed_also_as_html(
    house: House, sessions: Sessions, address: str, page: Page
) -> None:
    (one,) = add_articles(sessions, house, html="<p>One.</p>")
    page.goto(f"{address}/content/{one}/edit")
    page.locator(".jodit-toolbar-button_source button").click()
    page.locator(".jodit-source textarea").fill("<p>Two.</p><p>Three.</p>")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("version 2")
    with sessions() as session:
        assert session.get_one(Content, one).html == "<p>Two.</p><p>Three.</p>"
