"""The calendar in a real browser: dragging, the dialog by keyboard, and the settings that follow what is typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from igny8_lib.db.session import Sessions
from tests.browser.checks import assert_accessible, assert_fits, set_theme
from tests.plugins.web.calendars import add_approved, add_failed, date_of, next_slots
from tests.plugins.web.house import House
from tests.plugins.web.served import page_of

pytestmark = pytest.mark.slow("a browser starts, and loads pages from a server of its own")


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with page_of("owner", address) as opened:
        yield opened


@pytest.fixture
def slots(house: House, sessions: Sessions) -> list[datetime]:
    """Free slots of one week, in which no day is past."""
    found = next_slots(sessions, house.blog, 40)
    begin = next(at for at, slot in enumerate(found) if at and slot.weekday() == 0 and found[at - 1].weekday() == 4)
    return found[begin : begin + 15]


def week_of(address: str, slot: datetime) -> str:
    return f"{address}/calendar?view=week&day={slot.date()}"


def test_an_article_is_dragged_onto_a_free_slot_and_the_undo_moves_it_back(
    house: House, sessions: Sessions, address: str, page: Page, slots: list[datetime]
) -> None:
    content_id = add_approved(sessions, house, slots[0], title="To be moved")
    page.goto(week_of(address, slots[0]))
    target = page.locator("table [data-slot]").nth(6)
    page.locator(f"table [data-content='{content_id}']").drag_to(target)
    toast = page.locator("[data-toast]")
    expect(toast).to_contain_text("“To be moved” is moved from")
    assert date_of(sessions, content_id) == slots[7]
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator(f"table td:first-of-type [data-content='{content_id}']")).to_be_visible()
    assert date_of(sessions, content_id) == slots[0]


def test_an_article_without_a_date_is_dragged_onto_a_slot(
    house: House, sessions: Sessions, address: str, page: Page, slots: list[datetime]
) -> None:
    content_id = add_approved(sessions, house, title="Without a date")
    page.goto(week_of(address, slots[0]))
    page.locator(f"aside [data-content='{content_id}'] bdi").drag_to(page.locator("table [data-slot]").first)
    expect(page.locator("[data-toast]")).to_contain_text("it had no date")
    assert date_of(sessions, content_id) == slots[0]


def test_an_article_is_moved_by_the_form_with_the_keyboard_alone(
    house: House, sessions: Sessions, address: str, page: Page, slots: list[datetime]
) -> None:
    content_id = add_approved(sessions, house, slots[0], title="To be moved")
    page.goto(week_of(address, slots[0]))
    page.locator(f"table [data-content='{content_id}']").focus()
    page.keyboard.press("Enter")
    slot = page.get_by_label("A free slot")
    expect(slot).to_be_focused()
    first = slot.input_value()
    page.keyboard.press("ArrowDown")
    assert slot.input_value() != first
    move = page.get_by_role("button", name="Move", exact=True)
    for _ in range(12):
        page.keyboard.press("Tab")
        if move.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("[data-toast]")).to_contain_text("“To be moved” is moved from")
    expect(page.locator("#entry-dialog")).to_be_hidden()
    assert date_of(sessions, content_id) not in {None, slots[0]}


def test_a_time_that_cannot_be_is_told_in_the_dialog_which_stays_open(
    house: House, sessions: Sessions, address: str, page: Page, slots: list[datetime]
) -> None:
    content_id = add_approved(sessions, house, slots[0], title="To be moved")
    page.goto(week_of(address, slots[0]))
    page.locator(f"table [data-content='{content_id}']").click()
    page.get_by_label("Another time").fill("2020-01-01T09:00")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#entry").get_by_role("alert")).to_contain_text("is past")
    page.get_by_role("button", name="Leave it").click()
    expect(page.locator("#entry-dialog")).to_be_hidden()
    assert date_of(sessions, content_id) == slots[0]


def test_the_mode_shows_its_own_fields_and_the_slots_follow_what_is_typed(address: str, page: Page) -> None:
    page.goto(f"{address}/settings/publishing")
    first, time = page.get_by_label("First time"), page.get_by_label("Time 1, hours and minutes")
    expect(time).to_be_visible()
    expect(first).to_be_hidden()
    time.fill("06:45")
    expect(page.locator("#slots")).to_contain_text("06:45")
    page.get_by_role("button", name="Add a time").click()
    page.get_by_label("Time 4, hours and minutes").fill("23:10")
    expect(page.locator("#slots")).to_contain_text("23:10")
    page.get_by_role("button", name="Take time 1 out").click()
    expect(page.locator("#slots")).not_to_contain_text("06:45")
    page.get_by_label("Spread over the day").check()
    expect(first).to_be_visible()
    expect(time).to_be_hidden()
    page.get_by_label("At once").check()
    expect(page.get_by_text("Monday")).to_be_hidden()


@pytest.mark.parametrize(
    "path", ["calendar", "calendar?view=week", "calendar?view=list", "calendar/spread", "settings/publishing"]
)
def test_a_page_fits_and_shuts_nobody_out_in_each_light_and_width(  # noqa: PLR0917 - fixtures
    house: House, sessions: Sessions, address: str, page: Page, slots: list[datetime], path: str
) -> None:
    for slot in slots[2:5]:
        add_approved(sessions, house, slot, title="A long title of an article that is scheduled for some day")
    add_failed(sessions, house, slots[0] - timedelta(days=7, minutes=1), "WordPress refused the password.")
    content_id = add_approved(sessions, house, no_slot_reason="The calendar is full.")
    page.goto(f"{address}/{path}")
    for theme in ("light", "dark"):
        for width in (1400, 390):
            page.set_viewport_size({"width": width, "height": 900})
            set_theme(page.main_frame, theme)
            assert_fits(page.main_frame)
            assert_accessible(page.main_frame)
    if path == "calendar":
        page.locator(f"aside [data-content='{content_id}'] a").click()
        expect(page.locator("#entry-dialog")).to_be_visible()
        assert_accessible(page.main_frame)
