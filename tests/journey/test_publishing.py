"""From the keyword file to the page that visitors see: in a real Airflow, on a real WordPress and on a static site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from igny8_lib import clock
from igny8_lib.models import AutomationRun, Content, ContentStatus, HostingType, Image, Publication, SiteContentStatus
from tests.journey.conftest import JOURNEY
from tests.journey.members import Member, admin_of, editor_of
from tests.journey.site_rows import SiteRows, newest_run, site_of, stage_results
from tests.journey.sites import run_site
from tests.journey.visitors import assert_shown
from tests.stack import Stack, until
from tests.wordpress_server import WordPressServer

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(1800),
    pytest.mark.slow("takes what a whole run has made to a website, in Airflow"),
]
DAG = "publish_due"
FirstRun = tuple[AutomationRun, SiteRows]


@pytest.fixture(scope="module")
def editor(stack: Stack, first_run: FirstRun) -> Member:  # noqa: ARG001 - the run has made the site
    return editor_of(stack, JOURNEY)


@pytest.fixture(scope="module")
def admin(stack: Stack, first_run: FirstRun) -> Member:  # noqa: ARG001 - as above
    return admin_of(stack, JOURNEY)


def test_an_article_of_a_run_is_approved_by_hand_and_becomes_one_post_on_wordpress_when_its_slot_comes(
    stack: Stack, editor: Member, admin: Member, wordpress: WordPressServer
) -> None:
    connect(admin, wordpress)
    article = editor.get("content", status="review")["articles"][0]["id"]
    slot = editor.post("review/approve", {"ids": [article]})["scheduled"][str(article)]
    assert scheduled(editor, slot) == [article]

    move_clock_to_slot(stack, article)
    content = wait_until_published(stack, article)
    pictures = assert_shown(str(content.external_url), content.title, content.html)
    (post,) = wordpress.query("SELECT ID, post_status, post_title FROM wp_posts WHERE post_type = 'post'")
    assert (post["ID"], post["post_status"]) == (content.external_id, "publish")
    with wordpress.client() as client:
        known = client.get(f"/wp/v2/posts/{content.external_id}").json
        featured = client.get(f"/wp/v2/media/{known['featured_media']}").json["source_url"]
    files = wordpress.query("SELECT ID FROM wp_posts WHERE post_type = 'attachment'")
    assert featured in pictures
    assert len(files) == len(pictures) == drawn(stack, article) > 1
    assert_told_as_published(editor, content)


def connect(admin: Member, wordpress: WordPressServer) -> None:
    """Connect the website as its owner does, and have it checked."""
    user = wordpress.users["editor"]
    wish = {"url": wordpress.url, "username": user.login, "password": user.password}
    admin.put("publishing/connection", wish)
    checked = admin.post("publishing/connection_check")
    assert checked["works"], checked


def scheduled(member: Member, slot: str) -> list[int]:
    """The articles that the calendar has at this instant."""
    day = datetime.fromisoformat(slot).date()
    shown = member.get("publishing/calendar", **{"from": day - timedelta(days=1), "to": day + timedelta(days=1)})
    return [item["content_id"] for item in shown["items"] if item["at"] == slot and item["site_status"] == "scheduled"]


def move_clock_to_slot(stack: Stack, content_id: int) -> None:
    """The slot came a minute ago, and a publisher looks now."""
    with stack.sessions.begin() as session:
        session.get_one(Content, content_id).scheduled_publish_at = clock.now() - timedelta(minutes=1)
    stack.trigger(DAG)


def wait_until_published(stack: Stack, content_id: int) -> Content:
    """The article once it is public: by the calendar, not because anybody asked."""

    def published() -> Content | None:
        with stack.sessions() as session:
            found = session.get_one(Content, content_id)
            return found if found.site_status is SiteContentStatus.PUBLISHED else None

    found = until(published, "the article is published", 300)
    with stack.sessions() as session:
        known = session.scalars(select(Publication).where(Publication.content_id == content_id)).one()
    assert known.requested_by == "calendar"
    return found


def drawn(stack: Stack, content_id: int) -> int:
    """How many pictures the article has."""
    with stack.sessions() as session:
        return session.scalar(select(func.count()).where(Image.content_id == content_id)) or 0


def assert_told_as_published(member: Member, content: Content) -> None:
    """API and pages say so, with the address."""
    assert member.get(f"content/{content.id}")["status"] == "published"
    known = member.get("publishing/publications", page_size=100)["publications"]
    (listed,) = [each for each in known if each["content_id"] == content.id]
    assert (listed["status"], listed["found"]) == ("done", "as_published")
    assert listed["external_url"] == content.external_url
    for page in ("publications", f"publications/{listed['id']}", f"content/{content.id}"):
        shown = member.page(page)
        assert "Published" in shown, page
        assert str(content.external_url) in shown, page


def test_a_run_approves_by_itself_and_what_it_scheduled_goes_out_to_the_static_site(
    stack: Stack, editor: Member, admin: Member
) -> None:
    move_to_static_site(stack)
    with settings(admin, auto_approval_enabled=True, scheduling_mode="immediate"):
        waiting = {each["id"] for each in editor.get("content", status="review", page_size=100)["articles"]}
        assert run_site(stack, JOURNEY) == "success"
        counted = stage_results(stack.sessions, newest_run(stack.sessions, JOURNEY))[7].details
        dates = dates_of(stack, waiting)
        assert counted["approved_count"] == counted["scheduled_count"] == len(dates) == len(waiting) > 1
        assert {later - date for date, later in pairwise(sorted(dates.values()))} == {timedelta(minutes=1)}

        article = min(dates, key=lambda each: dates[each])
        move_clock_to_slot(stack, article)
        content = wait_until_published(stack, article)
    pictures = assert_shown(str(content.external_url), content.title, content.html)
    assert len(pictures) >= drawn(stack, article) > 1, "those of related articles stand below"
    assert_told_as_published(editor, content)


def move_to_static_site(stack: Stack) -> None:
    """From now on the site's articles become pages of the product's own."""
    with stack.sessions.begin() as session:
        site_of(session, JOURNEY).hosting_type = HostingType.IGNY8


@contextmanager
def settings(admin: Member, **wanted: object) -> Iterator[None]:
    """These publishing settings; afterwards nothing goes out by itself, so that what is left disturbs nobody."""
    admin.put("publishing/settings", {"settings": wanted})
    try:
        yield
    finally:
        admin.put("publishing/settings", {"settings": {"auto_approval_enabled": False, "auto_publish_enabled": False}})


def dates_of(stack: Stack, content_ids: set[int]) -> dict[int, datetime]:
    """The slots of those articles that a run has approved; the first may have gone out since."""
    with stack.sessions() as session:
        query = select(Content.id, Content.scheduled_publish_at).where(
            Content.id.in_(content_ids), Content.status != ContentStatus.REVIEW
        )
        return {number: date for number, date in session.execute(query) if date is not None}


def test_an_idle_round_is_one_task(stack: Stack) -> None:
    idle = stack.wait(stack.trigger(DAG), dag_id=DAG)
    assert idle["state"] == "success"
    states = [(task["task_id"], task["state"]) for task in stack.tasks(DAG, idle["dag_run_id"])]
    assert ("find", "success") in states
