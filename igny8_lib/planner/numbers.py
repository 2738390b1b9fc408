"""Numbers as keyword tools and spreadsheets write them. What is not a number is unknown (None), never 0."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

GROUPING = re.compile(r"[\s'\u2019\u066c]")
"""Signs that only ever group digits: any space (also no-break and thin ones), apostrophes, the Arabic separator."""

MULTIPLIERS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}

NUMBER = re.compile(r"(?P<digits>\d+(?:[.,]\d+)*)(?P<multiplier>[kmb]?)", re.IGNORECASE)
MONEY = re.compile(r"^(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥₹₽₩₺₴])(?=\d)|(?:[$€£¥₹₽₩₺₴]|zł|kr|[A-Z]{3})$")
RANGE = re.compile(r"(.+?)[-\u2013\u2014](.+)")

LARGEST = Decimal(10**12)
"""Nothing that is counted or paid here comes near it; a larger number is damage."""


def parse_count(text: str) -> int | None:
    """Searches or impressions: a whole number not below 0.

    A separator before three digits groups them ("1.234", "1,234", "1 234" → 1234), K and M multiply ("1.2K" → 1200),
    a bound stands for itself ("<10" → 10, ">1M" → 1000000). A range becomes its middle cut down to the leading digit,
    which gives Keyword Planner's own buckets ("100 - 1K" → 500, "1K - 10K" → 5000).
    """
    if found := RANGE.fullmatch(squeezed(text)):
        low, high = plain_count(found[1]), plain_count(found[2])
        return None if low is None or high is None else leading_digit((low + high) // 2)
    return plain_count(squeezed(text))


def parse_amount(text: str) -> Decimal | None:
    """A price or a score: two decimals, not below 0; a lone separator is the decimal one ("0,22" → 0.22).

    A currency and a percent sign are left aside ("$1,234.50" → 1234.50, "0,22 %" → 0.22).
    """
    number = decimal_of(squeezed(text), grouped_by_three=False)
    return None if number is None else number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def squeezed(text: str) -> str:
    """The text without what only groups or decorates digits."""
    bare = MONEY.sub("", GROUPING.sub("", text).replace("\u066b", "."))
    return bare.removesuffix("%").lstrip("<>≤≥~").rstrip("+")


def plain_count(text: str) -> int | None:
    """A whole number, halves rounded up."""
    number = decimal_of(text.lstrip("<>≤≥~"), grouped_by_three=True)
    return None if number is None else int(number.to_integral_value(ROUND_HALF_UP))


def decimal_of(text: str, *, grouped_by_three: bool) -> Decimal | None:
    """The number, whichever of comma and point groups its digits; `grouped_by_three` decides where one stands alone."""
    found = NUMBER.fullmatch(text)
    if not found:
        return None
    grouped = grouped_by_three and not found["multiplier"]
    value = Decimal(with_decimal_point(found["digits"], grouped_by_three=grouped))
    value *= MULTIPLIERS[found["multiplier"].lower()]
    return value if value < LARGEST else None


def with_decimal_point(digits: str, *, grouped_by_three: bool) -> str:
    """The digits with at most a decimal point: the last separator is the decimal one unless it groups."""
    separators = [sign for sign in digits if sign in ",."]
    if not separators:
        return digits
    last = separators[-1]
    whole, _, fraction = digits.rpartition(last)
    groups = separators.count(last) > 1 or (
        grouped_by_three and len(separators) == 1 and len(fraction) == 3 and whole.lstrip("0") != ""
    )
    if groups:
        return re.sub("[,.]", "", digits)
    return f"{re.sub('[,.]', '', whole)}.{fraction}"


def leading_digit(count: int) -> int:
    """The number with all digits but the first set to 0."""
    digits = str(count)
    return int(digits[0] + "0" * (len(digits) - 1))
