"""The calendar as a page: what goes live when, in the site's zone, and moving it by a form."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import igny8_product
import pytest
from igny8_web.pages.calendar.span import View

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import ContentStatus, SchedulingMode, SiteContentStatus
from igny8_lib.publishing.wall_clocks import as_exact, as_wall_clock
from tests.plugins.web.calendars import add_approved, add_failed, date_of, next_slots, set_settings, set_zone
from tests.plugins.web.house import PAGES, House
from tests.statements import count_statements

PAGE = f"{PAGES}/sites/blog/calendar"
HTMX = {"HX-Request": "true"}
ZONE = "America/New_York"


@pytest.fixture
def slots(house: House, sessions: Sessions) -> list[datetime]:
    """The next free slots of the blog, which is in New York."""
    set_zone(sessions, house.blog, ZONE)
    return next_slots(sessions, house.blog, 30)


def from_a_monday(slots: list[datetime]) -> list[datetime]:
    """The slots of a week that has not begun: on a Friday evening this week has no free one left."""
    begins = next(at for at, slot in enumerate(slots) if at and slot.weekday() < slots[at - 1].weekday())
    return slots[begins:]


def read(house: House, address: str = PAGE, who: str = "editor") -> str:
    """A page's text, with plain spaces."""
    answer = house.browser(who).get(address)
    assert answer.status_code == 200, answer.text[-500:]
    return html.unescape(answer.text).replace("\xa0", " ")


def send(house: House, path: str, who: str = "editor", **form: object) -> tuple[int, str]:
    """Status and text of what a form gets back."""
    answer = house.browser(who).post(f"{PAGE}/{path}", data=form, headers=HTMX)
    return answer.status_code, html.unescape(answer.text).replace("\xa0", " ")


def at_of(slot: datetime) -> str:
    return as_exact(slot, ZONE)


def around(slot: datetime, view: str = "week") -> str:
    """The address of the days around a slot."""
    return f"{PAGE}?view={view}&day={slot.astimezone(ZoneInfo(ZONE)).date()}"


def test_an_article_stands_on_its_day_at_its_time_in_the_site_s_zone(
    house: House, sessions: Sessions, slots: list[datetime]
) -> None:
    add_approved(sessions, house, slots[0], title="Sheds")
    page = read(house, around(slots[0]))
    local = slots[0].astimezone(ZoneInfo(ZONE))
    cell = next(cell for cell in page.split("<td")[1:] if "Sheds" in cell)
    assert f"<b>{local:%H:%M}</b>" in cell
    assert f"{local:%A} {local.day} {local:%B}" in cell
    assert "All times are those of America/New_York." in page


@pytest.mark.parametrize("view", ["month", "week", "list"])
def test_every_view_shows_free_slots_articles_of_each_state_and_how_full_it_is(
    house: House, sessions: Sessions, slots: list[datetime], view: str
) -> None:
    day, second, *_ = from_a_monday(slots)
    add_approved(sessions, house, day, title="Scheduled one")
    add_approved(sessions, house, second, title="Going one", site_status=SiteContentStatus.PUBLISHING)
    add_failed(sessions, house, day + timedelta(minutes=1), "WordPress refused the password.", title="Failed one")
    out = {"status": ContentStatus.PUBLISHED, "site_status": SiteContentStatus.PUBLISHED, "published_at": day}
    add_approved(sessions, house, day + timedelta(minutes=2), title="Published one", **out)
    page = read(house, around(day, view))
    for title in ("Scheduled one", "Going one", "Failed one", "Published one"):
        assert title in page
    assert "WordPress refused the password." in page
    assert "<b>1 article</b> scheduled, queue limit 100" in page
    assert re.search(r">free<|Free slot<", page)


def test_what_has_no_date_stands_beside_each_reason_said_once(
    house: House, sessions: Sessions, slots: list[datetime]
) -> None:
    assert slots
    add_approved(sessions, house, title="Waiting", no_slot_reason="The calendar is full.")
    add_approved(sessions, house, title="Taken out")
    add_approved(sessions, house, title="Waiting, too", no_slot_reason="The calendar is full.")
    beside = read(house).split('id="h-waiting"')[1]
    assert beside.count("The calendar is full.") == 1
    places = [beside.index(f">{each}") for each in ("The calendar is full.", "<bdi>Waiting<", "<bdi>Waiting, too<")]
    places += [beside.index(f">{each}") for each in ("Taken out of the calendar", "<bdi>Taken out<")]
    assert places == sorted(places)


