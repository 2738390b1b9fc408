"""Numbers, durations and times as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from igny8_web.pages.words import credits_, duration, moment, number, percent, plural

from igny8_lib import clock
from igny8_lib.amounts import Credits


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "–"),
        (0, "0 s"),
        (0.4, "0 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (380, "6 min 20 s"),
        (3_600, "1 h"),
        (3_661, "1 h 1 min"),
        (25_200, "7 h"),
        (90_061, "1 d 1 h"),
    ],
)
def test_durations_say_their_two_largest_units(seconds: float | None, said: str) -> None:
    assert duration(seconds).replace("\u00a0", " ") == said


@given(st.floats(0, 10**9))
def test_a_duration_is_never_empty_and_has_two_units_at_most(seconds: float) -> None:
    said = duration(seconds)
    assert 1 <= len(said.split(" ")) <= 2
    assert any(digit in said for digit in "0123456789")


@given(st.integers(-(10**10), 10**10))
def test_credits_read_back_are_the_amount(hundredths: int) -> None:
    assert Credits.of(credits_(Credits(hundredths)).replace(",", "")) == Credits(hundredths)


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "–"), (0, "0"), (1234, "1,234"), (0.5, "0.5"), (1240.25, "1,240.25"), (Fraction(2477, 2), "1,238.5")],
)
def test_numbers_have_thousands_and_no_empty_decimals(value: float | None, said: str) -> None:
    assert number(value) == said


def test_percentages_are_whole() -> None:
    assert percent(63.7) == "64\u00a0%"
    assert percent(None) == "–"


def test_one_is_singular() -> None:
    assert plural(1, "article").replace("\u00a0", " ") == "1 article"
    assert plural(0, "article").replace("\u00a0", " ") == "0 articles"
    assert plural(2, "entry", "entries").replace("\u00a0", " ") == "2 entries"


def test_times_are_those_of_the_sites_zone() -> None:
    at = datetime(2020, 6, 30, 23, 30, tzinfo=UTC)
    assert moment(at, "Australia/Perth") == "Wed 1 Jul 2020, 07:30"
    assert moment(None, "UTC") == "–"


@given(st.floats(0, 0.5))
def test_the_same_day_is_called_today(part: float) -> None:
    now = clock.now()
    noon = now.replace(hour=6, minute=0)
    assert moment(noon + timedelta(days=part), "UTC").startswith("today, ")


def test_exact_fractions_are_written_as_numbers_and_percentages() -> None:
    assert (number(Fraction(10_001, 4)), number(Fraction(6, 2)), credits_(Fraction(1, 3))) == ("2,500.25", "3", "0.33")
    assert percent(Fraction(200, 3)).replace("\u00a0", " ") == "67 %"
