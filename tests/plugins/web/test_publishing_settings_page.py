"""A site's publishing settings as a page: saved whole or not at all, and nothing is rescheduled by saving."""

from __future__ import annotations

import re
from datetime import time

import igny8_product
import pytest
from hypothesis import given
from hypothesis import strategies as st
from igny8_web.pages.publishing_settings.form import changes_of, errors_of, form_of, typed_values

from igny8_lib.db.session import Sessions
from igny8_lib.models import PublishingSettings
from igny8_lib.publishing.settings import Publishing, change, settings_of
from tests.plugins.web.calendars import add_approved, date_of, next_slots, set_settings, set_zone
from tests.plugins.web.house import PAGES, House
from tests.statements import count_statements

PAGE = f"{PAGES}/sites/blog/settings/publishing"
HTMX = {"HX-Request": "true"}
STORED = form_of(Publishing(), 1)


def whole(**changes: str) -> dict[str, str]:
    """The form as a browser sends it: what is off is not there."""
    values = dict(STORED.values) | changes
    always = {"post_author", "comments_open"}
    return {name: value for name, value in values.items() if value or name in always} | {
        "version": changes.get("version", "1")
    }


def stored(sessions: Sessions, house: House) -> Publishing:
    with sessions() as session:
        return settings_of(session.get_one(PublishingSettings, house.blog))


def test_every_setting_has_a_field(house: House) -> None:
    names = set(re.findall(r'name="(\w+)"', house.browser("owner").get(PAGE).text))
    lists = {"publish_days", "publish_time_slots"}
    assert set(Publishing.model_fields) - lists <= names
    assert {f"day_{day}" for day in range(7)} | {"time_0", "time_1", "time_2"} <= names


def test_what_is_saved_holds_and_articles_keep_their_dates(house: House, sessions: Sessions) -> None:
    slot = next_slots(sessions, house.blog)[0]
    content_id = add_approved(sessions, house, slot)
    changes = {
        "time_0": "7:05",
        "time_1": "",
        "time_2": "",
        "day_0": "",
        "comments_open": "false",
        "post_author": "ann",
    }
    answer = house.browser("manager").post(PAGE, data=whole(**changes, auto_approval_enabled="on"), headers=HTMX)
    assert (answer.status_code, "Saved" in answer.headers["X-Said"]) == (200, True)
    assert 'name="version" value="2"' in answer.text
    now = stored(sessions, house)
    assert (now.publish_time_slots, now.publish_days, now.comments_open) == (["07:05"], [1, 2, 3, 4], False)
    assert (now.post_author, now.auto_approval_enabled, now.auto_publish_enabled) == ("ann", True, True)
    assert date_of(sessions, content_id) == slot
    assert "still has the date" in answer.text.replace("\xa0", " ")
    assert f'href="{PAGES}/sites/blog/calendar/spread"' in answer.text


def test_a_change_that_decides_about_no_slot_offers_no_spreading(house: House, sessions: Sessions) -> None:
    add_approved(sessions, house, next_slots(sessions, house.blog)[0])
    answer = house.browser("owner").post(PAGE, data=whole(image_format="original"), headers=HTMX)
    assert "Spread anew" not in answer.text
    assert stored(sessions, house).image_format == "original"


def test_what_does_not_fit_is_told_beside_its_field_and_everything_typed_stays(
    house: House, sessions: Sessions
) -> None:
    days = {f"day_{day}": "" for day in range(7)}
    change_ = whole(time_1="25:00", queue_limit="many", stagger_end_time="08:00", post_author="x" * 61, **days)
    answer = house.browser("owner").post(PAGE, data=change_, headers=HTMX)
    assert answer.status_code == 422
    for typed in ("25:00", "many", "x" * 61):
        assert f'value="{typed}"' in answer.text
    for sentence in (
        "“25:00” is no time of day. Enter 1 to 96 times in hours and minutes, for example 09:00.",
        "Enter a whole number from 1 to 10,000, for example 100.",
        "Choose at least one day.",
        "4 fields need a look",
    ):
        assert sentence in answer.text
    assert stored(sessions, house) == Publishing()


def test_a_last_time_before_the_first_is_told_at_the_last(house: House) -> None:
    answer = house.browser("owner").post(PAGE, data=whole(stagger_end_time="08:00"), headers=HTMX)
    assert re.search(r'id="stagger_end_time-said">.*?after the first one', answer.text, re.S)


def test_a_stale_save_is_refused_with_both_versions_and_keeps_what_was_typed(house: House, sessions: Sessions) -> None:
    with sessions.begin() as session:
        change(session, house.blog, {"queue_limit": 9, "publish_days": [5, 6]})
    answer = house.browser("owner").post(PAGE, data=whole(daily_publish_target="5"), headers=HTMX)
    assert answer.status_code == 409
    assert "Somebody saved version 2 while you changed version 1." in answer.text
    assert "Version 2 says 9" in answer.text
    assert "Version 2 says Saturday, Sunday" in answer.text
    assert re.search(r'name="daily_publish_target"[^>]*value="5"', answer.text)
    assert stored(sessions, house).daily_publish_target == 3
    again = house.browser("owner").post(PAGE, data=whole(daily_publish_target="5", version="2"), headers=HTMX)
    assert again.status_code == 200


@pytest.mark.parametrize("part", ["version", "scheduling_mode", "queue_limit"])
def test_a_form_that_is_not_whole_changes_nothing(house: House, sessions: Sessions, part: str) -> None:
    form = {name: value for name, value in whole(daily_publish_target="9").items() if name != part}
    answer = house.browser("owner").post(PAGE, data=form, headers=HTMX)
    assert (answer.status_code, "did not arrive whole" in answer.text) == (400, True)
    assert stored(sessions, house) == Publishing()


