"""What the calendar says and offers where an article is not live: failed, late, changed there, nowhere to go."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from pydantic import SecretStr

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    Content,
    ContentStatus,
    HostingType,
    PostFound,
    Publication,
    PublicationStatus,
    Site,
    SiteContentStatus,
)
from igny8_lib.wordpress.connection import WordPressConnection
from tests.factories.publications import make_failed, make_publication
from tests.plugins.web.calendars import add_approved, set_settings
from tests.plugins.web.house import KEPT, PAGES, House

PAGE = f"{PAGES}/sites/blog/calendar"
HTMX = {"HX-Request": "true"}
SLOT = clock.now().replace(second=0, microsecond=0) + timedelta(days=2)


@pytest.fixture(autouse=True)
def on_wordpress(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.get_one(Site, house.blog).hosting_type = HostingType.WORDPRESS


def read(house: House, address: str = PAGE, who: str = "editor") -> str:
    answer = house.browser(who).get(address)
    assert answer.status_code == 200, answer.text[-500:]
    return html.unescape(answer.text).replace("\xa0", " ")


def press(house: House, content_id: int, action: str, **form: str) -> tuple[int, str]:
    """Status and text of what a button gets back."""
    answer = house.browser("editor").post(f"{PAGE}/articles/{content_id}/{action}", data=form, headers=HTMX)
    return answer.status_code, html.unescape(answer.text)


def add_failure(sessions: Sessions, house: House, **values: object) -> int:
    """An article that could not go live a minute ago; its id."""
    with sessions.begin() as session:
        return make_failed(session, session.get_one(Site, house.blog), **values).content_id


def status_of(sessions: Sessions, content_id: int) -> SiteContentStatus:
    with sessions() as session:
        return session.get_one(Content, content_id).site_status


def test_a_scheduled_article_can_go_out_now_after_a_question(house: House, sessions: Sessions) -> None:
    content_id = add_approved(sessions, house, SLOT, title="Sheds")
    article = read(house, f"{PAGE}/articles/{content_id}")
    assert f'hx-post="{PAGE}/articles/{content_id}/publish' in article
    assert 'hx-confirm="Publish this article now?"' in article
    status, page = press(house, content_id, "publish")
    assert (status, "“Sheds” is published within a minute." in page) == (200, True)
    assert status_of(sessions, content_id) is SiteContentStatus.PUBLISHING
    assert "/publish" not in read(house, f"{PAGE}/articles/{content_id}").split('id="calendar"')[1]


def test_what_failed_is_tried_again_from_beside_the_calendar(house: House, sessions: Sessions) -> None:
    content_id = add_failure(sessions, house)
    beside = read(house).split('id="h-failed"')[1]
    assert f'hx-post="{PAGE}/articles/{content_id}/retry' in beside
    assert press(house, content_id, "retry")[0] == 200
    assert status_of(sessions, content_id) is SiteContentStatus.PUBLISHING
    assert 'id="h-failed"' not in read(house)


def test_what_people_trashed_is_published_over_only_after_a_question(house: House, sessions: Sessions) -> None:
    content_id = add_failure(sessions, house, cause=PostFound.TRASHED.value, error="It is in the website's trash.")
    for page in (read(house), read(house, f"{PAGE}/articles/{content_id}")):
        assert "It is in the website's trash." in page
        asked = re.search(r'/retry_over[^>]*hx-confirm="([^"]+)"[^>]*data-consequence="([^"]+)"', page)
        assert asked
        assert "is lost" in asked[2]
    assert press(house, content_id, "retry")[0] == 200


def test_what_is_tried_again_by_itself_says_when(house: House, sessions: Sessions) -> None:
    later = {"status": PublicationStatus.WAITING, "error": "It did not answer.", "next_attempt_at": SLOT}
    content_id = add_failure(sessions, house, **later)
    for path in (f"calendar/articles/{content_id}", f"content/{content_id}"):
        told = read(house, f"{PAGES}/sites/blog/{path}")
        assert re.search(r"It did not answer\. It is tried again \w+ \d+ \w+, \d\d:\d\d by itself\.", told), path


def test_taking_a_date_away_asks_first_and_says_who_gets_the_slot(house: House, sessions: Sessions) -> None:
    content_id = add_approved(sessions, house, SLOT)
    part = house.browser("editor").get(f"{PAGE}/articles/{content_id}", headers=HTMX).text
    asked = re.search(r'hx-confirm="Take the date of this article away\?" data-consequence="([^"]+)"', part)
    assert asked
    assert "Its slot goes to an article that waits for one." in asked[1]


def test_an_article_links_to_how_it_was_published(house: House, sessions: Sessions) -> None:
    content_id = add_failure(sessions, house)
    with sessions() as session:
        number = session.query(Publication.id).filter_by(content_id=content_id).scalar()
    assert f'href="{PAGES}/sites/blog/publications/{number}"' in read(house, f"{PAGE}/articles/{content_id}")


def test_what_is_not_possible_is_told_in_the_dialog_and_changes_nothing(house: House, sessions: Sessions) -> None:
    content_id = add_approved(sessions, house, SLOT)
    status, page = press(house, content_id, "retry", dialog="yes")
    assert (status, "Nothing was changed." in page, 'id="entry-title"' in page) == (409, True, True)
    status, page = press(house, content_id, "retry")
    assert (status, 'id="entry-title"' in page) == (409, False)
    assert status_of(sessions, content_id) is SiteContentStatus.SCHEDULED


def test_viewers_are_offered_nothing_and_may_ask_nothing(house: House, sessions: Sessions) -> None:
    content_id = add_failure(sessions, house)
    assert "/retry" not in read(house, who="viewer")
    assert "/retry" not in read(house, f"{PAGE}/articles/{content_id}", who="viewer")
    answer = house.browser("viewer").post(f"{PAGE}/articles/{content_id}/retry", headers=HTMX)
    assert answer.status_code == 403


def test_a_late_article_says_what_it_waits_for(house: House, sessions: Sessions) -> None:
    content_id = add_approved(sessions, house, clock.now() - timedelta(hours=1))
    assert "as soon as the articles before it did" in read(house, f"{PAGE}/articles/{content_id}")
    set_settings(sessions, house.blog, auto_publish_enabled=False)
    assert "publish it now, or give it another date" in read(house, f"{PAGE}/articles/{content_id}")


def test_no_page_promises_that_an_article_goes_out_where_nothing_goes_out_by_itself(
    house: House, sessions: Sessions
) -> None:
    content_id = add_approved(sessions, house, SLOT)
    article = f"{PAGES}/sites/blog/content/{content_id}"
    assert ">It goes out " in read(house, article)
    set_settings(sessions, house.blog, auto_publish_enabled=False)
    assert ">It goes out " not in read(house, article)
    assert "automatic publishing is off: it goes out when somebody publishes it" in read(house, article)
    assert "it goes out when somebody publishes it" in read(house, f"{PAGE}/articles/{content_id}")


@pytest.mark.parametrize(
    ("found", "said"), [(PostFound.CHANGED, "People changed this post"), (PostFound.UNREACHABLE, "visitors do not see")]
)
def test_a_post_that_is_not_as_it_was_published_says_what_to_do_on_each_page(
    house: House, sessions: Sessions, found: PostFound, said: str
) -> None:
    with sessions.begin() as session:
        publication = make_publication(session, session.get_one(Site, house.blog), found=found)
        number, content_id = publication.id, publication.content_id
    site = f"{PAGES}/sites/blog"
    for path in ("publications", f"publications/{number}", f"content/{content_id}", f"calendar/articles/{content_id}"):
        assert said in read(house, f"{site}/{path}"), path


def test_a_row_offers_what_mends_and_the_publication_s_own_page_everything(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        site = session.get_one(Site, house.blog)
        number = make_publication(session, site).id
        make_failed(session, site, status=PublicationStatus.FAILED)
    rows = read(house, f"{PAGES}/sites/blog/publications")
    assert "/act/retry" in rows
    assert not re.search(r"/act/(update|unpublish|delete)", rows)
    page = read(house, f"{PAGES}/sites/blog/publications/{number}")
    assert all(f"/publications/{number}/{action}" in page for action in ("update", "unpublish", "delete"))


def test_an_imported_article_is_on_the_website_though_nothing_here_published_it(
    house: House, sessions: Sessions
) -> None:
    there = {"status": ContentStatus.PUBLISHED, "site_status": SiteContentStatus.PUBLISHED}
    content_id = add_approved(sessions, house, **there, external_url="https://blog.example/a")
    card = read(house, f"{PAGES}/sites/blog/content/{content_id}").split('id="website"')[1].split("</section>")[0]
    assert "Published" in card
    assert 'href="https://blog.example/a"' in card
    assert "It is not there" not in card


@pytest.mark.parametrize("path", ["calendar", "publications"])
def test_a_site_without_a_connection_says_that_nothing_can_go_live(house: House, sessions: Sessions, path: str) -> None:
    page = read(house, f"{PAGES}/sites/blog/{path}")
    assert "not connected with its WordPress" in page
    assert f'href="{PAGES}/sites/blog/settings/website"' in page
    KEPT["blog"] = WordPressConnection("https://blog.example", "igny8", SecretStr("abcd efgh"))
    assert "not connected" not in read(house, f"{PAGES}/sites/blog/{path}")
    with sessions.begin() as session:
        session.get_one(Site, house.blog).hosting_type = HostingType.IGNY8
    KEPT.clear()
    assert "not connected" not in read(house, f"{PAGES}/sites/blog/{path}")


def test_a_list_begins_today_and_folds_what_was_before(house: House, sessions: Sessions) -> None:
    out = {"status": ContentStatus.PUBLISHED, "site_status": SiteContentStatus.PUBLISHED}
    add_approved(sessions, house, **out, title="Out already", published_at=clock.now() - timedelta(days=1))
    add_approved(sessions, house, clock.now() + timedelta(minutes=5), title="Soon")
    pages = [read(house, f"{PAGE}?view=month&day={(clock.now() + timedelta(days=days)).date()}") for days in (-1, 0)]
    both = next(page for page in pages if "<bdi>Soon" in page and "<bdi>Out already" in page)
    assert both.index("<bdi>Soon") < both.index("Before today") < both.index("<bdi>Out already")
