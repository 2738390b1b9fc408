"""Division for figures: exact, and None where there is nothing to divide by."""

from __future__ import annotations

from fractions import Fraction

from igny8_lib.amounts import Credits

Number = int | float | Fraction


def ratio(part: Number, whole: Number) -> Fraction | None:
    """Part per whole; None where the whole is zero."""
    return Fraction(part) / Fraction(whole) if whole else None


def variance_pct(value: Number | None, average: Number | None) -> Fraction | None:
    """By how many percent a value differs from an average; None where either is unknown or the average is zero."""
    if value is None or not average:
        return None
    return (Fraction(value) / Fraction(average) - 1) * 100


def mean_credits(total: Credits, number: int) -> Credits | None:
    """Credits for each of so many, to the nearest hundredth; None for none."""
    each = ratio(total.hundredths, number)
    return None if each is None else Credits(round(each))


def rounded(value: Number | None, digits: int = 1) -> float | None:
    """The value as a JSON number of so many decimals."""
    return None if value is None else round(float(value), digits)


def as_number(amount: Credits | None) -> int | float | None:
    """The amount as a JSON number."""
    return None if amount is None else amount.as_number()