@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_whoever_manages_nothing_reads_the_settings_and_finds_no_button(house: House, who: str) -> None:
    browser = house.browser(who)
    page = browser.get(PAGE).text
    assert "<fieldset" in page
    assert not re.search(r"<button[^>]*>(?:<svg.*?</svg>)?(Save|Make|New)", page)
    assert browser.post(PAGE, data=whole()).status_code == 403
    assert browser.post(f"{PAGE}/feed", data={"what": "renew"}).status_code == 403
    assert browser.get(f"{PAGES}/sites/shop/settings/publishing").status_code == 404


def test_the_next_ten_slots_follow_what_is_typed_in_the_site_s_zone(house: House, sessions: Sessions) -> None:
    set_zone(sessions, house.blog, "Europe/Berlin")
    only_saturdays = {f"day_{day}": "" for day in range(7)} | {"day_5": "on"}
    typed = whole(time_0="06:30", time_1="", time_2="", **only_saturdays)
    told = house.browser("viewer").get(f"{PAGE}/preview", params=typed).text
    assert "The next 10 free slots" in told
    assert len(re.findall(r"Sat \d+ \w+( \d+)?, 06:30", told)) == 10
    wrong = house.browser("viewer").get(f"{PAGE}/preview", params=typed | {"time_0": "6"}).text
    assert "Put this right to see the next slots: times." in wrong
    assert stored(sessions, house) == Publishing()


def test_times_are_added_and_taken_out_without_saving(house: House) -> None:
    browser, typed = house.browser("owner"), {"time_0": "09:00", "time_1": "14:00"}
    more = browser.get(f"{PAGE}/times", params=typed)
    assert re.findall(r'name="time_(\d)"[^>]*value="([^"]*)"', more.text) == [("0", "09:00"), ("1", "14:00"), ("2", "")]
    less = browser.get(f"{PAGE}/times", params=typed | {"drop": "0"})
    assert re.findall(r'name="time_(\d)"[^>]*value="([^"]*)"', less.text) == [("0", "14:00")]
    none = browser.get(f"{PAGE}/times", params={"time_0": "09:00", "drop": "0"})
    assert re.findall(r'name="time_(\d)"[^>]*value="([^"]*)"', none.text) == [("0", "")]


def test_how_full_the_calendar_is_stands_beside_its_limit(house: House, sessions: Sessions) -> None:
    set_settings(sessions, house.blog, queue_limit=7)
    for slot in next_slots(sessions, house.blog, 2):
        add_approved(sessions, house, slot)
    page = house.browser("viewer").get(PAGE).text.replace("\xa0", " ")
    assert re.search(r"<b>2 articles</b> scheduled, queue limit 7", page)


def test_the_address_of_the_feed_is_made_renewed_and_switched_off(house: House) -> None:
    browser = house.browser("owner")
    assert "There is no address yet" in browser.get(PAGE).text

    def address(page: str) -> str:
        return re.search(r'value="http://testserver(/igny8/feeds/[^"]+)"', page)[1]  # type: ignore[index]

    first = address(browser.post(f"{PAGE}/feed", data={"what": "renew"}, headers=HTMX).text)
    assert house.client().get(first).status_code == 200
    second = address(browser.post(f"{PAGE}/feed", data={"what": "renew"}, headers=HTMX).text)
    assert [house.client().get(path).status_code for path in (first, second)] == [404, 200]
    assert second not in house.browser("viewer").get(PAGE).text
    assert "There is no address yet" in browser.post(f"{PAGE}/feed", data={"what": "off"}, headers=HTMX).text
    assert house.client().get(second).status_code == 404


def test_the_page_takes_as_many_statements_for_many_articles_as_for_few(house: House, sessions: Sessions) -> None:
    browser, engine = house.browser("owner"), igny8_product.product_engine()
    slots = next_slots(sessions, house.blog, 20)
    add_approved(sessions, house, slots[0])
    browser.get(PAGE)
    few = count_statements(engine, lambda: browser.get(PAGE))
    for slot in slots[1:]:
        add_approved(sessions, house, slot)
    assert count_statements(engine, lambda: browser.get(PAGE)) == few


def test_the_settings_of_runs_lead_here(house: House) -> None:
    assert f'href="{PAGE}"' in house.browser("owner").get(f"{PAGES}/sites/blog/settings").text


CLOCKS = st.times().map(lambda at: time(at.hour, at.minute))
SETTINGS = st.builds(
    Publishing,
    publish_days=st.lists(st.integers(0, 6), min_size=1, max_size=7),
    publish_time_slots=st.lists(CLOCKS.map(lambda at: at.strftime("%H:%M")), min_size=1, max_size=12),
    stagger_start_time=st.just(time(1, 0)),
    stagger_end_time=CLOCKS.filter(lambda at: at > time(1, 0)),
    comments_open=st.sampled_from([None, True, False]),
    auto_publish_enabled=st.booleans(),
    queue_limit=st.integers(1, 10_000),
)


@given(SETTINGS)
def test_what_is_shown_is_what_would_be_saved_again(settings: Publishing) -> None:
    values = form_of(settings, 1).values
    assert errors_of(values) == {}
    assert Publishing.model_validate(changes_of(typed_values(values))) == settings


@given(st.dictionaries(st.sampled_from(sorted(STORED.values)), st.text(max_size=20), max_size=6))
def test_whatever_is_typed_is_a_setting_or_is_told_at_a_field(typed: dict[str, str]) -> None:
    values = typed_values(dict(STORED.values) | typed)
    errors = errors_of(values)
    assert set(errors) <= set(Publishing.model_fields)
    assert bool(errors) or isinstance(Publishing.model_validate(changes_of(values)), Publishing)
