"""The pages of batches: what became of each article, going on, and all links of a batch taken out, the rest named."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.linker.process import link
from igny8_lib.models import BatchItemStatus, BatchKind, BatchStatus, Content, ContentBatchItem, Site
from igny8_lib.review.edit import ArticleChanges, edit
from tests.lib.linker.garden import TOPICS, make_source, make_target, placed, read
from tests.plugins.web.house import PAGES, House

PAGE = f"{PAGES}/sites/blog/batches"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def article(house: House, session: Session) -> Content:
    """An article whose text names public ones."""
    site = session.get_one(Site, house.blog)
    for phrase, text in TOPICS.items():
        make_target(session, site, phrase, text)
    read(session, site)
    return make_source(session, site)


@pytest.fixture
def linked(house: House, session: Session, article: Content) -> int:
    """A batch that put links into it, and has ended."""
    site = session.get_one(Site, house.blog)
    batch = open_batch(session, site, BatchKind.LINK, Choice([article.id]), by="editor")
    session.flush()
    done = link(session, site.id, article.id, by="editor", batch_id=batch.id)
    item = session.query(ContentBatchItem).filter_by(batch_id=batch.id, site_id=site.id).one()
    item.status, item.outcome, item.credits = BatchItemStatus.DONE, done.sentence, Credits.of(8)
    batch.status = BatchStatus.COMPLETED
    session.commit()
    return batch.id


def test_nothing_yet_says_what_to_do(house: House) -> None:
    page = house.browser("viewer").get(PAGE).text
    assert "No batch yet" in page
    assert "Optimize articles" in page


def test_a_batch_tells_what_became_of_each_article(house: House, linked: int) -> None:
    listed = house.browser("viewer").get(f"{PAGE}?kind=link").text
    assert "1 of 1 articles were linked" in listed
    assert "No batch yet" in house.browser("viewer").get(f"{PAGE}?kind=optimize").text
    page = house.browser("viewer").get(f"{PAGE}/{linked}").text
    assert "put in, to “" in page
    assert ("every 3s" in page, "<form" in page.split("</header>", 1)[1].split("<dialog", 1)[0]) == (False, False)
    assert (
        "No article of this batch ended like this" in house.browser("viewer").get(f"{PAGE}/{linked}?status=failed").text
    )


def test_all_links_of_a_batch_are_taken_out_after_a_question(
    house: House, session: Session, linked: int, article: Content
) -> None:
    browser = house.browser("editor")
    assert "Take out all links of this batch?" in browser.get(f"{PAGE}/{linked}").text
    done = browser.post(f"{PAGE}/{linked}/undo", headers=HTMX)
    assert "taken out of 1\N{NO-BREAK SPACE}article" in done.text
    session.expire_all()
    assert placed(session, article) == []


def test_links_that_people_changed_are_left_and_named(
    house: House, session: Session, linked: int, article: Content
) -> None:
    mine = placed(session, article)[0]
    changed = article.html.replace(f">{mine.anchor}</a>", ">something else</a>", 1)
    edit(session, article.site_id, article.id, ArticleChanges(html=changed), version=article.version, by="ann")
    session.commit()
    done = house.browser("editor").post(f"{PAGE}/{linked}/undo", headers=HTMX)
    assert "These were left" in done.text
    assert f"“{mine.anchor}”" in done.text


def test_what_has_ended_is_not_cancelled_and_viewers_end_nothing(house: House, linked: int) -> None:
    assert house.browser("editor").post(f"{PAGE}/{linked}/cancel", headers=HTMX).status_code == 409
    assert house.browser("viewer").post(f"{PAGE}/{linked}/cancel").status_code == 403
    assert house.browser("viewer").post(f"{PAGE}/{linked}/undo").status_code == 403
    assert house.browser("neighbour").get(f"{PAGE}/{linked}").status_code == 404
