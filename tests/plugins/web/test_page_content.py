"""The list of all articles, and decisions about several of them."""

from __future__ import annotations

import re

import igny8_product
import pytest

from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, ContentSource, ContentStatus, ModuleSettings, SyncStatus
from tests.plugins.web.articles import add_articles
from tests.plugins.web.house import PAGES, House
from tests.statements import count_statements

CONTENT = f"{PAGES}/sites/blog/content"


def status_of(sessions: Sessions, content_id: int) -> ContentStatus:
    with sessions() as session:
        return session.get_one(Content, content_id).status


def test_articles_are_filtered_by_state_with_counts_and_searched(house: House, sessions: Sessions) -> None:
    add_articles(sessions, house, 2, title="White roses")
    add_articles(sessions, house, 1, title="Tulips", status=ContentStatus.APPROVED)
    browser = house.browser("editor")
    page = browser.get(CONTENT).text
    assert re.search(r'In review <span class="n">2</span>', page)
    assert re.search(r'Approved <span class="n">1</span>', page)
    assert "Tulips" not in browser.get(f"{CONTENT}?status=review").text
    found = browser.get(f"{CONTENT}?text=tulip").text
    assert ("Tulips" in found, "White roses" in found) == (True, False)


def test_what_came_from_the_website_is_told_apart_and_shown_where_it_is_asked_for(
    house: House, sessions: Sessions
) -> None:
    add_articles(sessions, house, title="White roses", sync_status=SyncStatus.SYNCED)
    imported = {"source": ContentSource.WORDPRESS, "sync_status": SyncStatus.IMPORTED}
    add_articles(sessions, house, title="Tulips", status=ContentStatus.PUBLISHED, **imported)
    browser = house.browser("editor")
    shown = {origin: browser.get(f"{CONTENT}{origin}").text for origin in ("", "?origin=website", "?origin=all")}
    there = {origin: ("White roses" in page, "Tulips" in page) for origin, page in shown.items()}
    assert there == {"": (True, False), "?origin=website": (False, True), "?origin=all": (True, True)}
    badges = [re.findall(r"</svg>(WordPress|Imported|Synced)</span>", page) for page in shown.values()]
    assert badges == [["Synced"], ["WordPress", "Imported"], ["WordPress", "Imported", "Synced"]]
    assert re.search(r'Published <span class="n">0</span>', shown[""])
    assert "Nothing was imported yet" in house.browser("owner").get(f"{PAGES}/sites/shop/content?origin=website").text


@pytest.mark.parametrize("sort", ["oldest", "newest", "title", "longest"])
def test_articles_are_sorted(house: House, sessions: Sessions, sort: str) -> None:
    add_articles(sessions, house, title="Asters", word_count=100)
    add_articles(sessions, house, title="Begonias", word_count=900)
    page = house.browser("editor").get(f"{CONTENT}?sort={sort}").text
    assert (page.index(">Asters<") < page.index(">Begonias<")) == (sort in {"oldest", "title"})


def test_the_list_sends_the_same_number_of_statements_whatever_there_is(house: House, sessions: Sessions) -> None:
    browser = house.browser("editor")
    add_articles(sessions, house, 2)
    browser.get(CONTENT)
    few = count_statements(igny8_product.product_engine(), lambda: browser.get(CONTENT))
    add_articles(sessions, house, 40, pictures=1)
    assert count_statements(igny8_product.product_engine(), lambda: browser.get(CONTENT)) == few


def test_titles_are_named_before_several_are_decided_about_and_undo_is_offered_afterwards(
    house: House, sessions: Sessions
) -> None:
    one, two = (add_articles(sessions, house, title=title)[0] for title in ("White roses", "Tulips"))
    browser = house.browser("editor")
    query = f"what=approve&pick={one}:1&pick={two}:1"
    asked = browser.get(f"{CONTENT}/decide?{query}").text
    assert all(title in asked for title in ("White roses", "Tulips", "Approve 2\u00a0articles?"))
    assert status_of(sessions, one) == ContentStatus.REVIEW
    form = {"what": "approve", "pick": [f"{one}:1", f"{two}:1"]}
    decided = browser.post(f"{CONTENT}/decide", data=form).text
    assert "2\u00a0articles approved" in decided
    assert decided.count("Its date: ") == 2
    assert 'value="undo"' in decided
    assert status_of(sessions, one) == ContentStatus.APPROVED
    browser.post(f"{CONTENT}/decide", data=form | {"what": "undo"})
    assert status_of(sessions, one) == ContentStatus.REVIEW


def test_what_was_changed_meanwhile_is_left_out_and_said(house: House, sessions: Sessions) -> None:
    one, two = add_articles(sessions, house, 2)
    form = {"what": "approve", "pick": [f"{one}:1", f"{two}:2"]}
    with sessions.begin() as session:
        session.get_one(Content, one).version = 5
        session.get_one(Content, two).version = 2
    page = house.browser("editor").post(f"{CONTENT}/decide", data=form).text
    assert "1\u00a0article left as before" in page
    assert "its newest version is 5, you have seen version 1" in page
    assert (status_of(sessions, one), status_of(sessions, two)) == (ContentStatus.REVIEW, ContentStatus.APPROVED)


def test_several_are_rejected_for_reasons_and_without_one_the_form_comes_back(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house)
    form = {"what": "reject", "pick": [f"{one}:1"], "remark": "Roses have no thorns"}
    answer = house.browser("editor").post(f"{CONTENT}/decide", data=form)
    assert answer.status_code == 400
    assert "choose at least one reason" in answer.text
    assert "Roses have no thorns" in answer.text, "what was typed is kept"
    assert status_of(sessions, one) == ContentStatus.REVIEW
    house.browser("editor").post(f"{CONTENT}/decide", data=form | {"reasons": ["facts"]})
    assert status_of(sessions, one) == ContentStatus.REJECTED


@pytest.mark.parametrize("pick", ["", "x", "1", "1:x", "0:1", "1:99999999999", f"{2**70}:1", "²:1"])
def test_a_choice_that_names_no_article_is_refused(house: House, pick: str) -> None:
    answer = house.browser("editor").get(f"{CONTENT}/decide?what=approve&pick={pick}")
    assert answer.status_code == 400, pick


def test_a_viewer_sees_the_list_and_decides_nothing(house: House, sessions: Sessions) -> None:
    (one,) = add_articles(sessions, house)
    viewer = house.browser("viewer")
    page = viewer.get(CONTENT).text
    assert "checkbox" not in page
    assert viewer.post(f"{CONTENT}/decide", data={"what": "approve", "pick": f"{one}:1"}).status_code == 403
    assert status_of(sessions, one) == ContentStatus.REVIEW


def test_empty_lists_say_what_to_do(house: House, sessions: Sessions) -> None:
    browser = house.browser("editor")
    assert "start a run on the dashboard" in browser.get(CONTENT).text
    assert "Show all articles" in browser.get(f"{CONTENT}?status=failed").text
    add_articles(sessions, house)
    assert "Go to its first page" in browser.get(f"{CONTENT}?page=9").text


def test_with_the_writer_switched_off_the_page_says_so(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.get_one(ModuleSettings, house.agency).writer_enabled = False
    for path in ("content", "review", "content/1", "content/1/edit"):
        answer = house.browser("owner").get(f"{PAGES}/sites/blog/{path}")
        assert answer.status_code == 403
        assert "writer module is switched off" in answer.text
