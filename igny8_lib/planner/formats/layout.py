"""What formats are described with: the headings of a table, and a reader for its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from igny8_lib.models import SearchIntent
from igny8_lib.planner.numbers import parse_amount, parse_count
from igny8_lib.planner.rows import KeywordRow, Refusal
from igny8_lib.text.normalisation import normalise, refusal_reason, tidy

Cells = Sequence[str]

CPC_LIMIT = Decimal(10**8)
"""The column holds eight digits before the point."""


def unknown(_: Cells) -> None:
    """A measure that the export does not have."""


class Header:
    """The headings of a table, found by name without regard to case, spacing and look-alike characters."""

    def __init__(self, cells: Cells) -> None:
        self.cells = tuple(cells)
        self.names = [normalise(cell) for cell in cells]

    def find(self, *names: str) -> int | None:
        """The first column with one of these headings, in the order of the names; None where there is none."""
        return next((self.names.index(name) for name in names if name in self.names), None)

    def starting(self, prefix: str) -> int | None:
        """The first column whose heading starts like this ("cpc" finds "CPC (USD)")."""
        return next((column for column, name in enumerate(self.names) if name.startswith(prefix)), None)

    def has(self, *names: str) -> bool:
        """Whether all of these headings are there."""
        return all(name in self.names for name in names)

    def has_any(self, names: Collection[str]) -> bool:
        """Whether one of these headings is there."""
        return any(name in names for name in self.names)


@dataclass(frozen=True, slots=True)
class RowReader:
    """Which cell of a row holds which measure."""

    keyword: int
    volume: Callable[[Cells], int | None] = unknown
    impressions: Callable[[Cells], int | None] = unknown
    difficulty: Callable[[Cells], Decimal | None] = unknown
    cpc: Callable[[Cells], Decimal | None] = unknown
    intent: Callable[[Cells], SearchIntent | None] = unknown

    def read(self, line: int, cells: Cells) -> KeywordRow | Refusal:
        """The row as a keyword, or why it is none."""
        text = cell(cells, self.keyword)
        if reason := refusal_reason(text):
            return Refusal.of(line, reason, text or " ".join(cells))
        return KeywordRow(
            line=line,
            text=tidy(text),
            normalized=normalise(tidy(text)),
            volume=self.volume(cells),
            impressions=self.impressions(cells),
            difficulty=self.difficulty(cells),
            cpc=self.cpc(cells),
            intent=self.intent(cells),
        )


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format of export: its name in reports, and its reader."""

    name: str
    reader: Callable[[Header], RowReader | None]


def cell(cells: Cells, column: int) -> str:
    """The cell's text; empty where the row ends before it (spreadsheets cut empty cells off)."""
    return cells[column] if column < len(cells) else ""


def count_in(column: int | None) -> Callable[[Cells], int | None]:
    """Reads a count (searches, impressions) from a column; unknown where the table has no such column."""
    return unknown if column is None else lambda cells: parse_count(cell(cells, column))


def difficulty_in(column: int | None) -> Callable[[Cells], Decimal | None]:
    """Reads an SEO difficulty from a column; what lies outside 0 to 100 is none."""
    return unknown if column is None else lambda cells: at_most(Decimal(100), parse_amount(cell(cells, column)))


def cpc_in(column: int | None) -> Callable[[Cells], Decimal | None]:
    """Reads a cost per click from a column."""
    return unknown if column is None else lambda cells: at_most(CPC_LIMIT - 1, parse_amount(cell(cells, column)))


def at_most(limit: Decimal, number: Decimal | None) -> Decimal | None:
    """The number, where it is known and not above the limit."""
    return number if number is not None and number <= limit else None


def intent_in(column: int | None) -> Callable[[Cells], SearchIntent | None]:
    """Reads the first search intent a column names ("Informational,Non-branded", "C, T"), past other labels."""
    return unknown if column is None else lambda cells: first_intent(cell(cells, column))


INTENTS = {intent.value: intent for intent in SearchIntent} | {intent.value[0]: intent for intent in SearchIntent}


def first_intent(text: str) -> SearchIntent | None:
    """The first of the intents in a list, in words or in Semrush's letters."""
    labels = (label.strip().lower() for label in re.split(r"[,;|/]", text))
    return next((INTENTS[label] for label in labels if label in INTENTS), None)
