"""The pages of optimizing: chosen by source and score, priced before, both texts side by side, refusals told, back."""

from __future__ import annotations

import asyncio

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.db.session import Sessions
from igny8_lib.models import Content, ContentSource, Module, OptimizationStatus, OptimizationTask, Site, SyncStatus
from igny8_lib.optimizer.work import optimize
from igny8_lib.sites.modules import set_module
from tests.factories.articles import make_article
from tests.lib.optimizer.conftest import HTML
from tests.plugins.web.house import PAGES, House
from tests.sandbox_server import SandboxServer

PAGE = f"{PAGES}/sites/blog/optimizing"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def site(house: House, session: Session) -> Site:
    return session.get_one(Site, house.blog)


@pytest.fixture
def article(site: Site, session: Session) -> int:
    """An article with weaknesses."""
    values = {"html": HTML, "primary_keyword": "prune roses", "meta_title": "Roses", "word_count": 401}
    content_id = make_article(session, site, **values).id  # type: ignore[arg-type]
    session.commit()
    return content_id


@pytest.fixture
def task(house: House, sessions: Sessions, sandbox: SandboxServer, article: int) -> int:
    """An optimization of it that was taken."""
    endpoint = Endpoint(sandbox.base_url, "any", "text", "image", 30)
    done = asyncio.run(optimize(sessions, endpoint, house.blog, article, by="ann"))
    assert done.status is OptimizationStatus.COMPLETED
    return done.task_id


def rows_of(house: House, query: str = "") -> list[str]:
    """The first cell of each row."""
    page = BeautifulSoup(house.browser("viewer").get(PAGE + query).text, "html.parser")
    return [row.get_text() for row in page.select("tbody th")]


def test_nothing_yet_says_what_to_do(house: House) -> None:
    assert "No article yet" in house.browser("viewer").get(PAGE).text
    assert "Nothing was optimized yet" in house.browser("viewer").get(f"{PAGE}/tasks").text


def test_articles_are_chosen_by_source_sync_state_and_score(house: House, site: Site, session: Session) -> None:
    make_article(session, site, title="Written here", optimization_scores={"overall": 30})
    there = {"source": ContentSource.WORDPRESS, "sync_status": SyncStatus.IMPORTED, "external_id": "7"}
    make_article(session, site, title="An old post", optimization_scores={"overall": 90}, **there)
    session.commit()
    assert ["old" in each for each in rows_of(house)] == [False, True], "the poorest first"
    for query in ("?source=wordpress", "?sync=imported", "?score=good"):
        (only,) = rows_of(house, query)
        assert "An old post" in only
    page = house.browser("viewer").get(PAGE).text
    assert "Imported" in BeautifulSoup(page, "html.parser").select("tbody tr")[1].get_text()
    assert "/analysis" in page
    assert "Nothing matches" in house.browser("viewer").get(f"{PAGE}?source=shopify").text


def test_a_batch_names_its_price_before_it_is_opened(house: House, article: int) -> None:
    browser = house.browser("editor")
    asked = browser.get(f"{PAGE}/batch?ids={article}").text
    assert "Credits at most" in asked
    assert "<b>3</b>" in asked, "401 words are three times 200"
    assert "analysing is free" in browser.get(f"{PAGE}/analyze?everything=true").text
    assert "No article fits" in browser.get(f"{PAGE}/batch?source=shopify&below=50").text
    opened = browser.post(f"{PAGE}/batch", data={"ids": [str(article)]})
    assert opened.status_code == 303
    number = opened.headers["location"]
    cancelled = browser.post(f"{number}/cancel", headers=HTMX)
    assert "Cancelled by editor." in cancelled.text
    assert "every 3s" not in cancelled.text
    assert "Waits for a worker" in browser.post(f"{number}/continue", headers=HTMX).text


def test_both_texts_stand_side_by_side_with_what_each_check_gained(house: House, article: int, task: int) -> None:
    assert str(article) in house.browser("viewer").get(f"{PAGE}/tasks").text
    page = BeautifulSoup(house.browser("viewer").get(f"{PAGE}/tasks/{task}").text, "html.parser")
    assert page.select("table.diff ins")
    assert page.select("table.diff del")
    overall = next(row for row in page.select("tbody tr") if row.th and row.th.get_text() == "Overall")
    assert "Better" in overall.get_text()
    assert "of 9" in page.get_text()
    assert not page.select("form[hx-post]"), "who only reads has no button"


def test_taking_back_asks_first_and_says_so(house: House, session: Session, article: int, task: int) -> None:
    browser = house.browser("editor")
    form = BeautifulSoup(browser.get(f"{PAGE}/tasks/{task}").text, "html.parser").select_one("form[hx-confirm]")
    assert form is not None
    back = browser.post(str(form["action"]), headers=HTMX)
    assert back.status_code == 200
    assert "Taken back by editor" in back.text
    assert session.get_one(Content, article).html == HTML
    assert browser.post(str(form["action"]), headers=HTMX).status_code == 409


def test_what_was_edited_since_is_taken_back_only_when_asked_again(
    house: House, session: Session, article: int, task: int
) -> None:
    content = session.get_one(Content, article)
    content.html, content.version = "<p>Mine.</p>", 3
    session.commit()
    browser = house.browser("editor")
    refused = browser.post(f"{PAGE}/tasks/{task}/take_back", headers=HTMX)
    assert refused.status_code == 409
    version = BeautifulSoup(refused.text, "html.parser").select_one("[role=alert] [name=version]")
    assert version is not None
    done = browser.post(f"{PAGE}/tasks/{task}/take_back", data={"version": str(version["value"])})
    assert done.status_code == 303
    session.expire_all()
    assert session.get_one(Content, article).html == HTML


def test_what_is_not_better_says_why_and_has_nothing_to_take_back(
    house: House, session: Session, article: int, task: int
) -> None:
    row = session.get_one(OptimizationTask, task)
    row.status, row.version_after = OptimizationStatus.NOT_BETTER, None
    row.reason = "The number 42 is not in the original."
    session.commit()
    page = house.browser("editor").get(f"{PAGE}/tasks/{task}").text
    assert "The number 42 is not in the original." in page
    assert "nothing was charged" in page
    assert "take_back" not in page
    listed = house.browser("editor").get(f"{PAGE}/tasks?status=not_better").text
    assert ("The number 42" in listed, article > 0) == (True, True)


def test_a_switched_off_module_says_so(house: House, session: Session) -> None:
    set_module(session, house.agency, Module.OPTIMIZER, enabled=False)
    session.commit()
    assert house.browser("owner").get(PAGE).status_code == 403
    assert house.browser("owner").get(f"{PAGES}/sites/blog/batches").status_code == 200
