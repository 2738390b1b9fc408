from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import AutomationConfig, Frequency
from igny8_lib.sites.roster import load_site
from igny8_lib.sites.schedule import GRACE, Schedule, is_too_late, next_run_at, next_start, schedule_of
from tests.factories.sites import make_site


def daily(at: str, timezone: str) -> Schedule:
    return Schedule(Frequency.DAILY, time.fromisoformat(at), 0, 1, timezone)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def starts(schedule: Schedule, after: str, count: int) -> list[str]:
    """The next starts, as UTC to the minute."""
    found, instant = [], utc(after)
    for _ in range(count):
        instant = schedule.next_after(instant)
        found.append(f"{instant:%Y-%m-%d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("at", "timezone", "after", "expected"),
    [
        ("02:30", "Europe/Berlin", "2026-03-27 12:00", ["2026-03-28 01:30", "2026-03-29 01:30", "2026-03-30 00:30"]),
        ("02:30", "America/New_York", "2026-03-07 00:00", ["2026-03-07 07:30", "2026-03-08 07:30", "2026-03-09 06:30"]),
        (
            "02:10",
            "Australia/Lord_Howe",
            "2026-10-03 00:00",
            ["2026-10-03 15:40", "2026-10-04 15:10", "2026-10-05 15:10"],
        ),
    ],
)
def test_a_time_that_the_clocks_jump_over_starts_once_shifted_by_the_jump(
    at: str, timezone: str, after: str, expected: list[str]
) -> None:
    assert starts(daily(at, timezone), after, 3) == expected


@pytest.mark.parametrize(
    ("at", "timezone", "after", "expected"),
    [
        ("02:30", "Europe/Berlin", "2026-10-24 12:00", ["2026-10-25 00:30", "2026-10-26 01:30"]),
        ("01:30", "America/New_York", "2026-10-31 12:00", ["2026-11-01 05:30", "2026-11-02 06:30"]),
        ("01:45", "Australia/Lord_Howe", "2026-04-04 00:00", ["2026-04-04 14:45", "2026-04-05 15:15"]),
    ],
)
def test_a_time_that_comes_twice_starts_once_the_first_time(
    at: str, timezone: str, after: str, expected: list[str]
) -> None:
    assert starts(daily(at, timezone), after, 2) == expected


def test_a_month_without_the_day_starts_on_its_last_one() -> None:
    schedule = Schedule(Frequency.MONTHLY, time(2), 0, 31, "UTC")
    days = [text[:10] for text in starts(schedule, "2027-12-31 12:00", 5)]
    assert days == ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"]


def test_a_schedule_on_day_29_starts_on_the_28th_of_a_common_february() -> None:
    schedule = Schedule(Frequency.MONTHLY, time(2), 0, 29, "UTC")
    assert starts(schedule, "2027-01-30 00:00", 2) == ["2027-02-28 02:00", "2027-03-29 02:00"]


def test_a_weekly_schedule_starts_on_its_local_weekday() -> None:
    schedule = Schedule(Frequency.WEEKLY, time(2), 0, 1, "Pacific/Auckland")
    first = starts(schedule, "2026-06-01 00:00", 2)
    assert first == ["2026-06-07 14:00", "2026-06-14 14:00"], "Monday 02:00 in Auckland is Sunday 14:00 in UTC"


def test_a_day_that_a_country_left_out_has_no_start_of_its_own() -> None:
    found = starts(daily("02:00", "Pacific/Apia"), "2011-12-28 13:00", 3)
    assert found == ["2011-12-29 12:00", "2011-12-30 12:00", "2011-12-31 12:00"], "Samoa had no 30 December 2011"


def test_a_jump_over_midnight_carries_the_start_into_the_next_day() -> None:
    schedule = daily("23:30", "America/Nuuk")  # on 28 March 2026 its clocks jump from 23:00 to midnight
    expected = ["2026-03-29 01:30", "2026-03-30 00:30"]
    assert starts(schedule, "2026-03-29 01:10", 2) == expected, "01:10 UTC is past midnight already"


