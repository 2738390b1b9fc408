"""What formats are described with: the headings of a table, and a reader for its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from igny8_lib.models import SearchIntent
from igny8_lib.planner.formats.headings import plain_heading
from igny8_lib.planner.numbers import is_figure, parse_amount, parse_count
from igny8_lib.planner.rows import KeywordRow, Refusal
from igny8_lib.text.normalisation import normalise, refusal_reason, tidy

Cells = Sequence[str]

CPC_LIMIT = Decimal(10**8)
"""The column holds eight digits before the point."""
POSITION_LIMIT = Decimal(10_000)
"""The column holds four digits before the point; search engines list a thousand results at most."""
LONGEST_URL = 2_000

DIRECTION = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Marks and overrides of the writing direction: they make a text look like another one."""

TOTALS = (
    "total|totals|grand total|gesamt|gesamtsumme|summe|insgesamt|totale|totaal|totalt|suma|razem|łącznie|итого|всего|"
    "合計|总计|總計|합계|총계|toplam|celkem|összesen|yhteensä|i alt|tổng|итого и средние|общий итог|"
    "total and averages?|totals and averages?|total general|total général|totale complessivo|gesamtergebnis|eindtotaal"
)
TOTAL = re.compile(rf"(?:{TOTALS})\s*(?:[:\uff1a].*)?", re.IGNORECASE | re.DOTALL)


PLAIN = re.compile(r"(?!https?:)[a-z][a-z0-9]*(?: [a-z0-9]+){0,49}", re.ASCII)
"""What most keywords are: nothing in them is to be refused, tidied or normalised, so they take a short way."""
PLAIN_LENGTH = 400


class Header:
    """The headings of a table, found by name without regard to case, spacing and look-alike characters."""

    def __init__(self, cells: Cells) -> None:
        self.cells = tuple(cells)
        self.names = [normalise(cell) for cell in cells]
        self.plain = [plain_heading(name) for name in self.names]

    def find(self, *names: str) -> int | None:
        """The first column with one of these headings, in the order of the names; None where there is none.

        Where none has a name as it stands, remarks do not count ("cpc" finds "CPC (USD)").
        """
        ways = ((name, known) for name in names for known in (self.names, self.plain))
        return next((known.index(name) for name, known in ways if name in known), None)

    def has(self, *names: str) -> bool:
        """Whether all of these headings are there."""
        return all(name in self.names for name in names)

    def has_any(self, names: Collection[str]) -> bool:
        """Whether one of these headings is there."""
        return any(name in names for name in self.names)


@dataclass(frozen=True, slots=True)
class Measure:
    """The columns that hold a measure, and how their cells become its value."""

    columns: tuple[int, ...]
    read: Callable[[Cells], Any]


@dataclass(frozen=True, slots=True)
class RowReader:
    """Which cell of a row holds the keyword, and which ones its measures."""

    keyword: int
    measures: Mapping[str, Measure] = field(default_factory=dict)
    """By their names in KeywordRow."""
    in_table: bool = True
    """Whether other columns stand beside the keyword's, so that there may be rows of totals."""
    unwrap: Callable[[str], str] = str
    """Takes off the keyword what the tool writes around it."""

    @classmethod
    def of(cls, keyword: int, **measures: Measure | None) -> RowReader:
        """A reader of a table with the measures that it has."""
        return cls(keyword, {name: measure for name, measure in measures.items() if measure is not None})

    def read(self, line: int, cells: Cells) -> KeywordRow | Refusal:
        """The row as a keyword, or why it is none."""
        raw = cell(cells, self.keyword)
        text = self.unwrap(raw if raw.isascii() else raw.translate(DIRECTION))
        known = {name: measure.read(cells) for name, measure in self.measures.items()}
        if len(text) <= PLAIN_LENGTH and PLAIN.fullmatch(text) and not TOTAL.match(text):
            return KeywordRow(line, text, text, **known)
        if reason := refusal_reason(text) or self.refuse_figure(text):
            return Refusal.of(line, reason, raw.strip() or " ".join(cells))
        shown = tidy(text)
        return KeywordRow(line, shown, normalise(shown), **known)

    def refuse_figure(self, text: str) -> str | None:
        """Why a number or a row of totals is no keyword; None for other texts."""
        if is_figure(text):
            return "a number, no keyword"
        if self.in_table and TOTAL.fullmatch(text.strip()):
            return "a total of other rows"
        return None

    def uses(self) -> dict[int, str]:
        """What each column that is read is used as."""
        used = {column: name for name, measure in self.measures.items() for column in measure.columns}
        return used | {self.keyword: "keyword"}


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format of export: its name in reports, and its reader."""

    name: str
    reader: Callable[[Header], RowReader | None]


def cell(cells: Cells, column: int) -> str:
    """The cell's text; empty where the row ends before it (spreadsheets cut empty cells off)."""
    return cells[column] if column < len(cells) else ""


