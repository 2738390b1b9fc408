"""Numbers from a provider: what is no plausible count is unknown, and never stored."""

from __future__ import annotations

from decimal import Decimal

MAX_COUNT = 2**31 - 1
"""The database's integer."""
MAX_DOLLARS = Decimal(10) ** 8
"""The first price that its column does not hold."""
MAX_DIGITS = 400
"""Beyond these Python refuses to read a number at all (from 4,301 on), and would lose the document around it."""


def whole(digits: str) -> int | None:
    """A whole number of a JSON document, for its `parse_int`; None for one that nobody means."""
    return int(digits) if len(digits) <= MAX_DIGITS else None


def count(value: object) -> int | None:
    """A count in any of JSON's types that says one (12, 12.0, "12"); None for what says none, or an absurd one."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(MAX_COUNT)):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= MAX_COUNT else None


def price(dollars: Decimal | None) -> Decimal | None:
    """An amount that the journal can hold, else None."""
    return dollars if dollars is not None and 0 <= dollars < MAX_DOLLARS else None
