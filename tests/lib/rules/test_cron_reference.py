"""Cron lines against a clock on the wall: ten years in twenty zones, and whatever line there can be at random."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.rules.cron import parse
from igny8_lib.rules.documents import BadRule
from tests.lib.rules.cron_reference import MONTH_NAMES, WEEKDAY_NAMES, fires

FIRST, LAST = 2011, 2020
"""Ten years with all oddities of late: a day that Apia left out, Pyongyang's and Caracas' half hours, Cairo's and
Casablanca's clocks that go back for Ramadan."""
ZONES = (
    "UTC",
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Caracas",
    "America/Havana",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
)
LINES = ("30 2 * * *", "0 0 * * *", "15,45 1 * * fri-sun", "30 23 L * *", "5 3 29 2,3 *", "59 0-3 13 * fri")
MOST = 12
"""Times in a row that are looked at of one line."""


def following(line: str, zone: str, instant: datetime, until: datetime) -> list[datetime]:
    """When it fires after the instant and before `until`."""
    cron, found = parse(line), []
    while (instant := cron.next_after(instant, zone)) < until:
        found.append(instant)
    return found


@pytest.mark.slow("ten years of a zone, minute by minute")
@pytest.mark.parametrize("zone", ZONES)
def test_each_local_time_fires_once_through_ten_years(zone: str) -> None:
    before = datetime(FIRST, 1, 1, tzinfo=UTC) - datetime.resolution
    until = datetime(LAST + 1, 1, 1, tzinfo=UTC)
    for line in LINES:
        expected = fires(line, zone, FIRST, LAST)
        assert len(expected) > 1
        assert following(line, zone, before, until) == expected


@st.composite
def parts(draw: st.DrawFn, low: int, high: int, names: tuple[str, ...]) -> str:
    """One part of a list: a value, or a range with a step or without; names for some numbers."""
    first = draw(st.integers(low, high))
    last = draw(st.integers(first, high))
    if first == last:
        return named(draw, first, low, names)
    may_be_named = names if last - first < len(names) else ()  # 0-7 is from Sunday to Sunday
    span = "-".join(named(draw, each, low, may_be_named) for each in (first, last))
    step = draw(st.integers(0, highest_step(low, high, names)))
    return f"{span}/{step}" if step else span


def named(draw: st.DrawFn, number: int, low: int, names: tuple[str, ...]) -> str:
    is_named = draw(st.booleans()) if names else False
    return names[(number - low) % len(names)] if is_named else str(number)


def highest_step(low: int, high: int, names: tuple[str, ...]) -> int:
    return 6 if names == WEEKDAY_NAMES else high - low


def fields(low: int, high: int, names: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
    starred = st.integers(1, highest_step(low, high, names)).map(lambda step: f"*/{step}")
    listed = st.lists(parts(low, high, names), min_size=1, max_size=3).map(",".join)
    return st.one_of(st.just("*"), starred, listed)


LINE = st.tuples(
    fields(0, 59),
    fields(0, 23),
    st.one_of(fields(1, 31), st.just("L")),
    fields(1, 12, MONTH_NAMES),
    fields(0, 7, WEEKDAY_NAMES),
).map(" ".join)


@st.composite
def moments(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone, and an instant of ten years, half of them near an hour in which the zone's clocks jump."""
    zone, year = draw(st.sampled_from(ZONES)), draw(st.integers(FIRST, LAST))
    begin = datetime(year, 1, 1, tzinfo=UTC)
    instant = begin + draw(st.timedeltas(timedelta(0), timedelta(days=364)))
    jumps = jumps_of(zone, year)
    is_near: bool = draw(st.booleans())
    if jumps and is_near:
        instant = draw(st.sampled_from(jumps)) + draw(st.timedeltas(timedelta(hours=-2), timedelta(hours=26)))
    return zone, max(instant, begin)


@cache
def jumps_of(zone: str, year: int) -> list[datetime]:
    days = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=each) for each in range(360)]
    offsets = [day.astimezone(ZoneInfo(zone)).utcoffset() for day in days]
    return [day for day, (before, after) in zip(days, pairwise(offsets), strict=False) if before != after]


@given(LINE, moments())
@settings(max_examples=250, deadline=None)
def test_any_line_fires_when_the_clock_on_the_wall_says_so(line: str, moment: tuple[str, datetime]) -> None:
    zone, instant = moment
    expected = fires(line, zone, instant.year, instant.year, after=instant, most=MOST)
    try:
        cron = parse(line)
    except BadRule:
        assert not expected
        return
    found: list[datetime] = []
    while len(found) < len(expected):
        found.append(cron.next_after(found[-1] if found else instant, zone))
    assert found == expected
    if not expected:
        assert cron.next_after(instant, zone).year > instant.year
