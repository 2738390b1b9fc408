"""Moving articles on the calendar, with the mouse and with the keyboard; in Airflow's frame."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Frame, expect

from igny8_lib.models import Content, ContentStatus, PublishingSettings, SchedulingMode, SiteContentStatus
from igny8_lib.publishing.agenda import preview
from igny8_lib.sites.sites import site_by_slug
from tests.browser.demo import SITE
from tests.browser.visitor import Visit
from tests.factories.articles import make_article
from tests.stack import Stack, until

pytestmark = [pytest.mark.airflow, pytest.mark.slow("moves articles in a browser inside Airflow's own")]


@pytest.fixture
def moved(stack: Stack) -> Iterator[tuple[int, list[datetime]]]:
    """An article with a date, and free slots of the days around it; gone afterwards. The demo publishes at once
    otherwise, which leaves no slots to choose from."""
    with stack.sessions.begin() as session:
        site = site_by_slug(session, SITE)
        settings = session.get_one(PublishingSettings, site.id)
        before, settings.scheduling_mode = settings.scheduling_mode, SchedulingMode.TIME_SLOTS
        found = preview(session, site, settings, 12)
        week = monday_of(found[-1], site.timezone)
        slots = [slot for slot in found if monday_of(slot, site.timezone) == week]
        dated = {"site_status": SiteContentStatus.SCHEDULED, "scheduled_publish_at": slots[0]}
        article = make_article(session, site, title="To be moved", status=ContentStatus.APPROVED, **dated)
        content_id = article.id
    yield content_id, slots
    with stack.sessions.begin() as session:
        session.get_one(PublishingSettings, site.id).scheduling_mode = before
        session.delete(session.get_one(Content, content_id))


def monday_of(at: datetime, zone: str) -> date:
    day = at.astimezone(ZoneInfo(zone)).date()
    return day - timedelta(days=day.weekday())


def slot_of(stack: Stack, content_id: int) -> datetime | None:
    """The article's date."""
    with stack.sessions() as session:
        return session.get_one(Content, content_id).scheduled_publish_at


def open_week(visit: Visit, stack: Stack, slot: datetime) -> Frame:
    """The week of a slot."""
    with stack.sessions() as session:
        zone = site_by_slug(session, SITE).timezone
    return visit("demo-editor").framed(f"sites/{SITE}/calendar?view=week&day={monday_of(slot, zone)}")


def test_an_article_is_dragged_onto_a_free_slot_and_the_move_is_taken_back(
    visit: Visit, stack: Stack, moved: tuple[int, list[datetime]]
) -> None:
    content_id, slots = moved
    document = open_week(visit, stack, slots[0])
    document.locator(f"table [data-content='{content_id}']").drag_to(document.locator("table [data-slot]").last)
    toast = document.locator("[data-toast]")
    expect(toast).to_contain_text("“To be moved” is moved from")
    assert slot_of(stack, content_id) not in {None, slots[0]}
    toast.get_by_role("button", name="Undo").click()
    until(lambda: slot_of(stack, content_id) == slots[0] or None, "the article has its former date", 30)


def test_an_article_is_moved_by_the_form_with_the_keyboard_alone(
    visit: Visit, stack: Stack, moved: tuple[int, list[datetime]]
) -> None:
    content_id, slots = moved
    document = open_week(visit, stack, slots[0])
    document.locator(f"table [data-content='{content_id}']").focus()
    document.page.keyboard.press("Enter")
    slot = document.get_by_label("A free slot")
    expect(slot).to_be_focused()
    before = slot.input_value()
    document.page.keyboard.press("ArrowDown")
    assert slot.input_value() != before
    move = document.get_by_role("button", name="Move", exact=True)
    for _ in range(12):
        document.page.keyboard.press("Tab")
        if move.evaluate("each => each === document.activeElement"):
            break
    document.page.keyboard.press("Enter")
    expect(document.locator("[data-toast]")).to_contain_text("“To be moved” is moved from")
    expect(document.locator("#entry-dialog")).to_be_hidden()
    assert slot_of(stack, content_id) not in {None, slots[0]}


def test_a_time_that_cannot_be_is_told_in_the_dialog_which_stays_open(
    visit: Visit, stack: Stack, moved: tuple[int, list[datetime]]
) -> None:
    content_id, slots = moved
    visitor = visit("demo-editor")
    document = visitor.framed(f"sites/{SITE}/calendar?view=list&day={slots[0].date()}")
    document.get_by_role("link", name="To be moved").first.click()
    document.get_by_label("Another time").fill("2020-01-01T09:00")
    document.get_by_role("button", name="Move", exact=True).click()
    expect(document.locator("#entry").get_by_role("alert")).to_contain_text("is past")
    visitor.forgive("400")
    document.get_by_role("button", name="Leave it").click()
    expect(document.locator("#entry-dialog")).to_be_hidden()
    assert slot_of(stack, content_id) == slots[0]
