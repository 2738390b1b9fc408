"""Pages show and send wall clocks of the site's zone: those that do not exist or come twice are explained."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.errors import InvalidInput
from igny8_lib.publishing.wall_clocks import as_exact, as_wall_clock, read_wall_clock

ZONES = ("UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca")
CLOCKS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001 - wall clocks
    lambda at: at.replace(second=0, microsecond=0)
)


def test_a_wall_clock_is_one_of_the_site_s_zone() -> None:
    found = read_wall_clock("2026-07-01T09:00", "Europe/London")
    assert (found.at, found.remark) == (datetime(2026, 7, 1, 8, tzinfo=UTC), "")


def test_a_time_that_does_not_exist_is_refused_and_the_next_one_named() -> None:
    with pytest.raises(InvalidInput, match=r"2026-03-29 01:30 does not exist in Europe/London.*02:00"):
        read_wall_clock("2026-03-29T01:30", "Europe/London")


def test_a_time_that_comes_twice_is_the_first_one_and_says_so() -> None:
    found = read_wall_clock("2026-10-25T01:30", "Europe/London")
    assert found.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found.remark.startswith("01:30 comes twice that day")


def test_with_its_offset_the_second_of_two_is_meant() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert read_wall_clock(as_exact(second, "Europe/London"), "Europe/London").at == second


@pytest.mark.parametrize("text", ["", "soon", "09:00", "2026-13-01T09:00", "0001-01-01T00:00+14:00", "9" * 99])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_wall_clock(text, "Europe/London")


@given(CLOCKS, st.sampled_from(ZONES))
def test_what_is_shown_is_read_back_as_the_same_instant_or_the_first_that_looks_so(wall: datetime, zone: str) -> None:
    at = wall.replace(tzinfo=UTC)
    found = read_wall_clock(as_wall_clock(at, zone), zone)
    assert found.at == at or (found.remark and timedelta(0) < at - found.at <= timedelta(hours=1))
    assert read_wall_clock(as_exact(at, zone), zone).at == at


@given(CLOCKS, st.sampled_from(ZONES))
def test_every_wall_clock_is_an_instant_that_looks_so_or_is_refused(wall: datetime, zone: str) -> None:
    text = wall.strftime("%Y-%m-%dT%H:%M")
    try:
        found = read_wall_clock(text, zone)
    except InvalidInput as refused:
        assert "does not exist" in str(refused)  # noqa: PT017 - either answer is right
        return
    assert found.at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") == text
