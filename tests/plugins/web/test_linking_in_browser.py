"""Links in a real browser: put in with one press, taken out after a question of ours, and batches that are followed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from igny8_lib.batches.opening import Choice, open_batch
from igny8_lib.db.session import Sessions
from igny8_lib.models import BatchKind, BatchStatus, Content, ContentBatch, Site
from tests.lib.linker.garden import TOPICS, make_source, make_target, read
from tests.plugins.web.house import House
from tests.plugins.web.served import page_of

pytestmark = pytest.mark.slow("a browser starts, and loads pages from a server of its own")


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    """A browser's page, signed in as the editor."""
    with page_of("editor", address) as opened:
        yield opened


@pytest.fixture
def article(house: House, session: Session) -> int:
    """An article whose text names public ones."""
    site = session.get_one(Site, house.blog)
    for phrase, text in TOPICS.items():
        make_target(session, site, phrase, text)
    read(session, site)
    content_id = make_source(session, site).id
    session.commit()
    return content_id


def test_links_are_put_in_and_taken_out_after_a_question(
    sessions: Sessions, address: str, page: Page, article: int
) -> None:
    page.goto(f"{address}/linking/{article}")
    boxes = page.get_by_role("checkbox")
    expect(boxes.first).to_be_visible()
    for box in boxes.all()[1:]:
        box.uncheck()
    page.get_by_role("button", name="Put in the chosen").click()
    expect(page.get_by_role("status").filter(has_text="8 credits were charged")).to_be_visible()
    page.get_by_role("button", name="Take out").click()
    page.get_by_role("button", name="Keep the links").click()
    with sessions() as session:
        assert len(session.get_one(Content, article).internal_links) == 1, "asked, and kept"
    page.get_by_role("button", name="Take out").click()
    page.get_by_role("button", name="Take out 1").click()
    expect(page.get_by_role("status").filter(has_text="taken out of")).to_be_visible()
    with sessions() as session:
        assert session.get_one(Content, article).internal_links == []


def test_a_batch_is_followed_until_it_ends(
    house: House, sessions: Sessions, address: str, page: Page, article: int
) -> None:
    with sessions.begin() as session:
        batch = open_batch(session, session.get_one(Site, house.blog), BatchKind.LINK, Choice([article]), by="ann")
        session.flush()
        number = batch.id
    page.goto(f"{address}/batches/{number}")
    expect(page.get_by_text("Waits for a worker", exact=True)).to_be_visible()
    with sessions.begin() as session:
        session.get_one(ContentBatch, number).status = BatchStatus.COMPLETED
    expect(page.locator("#batch[data-poll]")).to_have_count(0, timeout=10_000)
    expect(page.get_by_text("Completed", exact=True)).to_be_visible()