def test_today_is_marked_and_targets_are_told_for_day_week_and_month(
    house: House, sessions: Sessions, slots: list[datetime]
) -> None:
    add_approved(sessions, house, slots[0])
    page = read(house, around(slots[0], "month"))
    assert re.search(r"Targets: today \d of 3, this week \d+ of 15, \w+ \d+ of 50\.", read(house))
    assert "1 of 3" in page
    assert read(house).count('<td class=" today') + read(house).count("today other") == 1
    set_settings(sessions, house.blog, daily_publish_target=0, weekly_publish_target=0, monthly_publish_target=0)
    assert "Targets:" not in read(house)


def test_a_filter_shows_only_what_it_names_and_nothing_matches_is_said(
    house: House, sessions: Sessions, slots: list[datetime]
) -> None:
    add_approved(sessions, house, slots[0], title="Sheds")
    here = around(slots[0])
    assert "Sheds" in read(house, f"{here}&show=scheduled")
    assert "Sheds" not in read(house, f"{here}&show=free")
    assert "Nothing matches" in read(house, f"{here}&show=failed")


def test_that_nothing_goes_out_by_itself_is_said_on_top(house: House, sessions: Sessions) -> None:
    assert "Automatic publishing is off" not in read(house)
    set_settings(sessions, house.blog, auto_publish_enabled=False)
    assert "Automatic publishing is off" in read(house, who="viewer")


def test_an_empty_calendar_says_what_to_do(house: House, sessions: Sessions) -> None:
    page = read(house)
    assert "Nothing has a date yet" in page
    assert f'href="{PAGES}/sites/blog/review"' in page
    set_settings(sessions, house.blog, scheduling_mode=SchedulingMode.IMMEDIATE)
    assert "Articles go out as soon as they are approved." in read(house)


def test_a_day_with_many_articles_says_how_many_more(house: House, sessions: Sessions, slots: list[datetime]) -> None:
    day = slots[4]
    for minute in range(9):
        add_approved(sessions, house, day + timedelta(minutes=minute), title=f"Number {minute}")
    page = read(house, around(day, "month"))
    assert re.search(r">\d+ more<", page)


def test_a_move_tells_both_times_and_is_taken_back_by_its_undo(
    house: House, sessions: Sessions, slots: list[datetime]
) -> None:
    content_id = add_approved(sessions, house, slots[0], title="Sheds")
    status, page = send(house, "move", content_id=content_id, slot=at_of(slots[5]))
    assert (status, date_of(sessions, content_id)) == (200, slots[5])
    note = re.search(r'role="status">.*?</form>', page, re.S)
    assert note
    assert re.search(r"“Sheds” is moved from .*? to .*?, \d\d:\d\d\.", note[0])
    undo = dict(re.findall(r'name="(\w+)" value="([^"]*)"', note[0]))
    assert send(house, "move", **undo)[0] == 200
    assert date_of(sessions, content_id) == slots[0]


def test_an_article_without_a_date_is_put_on_a_slot_and_the_undo_takes_it_away(
    house: House, sessions: Sessions, slots: list[datetime]
) -> None:
    content_id = add_approved(sessions, house, title="Sheds")
    _, page = send(house, "move", content_id=content_id, slot=at_of(slots[1]))
    assert date_of(sessions, content_id) == slots[1]
    assert "it had no date" in page
    assert re.search(r'action="/igny8/sites/blog/calendar/unschedule"', page)
    _, page = send(house, "unschedule", content_id=content_id)
    assert date_of(sessions, content_id) is None
    assert "taken out of the calendar; it was at" in page


def test_a_typed_time_is_one_of_the_site_s_zone_and_wins_over_the_slot_that_was_offered(
    house: House, sessions: Sessions, slots: list[datetime]
) -> None:
    content_id = add_approved(sessions, house, slots[0])
    was = as_wall_clock(slots[0], ZONE)
    typed = as_wall_clock(slots[0] + timedelta(days=7, minutes=5), ZONE)
    send(house, "move", content_id=content_id, slot=at_of(slots[3]), at=typed, was=was)
    moved = date_of(sessions, content_id)
    assert moved is not None
    assert as_wall_clock(moved, ZONE) == typed
    send(house, "move", content_id=content_id, slot=at_of(slots[3]), at=was, was=was)
    assert date_of(sessions, content_id) == slots[3]


