"""Numbers as keyword tools and spreadsheets write them. What is not a number is unknown (None), never 0."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from unicodedata import normalize

GROUPING = re.compile(r"[\s'\u2019\u066c]")
"""Signs that only ever group digits: any space (also no-break and thin ones), apostrophes, the Arabic separator."""

MULTIPLIERS = {
    "": 1,
    **dict.fromkeys(("k", "tsd", "тыс", "mil", "tys", "tis", "rb", "bin", "千", "천"), 10**3),
    **dict.fromkeys(("万", "萬", "만"), 10**4),
    **dict.fromkeys(("lakh", "लाख"), 10**5),
    **dict.fromkeys(("m", "mio", "mln", "mi", "mn", "jt", "млн", "百万"), 10**6),
    **dict.fromkeys(("crore", "करोड़"), 10**7),
    **dict.fromkeys(("億", "亿", "억"), 10**8),
    **dict.fromkeys(("b", "mrd", "mld", "mlrd", "млрд"), 10**9),
}
"""What exports write behind a number instead of its zeros, in the languages in which Google writes them."""

NUMBER = re.compile(
    rf"(?P<digits>\d+(?:[.,]\d+)*)(?P<multiplier>{'|'.join(sorted(MULTIPLIERS, key=len, reverse=True))})\.?",
    re.IGNORECASE,
)
MONEY = re.compile(r"^(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥₹₽₩₺₴])(?=\d)|(?:[$€£¥₹₽₩₺₴]|zł|kr|[A-Z]{3})$")
RANGE = re.compile(r"(.+?)(?:[-\u2013\u2014~\u301c]|to|bis|至)(.+)")
DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})")
BOUNDS = "<>≤≥~≈"

LARGEST = Decimal(10**12)
"""Nothing that is counted or paid here comes near it; a larger number is damage."""

REMEMBERED = 8_192
"""Figures that are not read again: tools round them, so the same ones come back all the time."""

DIGIT = re.compile(r"\d")

LONGEST = 60
"""Characters of the longest number with its decoration."""


@lru_cache(maxsize=REMEMBERED)
def parse_count(text: str) -> int | None:
    """Searches or impressions: a whole number not below 0.

    A separator before three digits groups them ("1.234", "1,234", "1 234" → 1234), K and M multiply ("1.2K" → 1200),
    and so do the words of other languages ("1万" → 10000), a bound stands for itself ("<10" → 10, ">1M" → 1000000).
    A range becomes its middle cut down to the leading digit (see `middle_of`).
    """
    if text.isascii() and text.isdigit() and len(text) <= 12:
        return int(text)
    bare = squeeze(text)
    if bare.endswith("%"):
        return None
    if found := RANGE.fullmatch(bare):
        return middle_of(plain_count(found[1]), plain_count(found[2]))
    return plain_count(bare)


def middle_of(low: int | None, high: int | None) -> int | None:
    """The middle of a range, cut down to its leading digit.

    It gives Keyword Planner's own buckets: "100 - 1K" → 500, "1K - 10K" → 5000.
    """
    if low is None or high is None:
        return None
    return leading_digit((low + high) // 2)


@lru_cache(maxsize=REMEMBERED)
def parse_amount(text: str) -> Decimal | None:
    """A price or a score: two decimals, not below 0; a lone separator is the decimal one ("0,22" → 0.22).

    A currency and a percent sign are left aside ("$1,234.50" → 1234.50, "0,22 %" → 0.22).
    """
    number = decimal_of(squeeze(text).removesuffix("%"), grouped_by_three=False)
    return None if number is None else number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def is_figure(text: str) -> bool:
    """Whether the text is a number, a percentage, a range, a price or a date, and so no keyword."""
    text = text.strip()
    if len(text) > LONGEST or "a" <= text[:1] <= "z" or not DIGIT.search(text):
        return False  # no figure begins with a small letter: the quick way out of most keywords
    if DATE.fullmatch(text):
        return True
    bare = text.lstrip("-+\u2212")
    return parse_amount(bare) is not None or parse_count(bare) is not None


def squeeze(text: str) -> str:
    """The text without what only groups or decorates digits, in ASCII digits and signs where they have such forms."""
    if len(text) > LONGEST:
        return ""
    if not text.isascii():
        text = normalize("NFKC", text)
    bare = MONEY.sub("", GROUPING.sub("", text).replace("\u066b", "."))
    return bare.lstrip(BOUNDS).rstrip("+")


def plain_count(text: str) -> int | None:
    """A whole number, halves rounded up."""
    number = decimal_of(text.lstrip(BOUNDS).rstrip("+"), grouped_by_three=True)
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
