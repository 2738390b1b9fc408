"""How the columns of a table share a terminal's width: numbers and names to be typed again stay whole, text gives way.

Where that is not enough, the lines between the columns go, then lesser columns, the last one first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

READABLE = 20
"""Characters that a column of text keeps while there are lesser columns to leave out."""
NARROWEST = 5
"""Characters that any column of text keeps."""
SIGNS = ">=~?"


@dataclass(frozen=True)
class Column:
    """One column: its head, what its signs say, and the width of its widest cell."""

    head: str
    is_number: bool
    is_name: bool
    is_cut: bool
    """Whether its text is one line that ends in … where it is too long; other text goes on in the next line."""
    is_lesser: bool
    natural: int

    @classmethod
    def of(cls, signed: str, cells: Sequence[str]) -> Column:
        """Read from '>number', '=name', '~text to be cut', '?lesser', in any combination; anything else is text."""
        head = signed.lstrip(SIGNS)
        signs = signed[: len(signed) - len(head)]
        widths = (cell_len(line) for cell in (head, *cells) for line in cell.splitlines())
        return cls(head, ">" in signs, "=" in signs, "~" in signs, "?" in signs, max(widths, default=0))

    @property
    def is_whole(self) -> bool:
        """Half a number is another number, and half a name is nobody's."""
        return self.is_number or self.is_name

    def least(self, readable: int) -> int:
        """What it cannot do without."""
        return self.natural if self.is_whole else min(self.natural, readable)


@dataclass(frozen=True)
class Fit:
    """Which columns are shown (by place), how wide each of them is, and whether there are lines between them."""

    places: list[int]
    widths: list[int]
    lines: bool


def fit(columns: Sequence[Column], width: int) -> Fit:
    """The columns in so many characters."""
    places = list(range(len(columns)))
    if taken(columns, places, lines=True) <= width:
        return Fit(places, share(columns, places, width, lines=True), lines=True)
    lesser = [place for place in places if columns[place].is_lesser]
    while lesser and taken(columns, places, lines=False) > width:
        places.remove(lesser.pop())
    return Fit(places, share(columns, places, width, lines=False), lines=False)


def between(number: int, *, lines: bool) -> int:
    """Characters beside the cells: a line and two blanks for each column, or two blanks alone."""
    return 3 * number + 1 if lines else 2 * number


def taken(columns: Sequence[Column], places: Sequence[int], *, lines: bool) -> int:
    """The least that these columns need."""
    return between(len(places), lines=lines) + sum(columns[place].least(READABLE) for place in places)


def share(columns: Sequence[Column], places: Sequence[int], width: int, *, lines: bool) -> list[int]:
    """A width for each: text gives way, the widest column first, until all of them fit or none can give way."""
    widths = [columns[place].natural for place in places]
    for least in (READABLE, NARROWEST):
        bounds = [columns[place].least(least) for place in places]
        while between(len(places), lines=lines) + sum(widths) > width:
            free = [number for number, bound in enumerate(bounds) if widths[number] > bound]
            if not free:
                break
            widths[max(free, key=lambda number: widths[number])] -= 1
    return widths
