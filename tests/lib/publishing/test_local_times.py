"""Times that people give are wall clocks of the site's zone: those that do not exist or come twice are explained."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.errors import InvalidInput
from igny8_lib.publishing.local_times import as_exact, as_local, read_local_time

ZONES = ("UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca")
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(  # noqa: DTZ001 - made aware below
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)


def test_a_wall_clock_is_one_of_the_site_s_zone() -> None:
    found = read_local_time("2026-07-01T09:00", "Europe/London")
    assert (found.at, found.remark) == (datetime(2026, 7, 1, 8, tzinfo=UTC), "")


def test_a_time_that_does_not_exist_is_refused_and_the_next_one_named() -> None:
    with pytest.raises(InvalidInput, match=r"no 01:30 on 29 March 2026 in Europe/London.*exists is 02:00"):
        read_local_time("2026-03-29T01:30", "Europe/London")


def test_a_time_that_comes_twice_is_the_first_one_and_says_so() -> None:
    found = read_local_time("2026-10-25T01:30", "Europe/London")
    assert found.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert "comes twice that day" in found.remark


def test_with_its_offset_the_second_of_two_is_meant() -> None:
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert read_local_time(as_exact(second, "Europe/London"), "Europe/London").at == second


@pytest.mark.parametrize("text", ["", "soon", "2026-12-01", "09:00", "2026-13-01T09:00", "0001-01-01T00:00", "9" * 99])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match="2026-12-01T09:00"):
        read_local_time(text, "UTC")


@given(INSTANTS, st.sampled_from(ZONES))
def test_what_is_shown_is_read_back_as_the_same_instant_or_the_first_that_looks_so(at: datetime, zone: str) -> None:
    found = read_local_time(as_local(at, zone), zone)
    assert found.at == at or (found.remark and timedelta(0) < at - found.at <= timedelta(hours=1))
    assert read_local_time(as_exact(at, zone), zone).at == at


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001 - wall clocks
def test_every_wall_clock_is_an_instant_that_looks_so_or_is_refused(clock: datetime, zone: str) -> None:
    given_text = clock.strftime("%Y-%m-%dT%H:%M")
    try:
        found = read_local_time(given_text, zone)
    except InvalidInput as refused:
        assert "clocks go forward" in str(refused)  # noqa: PT017 - either answer is right
        return
    assert found.at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") == given_text