def test_a_start_is_not_its_own_successor() -> None:
    schedule = daily("02:00", "Europe/Berlin")
    start = schedule.next_after(utc("2026-01-01 12:00"))
    assert schedule.next_after(start) == start + timedelta(days=1)
    assert schedule.next_after(start - timedelta(microseconds=1)) == start


def test_a_missed_start_is_made_up_for_within_the_grace_only() -> None:
    schedule, since = daily("02:00", "UTC"), utc("2026-01-01 00:00")
    start, last = utc("2026-05-05 02:00"), utc("2026-05-04 02:00")
    tomorrow = start + timedelta(days=1)
    assert next_start(schedule, now=start + timedelta(seconds=1), since=since, last=last) == start
    assert next_start(schedule, now=start + GRACE, since=since, last=last) == tomorrow
    assert next_start(schedule, now=start + timedelta(seconds=1), since=since, last=start) == tomorrow
    assert not is_too_late(start, start + GRACE)
    assert is_too_late(start, start + GRACE + timedelta(seconds=1))


def test_a_new_schedule_waits_for_its_next_time() -> None:
    set_at = utc("2026-05-05 02:03")
    found = next_start(daily("02:00", "UTC"), now=set_at, since=set_at, last=None)
    assert found == utc("2026-05-06 02:00")


def test_a_site_that_is_not_enabled_has_no_next_run(session: Session) -> None:
    site = make_site(session, timezone="Europe/Berlin")
    config = session.get_one(AutomationConfig, site.id)
    assert schedule_of(config, site) is None
    assert next_run_at(None, utc("2026-05-05 02:03")) is None
    config.is_enabled, config.schedule_window_minutes = True, 0
    schedule = schedule_of(config, site)
    assert schedule == daily("02:00", "Europe/Berlin")
    assert next_run_at(schedule, utc("2026-05-05 02:03")) == utc("2026-05-06 00:00")


def test_only_a_change_of_the_schedule_moves_the_instant_since_when_it_holds(session: Session) -> None:
    site = make_site(session, config={"is_enabled": True})
    config = session.get_one(AutomationConfig, site.id)
    session.refresh(config)
    moments = [config.schedule_since]
    config.max_keywords_per_run = 7
    session.flush()
    assert config.schedule_since == moments[0]
    config.scheduled_time = time(3)
    session.flush()
    moments.append(config.schedule_since)
    config.schedule_window_minutes = 20
    session.flush()
    moments.append(config.schedule_since)
    site.timezone = "Asia/Tokyo"
    session.flush()
    moments.append(load_site(session, site.slug).schedule_since)
    assert all(earlier < later for earlier, later in pairwise(moments))


@pytest.mark.parametrize("name", ["", "Berlin", "Europe", "../etc/passwd", "/etc/passwd", "Europe/Berlin\0"])
def test_an_unknown_zone_is_refused_by_name(name: str) -> None:
    with pytest.raises(InvalidInput, match="no time zone"):
        daily("02:00", name)


@pytest.mark.parametrize(("weekday", "day"), [(7, 1), (-1, 1), (0, 0), (0, 32)])
def test_a_day_that_no_calendar_has_is_refused(weekday: int, day: int) -> None:
    with pytest.raises(InvalidInput, match="is not one of"):
        Schedule(Frequency.DAILY, time(2), weekday, day, "UTC")


def test_an_instant_without_a_zone_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="no zone"):
        daily("02:00", "UTC").next_after(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        (daily("02:00", "Europe/Berlin"), "Daily at 02:00 Europe/Berlin"),
        (Schedule(Frequency.WEEKLY, time(23, 5), 6, 1, "UTC"), "Weekly on Sunday at 23:05 UTC"),
        (Schedule(Frequency.MONTHLY, time(2), 0, 31, "UTC"), "Monthly on day 31 at 02:00 UTC"),
    ],
)
def test_people_read_the_schedule_as_one_phrase(schedule: Schedule, sentence: str) -> None:
    assert schedule.describe() == sentence
