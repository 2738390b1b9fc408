"""The pages of what is published: what failed comes first with what to do, and questions say what follows."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import igny8_product
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from igny8_web.pages.publications.actions import BUTTONS, Action, buttons_of
from igny8_web.pages.publications.detail import facts_of
from igny8_web.pages.publications.rows import Row
from igny8_web.pages.publications.states import state_of
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    Content,
    ContentSource,
    ContentStatus,
    PostFound,
    Publication,
    PublicationStatus,
    PublicationWish,
    Site,
    SiteContentStatus,
    StepName,
    StepStatus,
)
from igny8_lib.publishing.publications import Listed
from tests.factories.articles import make_article
from tests.factories.publications import make_failed, make_publication, make_step
from tests.plugins.web.house import PAGES, House
from tests.statements import count_statements

PAGE = f"{PAGES}/sites/blog/publications"
HTMX = {"HX-Request": "true"}
POLLS = 'hx-trigger="every 3s"'


@pytest.fixture
def site(house: House, session: Session) -> Site:
    return session.get_one(Site, house.blog)


def test_nothing_yet_says_what_to_do(house: House) -> None:
    page = house.browser("viewer").get(PAGE).text
    assert "Nothing went out yet" in page
    assert "Show approved articles" in page


def test_what_failed_comes_first_with_its_reason_and_a_way_on(house: House, site: Site, session: Session) -> None:
    live, failed = make_publication(session, site), make_failed(session, site)
    session.commit()
    page = house.browser("editor").get(PAGE).text
    assert page.index(f'id="publication-{failed.id}"') < page.index(f'id="publication-{live.id}"')
    assert "renew it." in page
    assert "1\N{NO-BREAK SPACE}publication failed" in page
    assert POLLS not in page, "nothing is under way"


def test_what_was_missed_says_how_late_it_went_out(house: House, site: Site, session: Session) -> None:
    late = make_publication(session, site, report={"delay_seconds": 2 * 86_400 + 3 * 3_600})
    on_time = make_publication(session, site)
    session.commit()
    rows = BeautifulSoup(house.browser("viewer").get(PAGE).text, "html.parser")
    told = [rows.select_one(f"#publication-{each.id} [data-l=When]") for each in (late, on_time)]
    assert ["late" in cell.get_text() for cell in told if cell] == [True, False]
    assert "2\N{NO-BREAK SPACE}d 3\N{NO-BREAK SPACE}h late" in str(told[0])


def test_the_table_asks_again_while_something_is_under_way_and_stops_then(
    house: House, site: Site, session: Session
) -> None:
    it = make_publication(session, site, status=PublicationStatus.UNDER_WAY)
    session.commit()
    browser = house.browser("viewer")
    assert POLLS in browser.get(PAGE, headers=HTMX).text
    assert POLLS in browser.get(f"{PAGE}/{it.id}", headers=HTMX).text
    it.status = PublicationStatus.DONE
    session.commit()
    assert POLLS not in browser.get(PAGE, headers=HTMX).text
    assert POLLS not in browser.get(f"{PAGE}/{it.id}", headers=HTMX).text


def test_an_attempt_hours_away_is_not_waited_for(house: House, site: Site, session: Session) -> None:
    later = clock.now() + timedelta(hours=2)
    make_failed(session, site, status=PublicationStatus.WAITING, next_attempt_at=later, attempts=4)
    session.commit()
    page = house.browser("viewer").get(PAGE).text
    assert POLLS not in page
    assert "Tried again later" in page


def test_viewers_see_no_button(house: House, site: Site, session: Session) -> None:
    failed = make_failed(session, site)
    session.commit()
    for path in (PAGE, f"{PAGE}/{failed.id}"):
        page = house.browser("viewer").get(path).text
        assert ("hx-post" in page, 'method="post"' in page) == (False, False)
    assert house.browser("viewer").post(f"{PAGE}/{failed.id}/retry").status_code == 403


def test_several_are_tried_again_at_once_and_the_refused_are_named(house: House, site: Site, session: Session) -> None:
    failed, live = make_failed(session, site), make_publication(session, site)
    session.commit()
    chosen = {"ids": [failed.content_id, live.content_id]}
    answer = house.browser("editor").post(f"{PAGE}/act/retry", data=chosen, headers=HTMX)
    assert answer.status_code == 200
    assert "tried%20again" in answer.headers["X-Said"]
    assert "nothing to try again" in answer.text
    session.expire_all()
    assert session.get_one(Publication, failed.id).status is PublicationStatus.WAITING


def test_choosing_nothing_asks_nothing(house: House) -> None:
    answer = house.browser("editor").post(f"{PAGE}/act/retry", headers=HTMX)
    assert (answer.status_code, "Nothing is chosen" in answer.text) == (400, True)


def test_without_script_the_browser_is_led_back_to_the_same_table(house: House, site: Site, session: Session) -> None:
    failed = make_failed(session, site)
    session.commit()
    answer = house.browser("editor").post(f"{PAGE}/act/retry?status=failed", data={"ids": failed.content_id})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?status=failed")


@pytest.mark.parametrize(
    ("action", "wish"),
    [("update", PublicationWish.LIVE), ("unpublish", PublicationWish.DRAFT), ("delete", PublicationWish.GONE)],
)
def test_one_publication_is_asked_for_on_its_own_page(
    house: House, site: Site, session: Session, action: str, wish: PublicationWish
) -> None:
    it = make_publication(session, site)
    session.commit()
    answer = house.browser("editor").post(f"{PAGE}/{it.id}/{action}", headers=HTMX)
    assert (answer.status_code, POLLS in answer.text) == (200, True)
    session.expire_all()
    assert session.get_one(Publication, it.id).wish is wish


def test_what_takes_something_away_says_so_first() -> None:
    for each in BUTTONS.values():
        if each.kind == "bad" or "overwrite" in each.name:
            assert each.ask.endswith("?")
            assert each.consequence
            assert each.keep != each.name


def test_the_detail_tells_each_step_and_what_it_left(house: House, site: Site, session: Session) -> None:
    it = make_publication(session, site, report={"delay_seconds": 7_200, "seo": {"dropped": ["meta_title"]}})
    make_step(session, it, StepName.MEDIA, trace={"pictures": {"0": {"url": "https://www.example.com/a.webp"}}})
    make_step(session, it, StepName.SEO, status=StepStatus.FAILED, error="Yoast dropped the title.")
    session.commit()
    page = house.browser("viewer").get(f"{PAGE}/{it.id}").text
    assert 'href="https://www.example.com/a.webp" target="_blank"' in page
    for told in ("Yoast dropped the title.", "Late by", "2\N{NO-BREAK SPACE}h", "Seo dropped", "meta_title"):
        assert told in page


def test_an_address_that_is_none_becomes_no_link(house: House, site: Site, session: Session) -> None:
    it = make_publication(session, site, external_url="javascript:top.hacked=1")
    make_step(session, it, StepName.LIVE, trace={"url": "javascript:top.hacked=1"})
    session.commit()
    for path in (PAGE, f"{PAGE}/{it.id}"):
        assert 'href="javascript' not in house.browser("viewer").get(path).text


def test_a_post_that_says_less_than_its_article_is_told(house: House, site: Site, session: Session) -> None:
    it = make_publication(session, site)
    session.get_one(Content, it.content_id).version = 4
    session.commit()
    assert "the article is at 4" in house.browser("viewer").get(PAGE).text


def test_people_may_overwrite_only_what_people_changed() -> None:
    live = Publication(status=PublicationStatus.DONE, wish=PublicationWish.LIVE, external_id="7", attempts=1, report={})
    listed = Listed(live, "Roses", 1, ContentStatus.PUBLISHED, ContentSource.IGNY8)
    assert [each.action for each in buttons_of(listed)] == ["update", "unpublish", "delete"]
    live.found = PostFound.CHANGED
    assert [each.action for each in buttons_of(listed)] == ["update_over", "unpublish", "delete"]
    live.status, live.cause = PublicationStatus.FAILED, "trashed"
    assert [each.action for each in buttons_of(listed)] == ["retry_over", "unpublish", "delete"]
    assert not Row(listed).can_retry, "not together with others"


def test_the_post_of_an_imported_article_is_updated_and_never_taken_away() -> None:
    live = Publication(status=PublicationStatus.DONE, wish=PublicationWish.LIVE, external_id="7", report={})
    listed = Listed(live, "Roses", 2, ContentStatus.PUBLISHED, ContentSource.WORDPRESS)
    assert [each.action for each in buttons_of(listed)] == [Action.UPDATE]


def test_every_publication_has_a_state_and_buttons_that_exist() -> None:
    for status in PublicationStatus:
        for wish in PublicationWish:
            for found in (None, *PostFound):
                it = Publication(status=status, wish=wish, found=found, attempts=1, report={}, external_id=None)
                assert state_of(it).word
                listed = Listed(it, "", 1, ContentStatus.APPROVED, ContentSource.IGNY8)
                assert all(each.action in BUTTONS for each in buttons_of(listed))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=4))
def test_whatever_a_target_keeps_can_be_shown(trace: dict[str, object]) -> None:
    for fact in facts_of(trace):
        assert isinstance(fact.value, str)
        assert not re.match("javascript:", fact.url)


@pytest.mark.usefixtures("people_known")
def test_pages_ask_as_often_for_many_as_for_few(house: House, sessions: Sessions) -> None:
    def add(times: int) -> int:
        with sessions.begin() as session:
            site = session.get_one(Site, house.blog)
            made = [make_publication(session, site) for _ in range(times)]
            for each in made:
                make_step(session, each, StepName.MEDIA)
            return made[0].id

    def count(publication_id: int) -> list[int]:
        browser = house.browser("owner")
        paths = (PAGE, f"{PAGE}/{publication_id}")
        return [count_statements(igny8_product.product_engine(), lambda path=path: browser.get(path)) for path in paths]

    one = add(1)
    count(one)
    few = count(one)
    add(20)
    assert count(one) == few


def test_an_article_tells_its_date_and_can_go_out_now(house: House, site: Site, session: Session) -> None:
    slot = datetime(2030, 6, 3, 9, tzinfo=UTC)
    scheduled = {"site_status": SiteContentStatus.SCHEDULED, "scheduled_publish_at": slot}
    article = make_article(session, site, status=ContentStatus.APPROVED, **scheduled)
    session.commit()
    address = f"{PAGES}/sites/blog/content/{article.id}"
    page = house.browser("editor").get(address).text
    assert "It goes out Mon 3 Jun 2030, 09:00." in page
    assert "Publish now" in page
    assert "Publish now" not in house.browser("viewer").get(address).text
    answer = house.browser("editor").post(f"{address}/publication/publish", headers=HTMX)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, f"{address}?did=website&of={article.id}")
    assert "follows within a minute" in house.browser("editor").get(answer.headers["hx-redirect"]).text
    session.expire_all()
    assert session.get_one(Content, article.id).site_status is SiteContentStatus.PUBLISHING


def test_an_article_tells_why_it_is_not_on_the_website(house: House, site: Site, session: Session) -> None:
    failed = make_failed(session, site)
    waits = make_article(session, site, status=ContentStatus.APPROVED, no_slot_reason="The queue is full.")
    session.commit()
    browser = house.browser("editor")
    page = browser.get(f"{PAGES}/sites/blog/content/{failed.content_id}").text
    assert "renew it." in page
    assert f"/publications/{failed.id}" in page
    assert "Try again" in page
    assert "The queue is full." in browser.get(f"{PAGES}/sites/blog/content/{waits.id}").text


def test_an_article_in_review_can_not_be_published(house: House, site: Site, session: Session) -> None:
    article = make_article(session, site)
    session.commit()
    address = f"{PAGES}/sites/blog/content/{article.id}"
    browser = house.browser("editor")
    assert "Publish now" not in browser.get(address).text
    answer = browser.post(f"{address}/publication/publish", headers=HTMX)
    assert (answer.status_code, answer.headers["hx-retarget"]) == (409, "#problem")
