"""Cron lines: which are read, which are refused and with what sentence, and what people are told of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from igny8_lib.errors import InvalidInput
from igny8_lib.rules.cron import parse
from igny8_lib.rules.documents import CRON, BadRule

BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def run_of(line: str, zone: str, after: str, count: int) -> list[str]:
    """The next times that it fires, in UTC."""
    cron, instant, found = parse(line), at(after), []
    for _ in range(count):
        instant = cron.next_after(instant, zone)
        found.append(f"{instant:%d %H:%M}")
    return found


def test_a_local_time_that_comes_twice_fires_once_at_the_first() -> None:
    assert run_of("30 1 * * *", NEW_YORK, "2026-11-01 04:00", 2) == ["01 05:30", "02 06:30"]


def test_a_line_of_every_half_hour_waits_out_the_hour_that_comes_again() -> None:
    assert run_of("*/30 * * * *", NEW_YORK, "2026-11-01 04:45", 4) == ["01 05:00", "01 05:30", "01 07:00", "01 07:30"]


def test_a_local_time_that_does_not_exist_fires_at_the_first_that_does() -> None:
    assert run_of("30 2 * * *", NEW_YORK, "2026-03-08 00:00", 2) == ["08 07:00", "09 06:30"]


def test_all_times_of_one_gap_fire_together_once_with_the_first_after_it() -> None:
    assert run_of("0,20,40 2,3 * * *", NEW_YORK, "2026-03-08 00:00", 3) == ["08 07:00", "08 07:20", "08 07:40"]


def test_a_day_that_a_zone_left_out_fires_at_midnight_after_it() -> None:
    assert run_of("0 12 * * *", "Pacific/Apia", "2011-12-29 00:00", 3) == ["29 22:00", "30 10:00", "30 22:00"]


def test_the_next_time_lies_strictly_after_the_instant_whatever_zone_the_instant_has() -> None:
    line, noon = parse("0 12 * * *"), at("2026-06-01 10:00")
    assert line.next_after(noon, BERLIN) == at("2026-06-02 10:00")
    assert line.next_after(noon - timedelta(microseconds=1), BERLIN) == noon
    elsewhere = noon.astimezone(timezone(timedelta(hours=-9)))
    assert line.next_after(elsewhere, BERLIN) == at("2026-06-02 10:00")


def test_an_instant_without_a_zone_and_an_unknown_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        parse("0 6 * * *").next_after(datetime(2026, 1, 1), BERLIN)  # noqa: DTZ001 - that is the point
    with pytest.raises(InvalidInput, match="no time zone 'Mars/Olympus'"):
        parse("0 6 * * *").next_after(at("2026-01-01"), "Mars/Olympus")


def test_the_last_days_of_months_and_leap_days_are_found() -> None:
    assert run_of("0 6 L * *", "UTC", "2027-01-31 07:00", 3) == ["28 06:00", "31 06:00", "30 06:00"]
    assert parse("0 0 29 feb *").next_after(at("2096-03-01"), "UTC") == at("2104-02-29")


def test_a_day_and_a_weekday_are_alternatives_but_one_that_names_all_restricts_nothing() -> None:
    assert run_of("0 6 1 * mon", "UTC", "2026-09-01 07:00", 3) == ["07 06:00", "14 06:00", "21 06:00"]
    assert run_of("0 6 1 * mon", "UTC", "2026-09-28 07:00", 1) == ["01 06:00"]
    assert run_of("0 6 1-31 * mon", "UTC", "2026-09-01 07:00", 1) == ["07 06:00"]
    assert run_of("0 6 1 * mon-sun", "UTC", "2026-09-01 07:00", 1) == ["01 06:00"]
    assert run_of("0 6 */2 * */1", "UTC", "2026-09-01 07:00", 1) == ["03 06:00"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "not a cron line of five fields"),
        ("@daily", "not a cron line of five fields"),
        ("0 6 * *", "not a cron line of five fields"),
        ("0 0 6 * * *", "not a cron line of five fields"),
        ("0 6 * * mon ", ""),
        ("0 6 * * ſun", "not a cron line of five fields"),
        ("٣ 6 * * *", "not a cron line of five fields"),
        ("60 * * * *", "'60' is no minute: give 0…59"),
        ("* 24 * * *", "'24' is no hour: give 0…23"),
        ("0 6 0 * *", "'0' is no day of the month: give 1…31 or L"),
        ("0 6 * 13 *", "'13' is no month: give 1…12 or jan…dec"),
        ("0 6 * * 8", "'8' is no weekday: give 0…7 or sun…sat"),
        ("0 6 mon * *", "'MON' is no day of the month"),
        ("h * * * *", "'H' is no minute"),
        ("r(0-5) * * * *", "The minute cannot be"),
        ("0 6 * * 1#2", "The weekday cannot be '1#2'"),
        ("0 6 15w * *", "'15W' is no day"),
        ("0 6 ? * *", "cannot be '[?]'"),
        ("0 6 l-3 * *", "'L' is no day"),
        ("*/0 * * * *", "The step '0' of the minute must be 1…59"),
        ("*/60 * * * *", "The step '60' of the minute must be 1…59"),
        ("*/ * * * *", "The step '' of the minute"),
        ("5/15 * * * *", "write 5-59/15"),
        ("*,5 * * * *", "The minute cannot be '[*]'"),
        ("1, * * * *", "The minute cannot be ''"),
        ("-5 * * * *", "The minute cannot be '-5'"),
        ("0 22-2 * * *", "The range '22-2' of the hour must run forwards"),
        ("0 6 * * fri-mon", "must run forwards"),
        ("0 23-23 * * *", "must run forwards"),
        ("0 6 * * sun-sun", "must run forwards"),
        ("0 0 31 2 *", "never fires"),
        ("0 0 30,31 feb *", "never fires"),
        ("0 0 31 4,6,9,11 *", "never fires"),
        ("\x00 6 * * *", "The minute cannot be"),
        ("0 6 * * " + "mon," * 40, f"at most {CRON} characters"),
    ],
)
def test_what_is_no_line_is_refused_with_what_is_wrong(line: str, reason: str) -> None:
    if not reason:
        assert parse(line).line == "0 6 * * MON"
        return
    with pytest.raises(BadRule, match=reason) as caught:
        parse(line)
    assert caught.value.field == "schedule"


def test_a_day_that_some_months_lack_fires_where_it_is_or_on_its_weekday() -> None:
    assert run_of("0 0 31 * *", "UTC", "2026-03-01 00:00", 2) == ["31 00:00", "31 00:00"]
    assert run_of("0 0 31 2 mon", "UTC", "2026-02-01 00:00", 2) == ["02 00:00", "09 00:00"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("0 6 * * mon-fri", "At 06:00, Monday through Friday (Europe/Berlin)"),
        ("  0  6 * * sat-sun ", "At 06:00, Saturday through Sunday (Europe/Berlin)"),
        ("*/15 * * * *", "Every 15 minutes (Europe/Berlin)"),
        ("30 18 L * *", "At 18:30, on the last day of the month (Europe/Berlin)"),
        ("0 9 1 jan,jul *", "At 09:00, on day 1 of the month, only in January and July (Europe/Berlin)"),
        ("0 0-23 * * *", "Every hour (Europe/Berlin)"),
    ],
)
def test_a_line_is_said_in_words_with_its_zone(line: str, words: str) -> None:
    assert parse(line).describe(BERLIN) == words


@pytest.mark.parametrize(
    ("line", "warned"),
    [
        ("0 6 * * mon-fri", []),
        ("*/15 * * * *", []),
        ("0 6 L * *", []),
        ("* * * * *", ["closer together"]),
        ("0,50 * * * *", ["closer together"]),
        ("*/20 * * * *", ["at the next one"]),
        ("5 6 * * *", ["at the next one"]),
        ("*/25 * * * *", ["minute is 0, 25, 50", "closer together"]),
        ("0 */5 * * *", ["hour is 0, 5, 10, 15"]),
        ("0 6 1 * mon", ["either of them"]),
    ],
)
def test_people_are_warned_of_what_they_may_not_expect(line: str, warned: list[str]) -> None:
    warnings = parse(line).warnings
    assert len(warnings) == len(warned)
    assert all(part in sentence for part, sentence in zip(warned, warnings, strict=True))
