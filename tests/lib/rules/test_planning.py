"""Schedules are looked at on the quarters of an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.rules.cron import parse
from igny8_lib.rules.planning import QUARTER, next_due, quarter_of

START = datetime(2026, 3, 28, tzinfo=UTC)
"""The day before the clocks of Berlin jump."""
LINES = ("5,20 * * * *", "*/7 * * * *", "0 */2 * * *", "16 6 * * *", "59 1-3 * * *", "14,15,16 2 * * sun")
ZONES = ("Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")


def test_a_time_between_two_quarters_is_due_at_the_later_one() -> None:
    line = parse("5,20 6 * * *")
    first = next_due(line, "Asia/Kathmandu", START)
    assert first == START + timedelta(hours=0, minutes=30)
    assert next_due(line, "Asia/Kathmandu", first) == START + timedelta(hours=0, minutes=45)


def test_a_time_on_a_quarter_is_due_at_it_and_not_again() -> None:
    line = parse("15 6 * * *")
    due = next_due(line, "UTC", START)
    assert due == START + timedelta(hours=6, minutes=15)
    assert next_due(line, "UTC", due) == due + timedelta(days=1)


def test_the_quarter_of_an_instant_is_the_last_one_up_to_it() -> None:
    at = START + timedelta(hours=6)
    assert [quarter_of(at + timedelta(seconds=each)) - at for each in (0, 1, 899, 900)] == [
        timedelta(0),
        timedelta(0),
        timedelta(0),
        QUARTER,
    ]


@given(st.sampled_from(LINES), st.sampled_from(ZONES), st.lists(st.integers(0, 899), min_size=8, max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_rule_is_due_once_in_each_quarter_that_its_line_names_however_late_it_is_looked_at(
    line: str, zone: str, lateness: list[int]
) -> None:
    cron, due, found = parse(line), next_due(parse(line), zone, START), []
    for late in lateness:
        found.append(due)
        due = next_due(cron, zone, quarter_of(due + timedelta(seconds=late)))
    assert found == quarters_named(line, zone, len(lateness))


def quarters_named(line: str, zone: str, count: int) -> list[datetime]:
    """The first quarters of an hour at whose end, or within which, the line fires."""
    cron, instant, found = parse(line), START, list[datetime]()
    while len(found) < count:
        instant = cron.next_after(instant, zone)
        quarter = START
        while quarter < instant:
            quarter += QUARTER
        if quarter not in found:
            found.append(quarter)
    return found


def test_after_an_outage_the_next_quarter_lies_after_now() -> None:
    line, now = parse("*/15 * * * *"), START + timedelta(days=3, minutes=7)
    assert next_due(line, "UTC", quarter_of(now)) == START + timedelta(days=3, minutes=15)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        next_due(parse("0 6 * * *"), "UTC", datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point
