"""Numbers in the notations of keyword tools."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.planner.numbers import parse_amount, parse_count

NOT_NUMBERS = ("", " --", "--", "-", "∞", "n/a", "abc", "-5", ".", ",", "1..K", "NaN", "Infinity", "1e5", "0x10")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("1234", 1234),
        ("1,234", 1234),
        ("1.234", 1234),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("1\u202f234", 1234),
        ("1'234", 1234),
        ("1,234,567", 1234567),
        ("1.234.567", 1234567),
        ("1.234,0", 1234),
        ("12.5", 13),
        ("0.123", 0),
        ("1K", 1000),
        ("1.2K", 1200),
        ("1,2 k", 1200),
        ("1.234K", 1234),
        ("3M", 3_000_000),
        ("<10", 10),
        (">1M", 1_000_000),
        ("1,000+", 1000),
        ("0 – 10", 5),
        ("10 - 100", 50),
        ("100 – 1K", 500),
        ("1K – 10K", 5000),
        ("10K—100K", 50_000),
        ("١٬٢٣٤", 1234),
    ],
)
def test_a_count_is_read_in_every_notation(text: str, count: int) -> None:
    assert parse_count(text) == count


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0.00", "0"),
        ("3.50", "3.5"),
        ("0,22 %", "0.22"),
        ("0,22\u00a0%", "0.22"),
        ("12%", "12"),
        ("$3.50", "3.5"),
        ("US$ 3.50", "3.5"),
        ("3,50 €", "3.5"),
        ("EUR 2.10", "2.1"),
        ("2.10 USD", "2.1"),
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("CHF 1'200.50", "1200.5"),
        ("1.234", "1.23"),
        ("0.005", "0.01"),
    ],
)
def test_an_amount_is_read_in_every_notation(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_what_is_not_a_number_is_unknown_and_never_0(text: str) -> None:
    assert parse_count(text) is None
    assert parse_amount(text) is None


def test_a_number_that_nothing_can_reach_is_unknown() -> None:
    assert parse_count("9" * 40) is None
    assert parse_amount("9" * 5000) is None


@given(st.integers(0, 10**11), st.sampled_from(["{:d}", "{:,d}", "{:_d}"]), st.sampled_from([",", ".", "\u202f", "'"]))
def test_a_count_comes_back_from_any_grouping(count: int, form: str, separator: str) -> None:
    text = form.format(count).replace(",", separator).replace("_", separator)
    assert parse_count(text) == count


@given(st.decimals(0, 10**7, places=2), st.sampled_from([",", "."]), st.booleans())
def test_an_amount_comes_back_from_either_decimal_sign(amount: Decimal, sign: str, grouped: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    text = f"{amount:,.2f}" if grouped else f"{amount:.2f}"
    if sign == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert parse_amount(text) == amount


@given(st.text(max_size=30) | st.text("0123456789.,kKMb%$€- <>+'", max_size=12))
def test_no_text_breaks_the_reading_of_numbers(text: str) -> None:
    count, amount = parse_count(text), parse_amount(text)
    assert count is None or count >= 0
    assert amount is None or amount >= 0