def test_a_time_that_does_not_exist_is_explained_in_the_dialog_and_one_that_comes_twice_on_the_calendar(
    house: House, sessions: Sessions, slots: list[datetime]
) -> None:
    content_id = add_approved(sessions, house, slots[0])
    answer = house.browser("editor").post(
        f"{PAGE}/move", data={"content_id": content_id, "at": "2027-03-14T02:30", "dialog": "yes"}, headers=HTMX
    )
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (400, "#entry")
    assert "2027-03-14 02:30 does not exist in America/New_York" in answer.text
    assert 'value="2027-03-14T02:30"' in answer.text
    assert date_of(sessions, content_id) == slots[0]
    _, page = send(house, "move", content_id=content_id, at="2027-11-07T01:30")
    assert "01:30 comes twice that day, when clocks go back: the first is meant." in page


@pytest.mark.parametrize("dialog", ["", "yes"])
def test_a_slot_that_somebody_took_meanwhile_is_refused_and_told_where_it_was_tried(
    house: House, sessions: Sessions, slots: list[datetime], dialog: str
) -> None:
    content_id = add_approved(sessions, house, slots[0])
    add_approved(sessions, house, slots[1], title="Sooner")
    answer = house.browser("editor").post(
        f"{PAGE}/move", data={"content_id": content_id, "slot": at_of(slots[1]), "dialog": dialog}, headers=HTMX
    )
    assert (answer.status_code, "is taken by" in answer.text) == (409, True)
    assert answer.headers["HX-Retarget"] == ("#entry" if dialog else "#problem")
    assert date_of(sessions, content_id) == slots[0]


@pytest.mark.parametrize("slot", ["", "soon", "2020-01-01T09:00", "9999-12-31T23:59+00:00", "0001-01-01T00:00+14:00"])
def test_what_is_no_time_or_is_past_changes_nothing(
    house: House, sessions: Sessions, slots: list[datetime], slot: str
) -> None:
    content_id = add_approved(sessions, house, slots[0])
    assert send(house, "move", content_id=content_id, slot=slot)[0] == 400
    assert date_of(sessions, content_id) == slots[0]


def test_all_are_shifted_with_their_times_of_day_and_the_undo_shifts_back(
    house: House, sessions: Sessions, slots: list[datetime]
) -> None:
    ids = [add_approved(sessions, house, slot) for slot in slots[3:6]]
    _, page = send(house, "shift", days="7")
    assert "3 articles moved 7 days later" in page
    assert as_wall_clock(date_of(sessions, ids[0]) or clock.now(), ZONE)[11:] == as_wall_clock(slots[3], ZONE)[11:]
    send(house, "shift", days="-7")
    assert [date_of(sessions, each) for each in ids] == slots[3:6]
    assert send(house, "shift", days="two")[0] == 400
    status, told = send(house, "shift", days="-300")
    assert (status, "Nothing was shifted" in told) == (409, True)


def test_spreading_anew_shows_before_and_after_and_is_done_when_it_was_seen(
    house: House, sessions: Sessions, slots: list[datetime]
) -> None:
    content_id = add_approved(sessions, house, slots[9], title="Sheds")
    page = read(house, f"{PAGE}/spread")
    assert "1 article of 1 would get another date" in page
    assert date_of(sessions, content_id) == slots[9]
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    second = add_approved(sessions, house, slots[10])
    status, told = send(house, "spread", seen=seen[1])
    assert (status, "Nothing was changed" in told) == (409, True)
    assert date_of(sessions, content_id) == slots[9]
    again = re.search(r'name="seen" value="(\w+)"', read(house, f"{PAGE}/spread"))
    assert again
    _, told = send(house, "spread", seen=again[1])
    assert "2 articles got another date." in told
    assert [date_of(sessions, each) for each in (content_id, second)] == slots[:2]
    assert "Nothing would change" in read(house, f"{PAGE}/spread")


