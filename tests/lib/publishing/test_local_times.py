"""Times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from igny8_lib.errors import InvalidInput
from igny8_lib.publishing.local_times import parse_time

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    "text", ["2026-12-01 09:00", " 2026-12-01T09:00 ", "2026-12-01T08:00Z", "2026-12-01T13:30+05:30"]
)
def test_a_time_is_the_sites_unless_it_says_its_offset(text: str) -> None:
    assert parse_time(text, BERLIN) == datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tomorrow", "is no time"),
        ("", "is no time"),
        ("2026-13-01 09:00", "is no time"),
        ("2026-12-01", 'is a day without a time: write it as "2026-12-01 09:00"'),
        (" 20261201 ", "is a day without a time"),
        ("0001-01-01 00:00", "beyond all calendars"),
        ("9999-12-31T23:59-12:00", "beyond all calendars"),
        ("2027-03-28 02:30", "does not exist in Europe/Berlin.*2027-03-28 03:00"),
        ("2027-10-31 02:30", r"comes twice.*02:30\+02:00 for the first, 2027-10-31T02:30\+01:00 for the second"),
    ],
)
def test_what_is_no_time_or_not_one_is_explained(text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        parse_time(text, BERLIN)


def test_each_of_a_time_that_comes_twice_can_be_named() -> None:
    first, second = (parse_time(f"2027-10-31T02:30{offset}", BERLIN) for offset in ("+02:00", "+01:00"))
    assert (second - first).total_seconds() == 3600
