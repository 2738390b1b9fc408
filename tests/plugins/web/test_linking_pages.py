"""The pages of links: what fits is shown with its sentence and price, put in, told, and taken out again exactly."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from igny8_web.pages.linking.article import Sentence
from sqlalchemy.orm import Session

from igny8_lib.linker.process import link
from igny8_lib.models import Content, ContentStatus, Module, Site
from igny8_lib.sites.modules import set_module
from tests.lib.linker.garden import TOPICS, make_source, make_target, placed, read
from tests.plugins.web.house import PAGES, House

PAGE = f"{PAGES}/sites/blog/linking"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def site(house: House, session: Session) -> Site:
    """The site "blog" with public articles."""
    site = session.get_one(Site, house.blog)
    for phrase, text in TOPICS.items():
        make_target(session, site, phrase, text)
    read(session, site)
    session.commit()
    return site


@pytest.fixture
def article(site: Site, session: Session) -> int:
    """An article whose text names them."""
    content_id = make_source(session, site).id
    session.commit()
    return content_id


def soup(house: House, who: str, path: str = "") -> BeautifulSoup:
    """A page as somebody sees it."""
    answer = house.browser(who).get(PAGE + path)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def ticked(page: BeautifulSoup) -> list[str]:
    """The targets that are ticked beforehand."""
    return [str(box["value"]) for box in page.select("input[name=targets][checked]")]


def process(house: House, article: int, targets: list[str], version: int = 1) -> BeautifulSoup:
    """The part that answers when links are put in."""
    data = {"version": str(version), "targets": targets}
    answer = house.browser("editor").post(f"{PAGE}/{article}/process", data=data, headers=HTMX)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def test_nothing_yet_says_what_to_do(house: House) -> None:
    page = house.browser("viewer").get(PAGE).text
    assert "No article yet" in page
    assert "Go to the dashboard" in page


def test_figures_explain_themselves_and_orphans_are_seen_in_the_list(house: House, article: int) -> None:
    page = soup(house, "viewer")
    tiles = {tile.select_one(".lab").get_text(): tile.select_one(".v").get_text() for tile in page.select(".tile")}  # type: ignore[union-attr]
    assert [tiles[next(name for name in tiles if name.startswith(label))] for label in ("Targets", "Orphans")] == [
        "4",
        "4",
    ]
    assert all(tile.select_one("[role=tooltip]") for tile in page.select(".tile"))
    assert "compared by their words alone" in page.get_text()
    rows = page.select("tbody tr")
    assert sum("none" in row.select_one("[data-l='Links in']").get_text() for row in rows) == len(TOPICS)  # type: ignore[union-attr]
    assert f"{PAGE}/{article}" in str(page)


def test_candidates_mark_the_anchor_in_its_sentence_and_tell_why_and_the_price(house: House, article: int) -> None:
    page = soup(house, "editor", f"/{article}")
    assert ticked(page)
    assert {mark.get_text().lower() for mark in page.select("mark")} <= set(TOPICS)
    told = page.get_text()
    assert "About the same" in told
    assert "8 credits once" in told
    assert "of 50" in told


def test_the_chosen_links_are_put_in_told_and_taken_out_again_exactly(
    house: House, session: Session, article: int
) -> None:
    before = session.get_one(Content, article).html
    session.commit()
    wanted = ticked(soup(house, "editor", f"/{article}"))[:1]
    part = process(house, article, wanted)
    assert "1 link put in" in part.select_one("[role=status]").get_text()  # type: ignore[union-attr]
    assert "8 credits were charged" in part.get_text()
    session.expire_all()
    assert [str(each.target_id) for each in placed(session, session.get_one(Content, article))] == wanted
    session.commit()
    undo = part.select_one("form[hx-confirm]")
    assert undo is not None
    assert undo["data-consequence"]
    placing = undo.select_one("[name=placing]")["value"]  # type: ignore[index]
    answer = house.browser("editor").post(f"{PAGE}/{article}/undo", data={"placing": placing}, headers=HTMX)
    assert "1\N{NO-BREAK SPACE}link taken out" in answer.text
    session.expire_all()
    assert session.get_one(Content, article).html == before


def test_what_cannot_be_put_in_is_said_and_not_charged(house: House, article: int) -> None:
    part = process(house, article, [str(article)])
    assert "No link was put in" in part.get_text()
    assert "Nothing was charged" in part.get_text()


def test_choosing_nothing_or_an_older_version_changes_nothing(house: House, session: Session, article: int) -> None:
    browser = house.browser("editor")
    nothing = browser.post(f"{PAGE}/{article}/process", data={"version": "1"}, headers=HTMX)
    assert (nothing.status_code, "Nothing is chosen" in nothing.text) == (400, True)
    session.get_one(Content, article).version = 2
    session.commit()
    late = browser.post(f"{PAGE}/{article}/process", data={"version": "1", "targets": ["1"]}, headers=HTMX)
    assert late.status_code == 409


def test_reports_tell_orphans_and_broken_links_with_what_to_do(
    house: House, site: Site, session: Session, article: int
) -> None:
    assert len(soup(house, "viewer", "/orphans").select("tbody tr")) == len(TOPICS)
    assert "No link is broken" in soup(house, "viewer", "/broken").get_text()
    link(session, site.id, article, by="ann")
    read(session, site)
    gone = session.get_one(Content, session.get_one(Content, article).internal_links[0]["target"])
    gone.status, gone.external_url = ContentStatus.APPROVED, None
    session.flush()
    read(session, site)
    session.commit()
    page = soup(house, "viewer", "/broken")
    assert "mends it by itself" in page.get_text()
    assert "Not public" in page.get_text()
    target = soup(house, "viewer", f"/{gone.id}")
    assert "put in by the Linker" in target.get_text()


def test_a_batch_names_its_price_before_it_is_opened(house: House, article: int) -> None:
    browser = house.browser("editor")
    asked = browser.get(f"{PAGE}/batch?ids={article}").text
    assert "Credits at most" in asked
    assert "<b>8</b>" in asked
    opened = browser.post(f"{PAGE}/batch", data={"ids": [str(article)]})
    assert opened.status_code == 303
    page = browser.get(opened.headers["location"]).text
    assert "Waits for a worker" in page
    assert 'hx-trigger="every 3s"' in page
    assert "They wait already" in browser.get(f"{PAGE}/batch?ids={article}").text
    assert "Nothing is chosen" in browser.get(f"{PAGE}/batch").text


def test_viewers_see_no_button_and_a_switched_off_module_says_so(house: House, session: Session, article: int) -> None:
    for path in ("", f"/{article}", "/orphans", "/broken"):
        page = house.browser("viewer").get(PAGE + path).text
        assert ("hx-post" in page, 'method="post"' in page, 'name="ids"' in page) == (False, False, False)
    answer = house.browser("viewer").post(f"{PAGE}/{article}/process", data={"version": "1", "targets": ["1"]})
    assert answer.status_code == 403
    set_module(session, house.agency, Module.LINKER, enabled=False)
    session.commit()
    assert house.browser("owner").get(PAGE).status_code == 403


def test_an_anchor_is_marked_where_it_stands_and_a_sentence_without_it_is_whole() -> None:
    assert Sentence.of("Plum &  pear trees.", "Plum &amp; pear") == Sentence("", "Plum & pear", " trees.")
    assert Sentence.of("Nothing of it.", "<b>else</b>") == Sentence("Nothing of it.", "", "")
