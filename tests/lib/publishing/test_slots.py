"""Which instants a site publishes at, by example."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from igny8_lib.models import SchedulingMode
from igny8_lib.publishing.settings import Publishing
from igny8_lib.publishing.slots import find_slots, instant_of

BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = list(range(7))
MONDAY = datetime(2026, 11, 30, 9, 7, 30, tzinfo=UTC)
"""10:07:30 in Berlin."""


def locally(slots: list[datetime], zone: ZoneInfo = BERLIN) -> list[str]:
    return [f"{slot.astimezone(zone):%a %d %H:%M}" for slot in slots]


def next_slots(count: int, now: datetime = MONDAY, taken: tuple[datetime, ...] = (), **settings: Any) -> list[str]:
    return locally(find_slots(Publishing(**settings), BERLIN, taken, now, count))


def stagger(**settings: object) -> dict[str, Any]:
    return {"scheduling_mode": SchedulingMode.STAGGER, "daily_publish_target": 0, **settings}


def test_time_slots_are_the_local_times_of_the_allowed_days_after_now() -> None:
    assert next_slots(4) == ["Mon 30 14:00", "Mon 30 18:00", "Tue 01 09:00", "Tue 01 14:00"]
    assert next_slots(2, publish_days=[6], publish_time_slots=["08:30"]) == ["Sun 06 08:30", "Sun 13 08:30"]


def test_a_slot_at_this_very_instant_is_past() -> None:
    now = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
    assert next_slots(1, now) == ["Mon 30 18:00"]
    assert next_slots(1, now - timedelta(microseconds=1)) == ["Mon 30 14:00"]


def test_taken_slots_are_skipped() -> None:
    taken = (datetime(2026, 11, 30, 13, 0, tzinfo=UTC), datetime(2026, 12, 1, 8, 0, tzinfo=UTC))
    assert next_slots(3, taken=taken) == ["Mon 30 18:00", "Tue 01 14:00", "Tue 01 18:00"]


def test_immediate_is_from_the_next_minute_on_a_minute_apart() -> None:
    taken = (datetime(2026, 11, 30, 9, 9, tzinfo=UTC),)
    mode: dict[str, Any] = {"scheduling_mode": SchedulingMode.IMMEDIATE}
    assert next_slots(3, taken=taken, **mode) == ["Mon 30 10:08", "Mon 30 10:10", "Mon 30 10:11"]
    sunday = datetime(2026, 11, 29, 22, 59, tzinfo=UTC)
    assert next_slots(1, sunday, **mode) == ["Mon 30 00:00"], "immediate knows no days"


def test_stagger_starts_at_the_next_interval_and_ends_with_the_day() -> None:
    settings = stagger(stagger_start_time=time(9), stagger_end_time=time(10, 40), stagger_interval_minutes=20)
    expected = ["Mon 30 10:20", "Mon 30 10:40", "Tue 01 09:00", "Tue 01 09:20"]
    assert next_slots(4, **settings) == expected


def test_with_a_daily_target_the_articles_of_a_day_are_spread_over_its_intervals() -> None:
    settings = stagger(daily_publish_target=3)
    expected = ["Mon 30 10:15", "Mon 30 12:00", "Mon 30 15:00", "Tue 01 09:00", "Tue 01 12:00", "Tue 01 15:00"]
    assert next_slots(6, **settings) == expected


def test_one_by_one_articles_get_the_slots_that_they_get_together() -> None:
    settings = Publishing(**stagger(daily_publish_target=4, stagger_interval_minutes=7))
    together = find_slots(settings, BERLIN, (), MONDAY, 30)
    one_by_one: list[datetime] = []
    for _ in together:
        one_by_one += find_slots(settings, BERLIN, one_by_one, MONDAY, 1)
    assert one_by_one == together


def test_a_day_takes_no_more_than_its_target_whatever_people_moved_there() -> None:
    moved = tuple(datetime(2026, 12, 1, hour, 3, tzinfo=UTC) for hour in (5, 6, 20))
    assert next_slots(3, MONDAY.replace(hour=20), moved, **stagger(daily_publish_target=3))[0] == "Wed 02 09:00"
    assert next_slots(1, MONDAY.replace(hour=20), moved[:2], **stagger(daily_publish_target=3)) == ["Tue 01 12:00"]


def test_weekly_and_monthly_targets_never_keep_an_article_waiting() -> None:
    few: dict[str, Any] = {"weekly_publish_target": 1, "monthly_publish_target": 1}
    assert next_slots(60, **few) == next_slots(60)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        ("Europe/Berlin", date(2027, 3, 28), time(2, 30), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        ("Europe/Berlin", date(2027, 3, 28), time(2, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        ("Europe/Berlin", date(2027, 3, 28), time(3, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        ("Europe/Berlin", date(2027, 10, 31), time(2, 30), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", date(2027, 10, 3), time(2, 10), datetime(2027, 10, 2, 15, 30, tzinfo=UTC)),
        ("Africa/Cairo", date(2027, 4, 30), time(0, 15), datetime(2027, 4, 29, 22, 0, tzinfo=UTC)),
        ("Pacific/Apia", date(2011, 12, 30), time(9, 0), datetime(2011, 12, 30, 10, 0, tzinfo=UTC)),
        ("Asia/Kathmandu", date(2027, 1, 1), time(9, 0), datetime(2027, 1, 1, 3, 15, tzinfo=UTC)),
    ],
)
def test_a_missing_time_becomes_the_first_that_exists_and_a_double_one_is_the_first(
    zone: str, day: date, at: time, expected: datetime
) -> None:
    assert instant_of(day, at, ZoneInfo(zone)) == expected


def test_two_times_in_one_gap_are_one_slot() -> None:
    now = datetime(2027, 3, 27, 22, 0, tzinfo=UTC)
    times: dict[str, Any] = {"publish_time_slots": ["02:00", "02:30", "03:00", "04:00"], "publish_days": EVERY_DAY}
    assert next_slots(3, now, **times) == ["Sun 28 03:00", "Sun 28 04:00", "Mon 29 02:00"]


def test_a_daily_target_counts_in_the_hour_that_comes_twice() -> None:
    now = datetime(2027, 10, 30, 22, 0, tzinfo=UTC)
    settings = stagger(
        daily_publish_target=2,
        publish_days=EVERY_DAY,
        stagger_start_time=time(2),
        stagger_end_time=time(3),
        stagger_interval_minutes=30,
    )
    found = find_slots(Publishing(**settings), BERLIN, (), now, 3)
    assert [slot.isoformat()[:16] for slot in found] == ["2027-10-31T00:00", "2027-10-31T00:30", "2027-11-01T01:00"]


def test_where_ten_years_have_no_more_slots_fewer_come_back() -> None:
    settings = Publishing(publish_days=[2], publish_time_slots=["09:00"])
    assert 520 <= len(find_slots(settings, BERLIN, (), MONDAY, 10_000)) <= 523
