"""Addresses of tables: filter, order and page stand in the query, so that what one sees can be shared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

ON_A_PAGE = 50


@dataclass(frozen=True)
class Listing:
    """A table as it is shown: its path below the application, and what was chosen. What is empty is left out."""

    path: str
    chosen: Mapping[str, str] = field(default_factory=dict)

    def but(self, **changes: object) -> str:
        """The path with other choices; another filter or order begins at the first page again."""
        kept = {name: value for name, value in self.chosen.items() if name != "page"}
        query = {name: str(value) for name, value in (kept | changes).items() if value not in {"", None}}
        return f"{self.path}?{urlencode(query)}" if query else self.path

    def elsewhere(self, path: str) -> str:
        """The same choices, the page too, at another path: what an action there shows again."""
        return path + self.query

    def under(self, path: str) -> str:
        """The same choices, the page too, under a path further on: where a form sends what to do with the rows."""
        return self.path + path + self.query

    @property
    def query(self) -> str:
        """What stands behind a path of the same choices, the page too."""
        query = {name: value for name, value in self.chosen.items() if value}
        return f"?{urlencode(query)}" if query else ""


@dataclass(frozen=True)
class Choice:
    """One value of a filter; the count says how many rows it would show, None where nobody counted."""

    value: str
    name: str
    count: int | None = None


@dataclass(frozen=True)
class Column:
    """A column's head; with `sort` it is a link that orders by it, and again the other way round with `reverse`."""

    name: str
    sort: str = ""
    reverse: str = ""
    right: bool = False
    tip: str = ""
    """How its figures are made."""
    first_ascending: bool = False
    """Whether `sort` is ascending; figures begin with the largest."""

    def order(self, current: str) -> str:
        """The value of aria-sort, empty where the table is in another order."""
        if not self.sort or current not in {self.sort, self.reverse}:
            return ""
        return "ascending" if (current == self.sort) == self.first_ascending else "descending"

    def next(self, current: str) -> str:
        """The order that the link leads to."""
        return self.reverse if self.reverse and current == self.sort else self.sort


def choices(named: Iterable[tuple[str, str]], counts: Mapping[str, int] | None = None) -> list[Choice]:
    """Choices of (value, name), with their counts where they were counted."""
    return [Choice(value, name, counts.get(value, 0) if counts is not None else None) for value, name in named]


@dataclass(frozen=True)
class Table:
    """A page of rows."""

    rows: Sequence[Any]
    page: int
    total_count: int
    filters: Sequence[Choice] = ()

    @property
    def total_pages(self) -> int:
        """Pages in all."""
        return -(-self.total_count // ON_A_PAGE)

    @property
    def goes_on(self) -> bool:
        """Whether a row tells of something that changes while one looks."""
        return any(getattr(row, "is_open", False) for row in self.rows)
