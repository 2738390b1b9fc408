"""Credits: exact amounts in hundredths, so that halves (0.5 per image prompt) never meet a float."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow

HUNDREDTHS = 100
EXACT = Context(prec=50, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
"""Raises where a digit would be lost, instead of rounding it away."""
SHOWN = 40
"""So many characters of a wrong amount are repeated to whoever typed it."""


@dataclass(frozen=True, order=True, slots=True)
class Credits:
    """An amount of credits. `Credits(50)` is half a credit; build from people's input with `Credits.of("0.5")`."""

    hundredths: int = 0

    @classmethod
    def of(cls, value: str | int | Decimal) -> Credits:
        """Parse an amount of at most two decimals.

        Raises ValueError for anything that is not a finite number, has a finer fraction, or is beyond HIGHEST in
        either direction; the error is a sentence without its full stop.
        """
        given = value if isinstance(value, str) else format(value)
        try:
            number = Decimal(given)
            if number.is_finite() and abs(number) > HIGHEST.hundredths // HUNDREDTHS:
                raise ValueError(f"{shorten(given)} is beyond {HIGHEST} credits, the most that an amount can be")
            scaled = EXACT.multiply(number, Decimal(HUNDREDTHS))
        except ArithmeticError:
            raise ValueError(f"{shorten(given)} is not an amount of credits with at most two decimals") from None
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise ValueError(f"{shorten(given)} is not an amount of credits with at most two decimals")
        return cls(int(scaled))

    @classmethod
    def total(cls, amounts: Iterable[Credits]) -> Credits:
        """Sum of any number of amounts; zero for none."""
        return cls(sum(amount.hundredths for amount in amounts))

    def __add__(self, other: Credits) -> Credits:
        return Credits(self.hundredths + other.hundredths)

    def __sub__(self, other: Credits) -> Credits:
        return Credits(self.hundredths - other.hundredths)

    def __neg__(self) -> Credits:
        return Credits(-self.hundredths)

    def __mul__(self, times: int) -> Credits:
        return Credits(self.hundredths * times)

    def __bool__(self) -> bool:
        return self.hundredths != 0

    def __str__(self) -> str:
        text = f"{Decimal(self.hundredths) / HUNDREDTHS:.2f}"
        return text.rstrip("0").rstrip(".")

    def as_number(self) -> int | float:
        """The amount as a JSON number: an int where it is whole, else a float whose repr is exact to the hundredth."""
        whole, part = divmod(self.hundredths, HUNDREDTHS)
        return whole if part == 0 else self.hundredths / HUNDREDTHS


def shorten(given: str) -> str:
    """What was given, quoted, and cut where it is long."""
    return repr(given if len(given) <= SHOWN else f"{given[:SHOWN]}…")


ZERO = Credits(0)
HIGHEST = Credits(100_000_000_000)
"""A billion credits: the most that an amount or a balance can be.

Beyond any plan or price, so more is a typing error. Up to here a JSON number holds an amount exactly (2**53 is 90,000
times as much), and a bigint of hundredths holds the sum of ninety million such amounts.
"""
