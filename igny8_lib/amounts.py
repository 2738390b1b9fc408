"""Credits: exact amounts in hundredths, so that halves (0.5 per image prompt) never meet a float."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

HUNDREDTHS = 100


@dataclass(frozen=True, order=True, slots=True)
class Credits:
    """An amount of credits. `Credits(50)` is half a credit; build from people's input with `Credits.of("0.5")`."""

    hundredths: int = 0

    @classmethod
    def of(cls, value: str | int | Decimal) -> Credits:
        """Parse an amount of at most two decimals.

        Raises ValueError for anything that is not a finite number or has a finer fraction.
        """
        try:
            scaled = Decimal(str(value)) * HUNDREDTHS
        except InvalidOperation:
            raise ValueError(f"{value!r} is not an amount of credits") from None
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise ValueError(f"{value!r} is not an amount of credits with at most two decimals")
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


ZERO = Credits(0)