def test_viewers_see_no_button_and_may_do_nothing(house: House, sessions: Sessions, slots: list[datetime]) -> None:
    content_id = add_approved(sessions, house, slots[0])
    add_approved(sessions, house)
    page = read(house, around(slots[0]), "viewer")
    assert not re.search(
        r"<form|draggable=.true|data-slot|hx-post|iCal", page.split('id="calendar"')[1].split("<dialog")[0]
    )
    article = read(house, f"{PAGE}/articles/{content_id}", "viewer")
    assert not re.search(r"<form(?! method=.dialog)", article)
    for path in ("move", "unschedule", "shift", "spread"):
        assert send(house, path, who="viewer", content_id=content_id, days="1")[0] == 403


def test_an_article_opens_as_a_page_and_as_the_inside_of_the_dialog(
    house: House, sessions: Sessions, slots: list[datetime]
) -> None:
    content_id = add_failed(sessions, house, slots[0], "WordPress refused the password.", title="Sheds")
    dated = add_approved(sessions, house, slots[1])
    page = read(house, f"{PAGE}/articles/{content_id}")
    assert "<html" in page
    assert "WordPress refused the password." in page
    part = house.browser("editor").get(f"{PAGE}/articles/{dated}?view=week", headers=HTMX).text
    assert "<html" not in part
    assert f'hx-post="{PAGE}/move?view=week' in part
    assert as_wall_clock(slots[1], ZONE) in part
    review = read(house, f"{PAGE}/articles/{add_approved(sessions, house, status=ContentStatus.REVIEW)}")
    assert "It gets a date when it is approved." in review
    assert 'id="move"' not in review
    assert house.browser("editor").get(f"{PAGE}/articles/999999").status_code == 404


def test_the_website_s_address_is_a_link_where_it_is_one_of_the_web(
    house: House, sessions: Sessions, slots: list[datetime]
) -> None:
    for number, (address, shown) in enumerate({"https://blog.example/a": True, "javascript:top.x=1": False}.items()):
        content_id = add_approved(sessions, house, slots[number], external_url=address)
        assert ("See it on the website" in read(house, f"{PAGE}/articles/{content_id}")) is shown


@pytest.mark.usefixtures("people_known")
def test_many_articles_take_as_many_statements_as_few(house: House, sessions: Sessions, slots: list[datetime]) -> None:
    browser, engine = house.browser("editor"), igny8_product.product_engine()

    def statements() -> list[int]:
        asked = [f"{PAGE}?view={view}" for view in View] + [f"{PAGE}/spread"]
        return [count_statements(engine, lambda address=address: browser.get(address)) for address in asked]

    add_approved(sessions, house, slots[0])
    add_approved(sessions, house)
    add_failed(sessions, house, slots[0] - timedelta(days=1), "It is away.")
    statements()
    few = statements()
    for number, slot in enumerate(slots[1:]):
        add_approved(sessions, house, slot)
        add_approved(sessions, house)
        add_failed(sessions, house, slots[0] - timedelta(days=1, minutes=number + 1), "It is away.")
    assert statements() == few


def test_titles_are_texts_and_no_markup(house: House, sessions: Sessions, slots: list[datetime]) -> None:
    content_id = add_approved(sessions, house, slots[0], title='<img src=x onerror="alert(1)">')
    add_approved(sessions, house, title="<script>alert(2)</script>")
    for path in (around(slots[0]), f"{PAGE}/articles/{content_id}", f"{PAGE}?view=list"):
        text = house.browser("editor").get(path).text
        assert "<img src=x" not in text
        assert "<script>alert" not in text


@pytest.mark.parametrize("address", ["?view=year", "?day=2026-02-30", "?day=0001-01-01", "?show=all"])
def test_an_address_that_says_nothing_is_refused(house: House, address: str) -> None:
    assert house.browser("viewer").get(PAGE + address).status_code == 422


def test_what_was_missed_is_told_whatever_days_are_shown(house: House, sessions: Sessions) -> None:
    add_approved(sessions, house, clock.now() - timedelta(minutes=2))
    assert "overdue, since" not in read(house, PAGE), "a publisher takes it this minute"
    add_approved(sessions, house, clock.now() - timedelta(days=40))
    assert "2 articles are overdue, since" in read(house, PAGE)


def test_the_calendar_is_among_the_site_s_tabs(house: House) -> None:
    assert f'href="{PAGE}"' in house.browser("viewer").get(f"{PAGES}/sites/blog").text