def read_column(column: int | None, parse: Callable[[str], Any]) -> Measure | None:
    """A measure that stands in one column; None where the table has no such column."""
    return None if column is None else Measure((column,), lambda cells: parse(cell(cells, column)))


def count_in(column: int | None) -> Measure | None:
    """Reads a count (searches, impressions, clicks) from a column."""
    return read_column(column, parse_count)


def difficulty_in(column: int | None) -> Measure | None:
    """Reads an SEO difficulty from a column; what lies outside 0 to 100 is none."""
    return read_column(column, lambda text: at_most(Decimal(100), parse_amount(text)))


def cpc_in(column: int | None) -> Measure | None:
    """Reads a cost per click from a column."""
    return read_column(column, lambda text: at_most(CPC_LIMIT - 1, parse_amount(text)))


def position_in(column: int | None) -> Measure | None:
    """Reads a place in the results from a column; 0 means that the site is not among them."""
    return read_column(column, lambda text: at_most(POSITION_LIMIT - 1, parse_amount(text)) or None)


def intent_in(column: int | None) -> Measure | None:
    """Reads the first search intent a column names ("Informational,Non-branded", "C, T", "1,0"), past other labels."""
    return read_column(column, first_intent)


def parent_in(column: int | None) -> Measure | None:
    """Reads a keyword's parent from a column; a text that could be no keyword is none."""
    return read_column(column, parse_parent)


def page_in(column: int | None) -> Measure | None:
    """Reads the address of a ranking page from a column."""
    return read_column(column, parse_page)


MEASURE_IN: Mapping[str, Callable[[int | None], Measure | None]] = {
    "volume": count_in,
    "impressions": count_in,
    "clicks": count_in,
    "position": position_in,
    "difficulty": difficulty_in,
    "cpc": cpc_in,
    "intent": intent_in,
    "parent_keyword": parent_in,
    "page_url": page_in,
}
"""How a column that is named by hand is read, by the measure that it is named for."""


def parse_parent(text: str) -> str | None:
    """The parent as it is shown, where the text could be a keyword."""
    return None if refusal_reason(text) else tidy(text.translate(DIRECTION))


def parse_page(text: str) -> str | None:
    """The address where the text is one: no spaces, nothing unprintable, a path or a domain."""
    text = text.strip()
    is_page = text.isprintable() and " " not in text and ("/" in text or "." in text)
    return text if is_page and len(text) <= LONGEST_URL else None


def at_most(limit: Decimal, number: Decimal | None) -> Decimal | None:
    """The number, where it is known and not above the limit."""
    return number if number is not None and number <= limit else None


SEMRUSH_CODES = (
    SearchIntent.COMMERCIAL,
    SearchIntent.INFORMATIONAL,
    SearchIntent.NAVIGATIONAL,
    SearchIntent.TRANSACTIONAL,
)
"""Semrush numbers the intents so (Semrush API, "Keyword intent": 0 commercial to 3 transactional)."""

INTENTS = (
    {intent.value: intent for intent in SearchIntent}
    | {intent.value[0]: intent for intent in SearchIntent}
    | {str(code): intent for code, intent in enumerate(SEMRUSH_CODES)}
)


def first_intent(text: str) -> SearchIntent | None:
    """The first of the intents in a list, in words, in Semrush's letters or in its numbers."""
    labels = (label.strip().lower() for label in re.split(r"[,;|/]", text))
    return next((INTENTS[label] for label in labels if label in INTENTS), None)
