"""What the columns of a table hold, told by their cells: for tables whose headings are in no list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from igny8_lib.planner.formats.headings import NO_KEYWORDS
from igny8_lib.planner.formats.layout import TOTAL, Header, cell
from igny8_lib.planner.lines import Record
from igny8_lib.planner.numbers import DATE, is_figure, parse_amount

MOSTLY = 0.9
"""Share of a column's filled cells that decides what it holds: exports have notes and gaps."""

NOTHING = {"", "-", "--", "—", "–", "n/a", "na", "null", "none", "∞"}
"""What exports write where they know nothing."""

PERIOD = re.compile(rf"{DATE.pattern}|(?:19|20)\d\d(?:[-/.]\d{{1,2}})?|\d{{1,2}}[-/.](?:19|20)\d\d")
"""A day, a month or a year, as tools head the columns of a history."""

FLAGS = {"true", "false", "yes", "no", "0", "1"}


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of a table that have one width: its headings, where it has any, and its data."""

    header: Record | None
    rows: Sequence[Record]
    width: int

    @property
    def preamble(self) -> int:
        """Lines above it."""
        return (self.header or self.rows[0]).line - 1

    def cells(self) -> list[tuple[str, ...]]:
        """The cells of its data."""
        return [row.cells for row in self.rows]

    def column(self, number: int) -> list[str]:
        """The filled cells of a column."""
        cells = (cell(row.cells, number).strip() for row in self.rows)
        return [text for text in cells if text.lower() not in NOTHING]

    def kinds(self) -> list[str]:
        """What each column holds: text, whole, decimal, percent, date, address, code, or nothing."""
        return [kind_of(self.column(number)) for number in range(self.width)]


def find_block(rows: Sequence[Record]) -> Block | None:
    """The table among the first rows: what most of them are as wide as; None where they are a list.

    What stands above is a preamble. The first row is the headings, unless it holds figures; periods above figures of
    another kind are headings, too.
    """
    widths = Counter(len(row.cells) for row in rows)
    width = max((width for width in widths if width > 1), key=lambda each: (widths[each], each), default=0)
    start = next((number for number, row in enumerate(rows) if len(row.cells) == width and is_filled(row)), None)
    if start is None or widths[width] * 2 <= len(rows) - start:
        return None
    first, below = rows[start], [row for row in rows[start + 1 :] if not is_total(row)]
    bare, headed = Block(None, [first, *below], width), Block(first, below, width)
    return headed if below and are_headings(first.cells, headed) else bare


def are_headings(cells: Sequence[str], block: Block) -> bool:
    """Whether a row above a table is its headings: texts, or texts and the periods that figures below belong to."""
    figures = [number for number, text in enumerate(cells) if is_figure(text)]
    if not figures:
        return True
    periods = {cells[number].strip() for number in figures if PERIOD.fullmatch(cells[number].strip())}
    is_dated = any(DATE.fullmatch(period) for period in periods)
    has_dates = any(kind_of(block.column(number)) == "date" for number in figures)
    return len(periods) == len(figures) < len(cells) and (len(periods) > 1 or is_dated) and not has_dates


def is_filled(row: Record) -> bool:
    """Whether at least two cells and half of all hold something: a preamble that a spreadsheet padded does not."""
    filled = sum(bool(text.strip()) for text in row.cells)
    return filled >= 2 and filled * 2 >= len(row.cells)


def looks_like_rows(rows: Sequence[Record]) -> bool:
    """Whether figures stand behind texts in more than a few of the rows, however uneven they are."""
    with_figures = sum(any(map(is_figure, row.cells[1:])) for row in rows)
    return with_figures > max(1, len(rows) // 10)


def is_total(row: Record) -> bool:
    """Whether a row adds others up."""
    return any(TOTAL.fullmatch(text.strip()) for text in row.cells[:2])


def kind_of(cells: Sequence[str]) -> str:
    """What most of the filled cells are."""
    if not cells:
        return "nothing"
    kind, number = Counter(map(kind_of_cell, cells)).most_common(1)[0]
    figures = sum(kind_of_cell(text) in {"whole", "decimal"} for text in cells)
    if figures >= MOSTLY * len(cells):
        return "whole" if kind == "whole" and figures == number else "decimal"
    if number < MOSTLY * len(cells):
        return "mixed"
    return "code" if kind == "text" and is_code(cells) else kind


def kind_of_cell(text: str) -> str:
    """What one cell is."""
    if DATE.fullmatch(text):
        return "date"
    if is_figure(text):
        if text.endswith("%"):
            return "percent"
        amount = parse_amount(text)
        return "decimal" if amount is not None and amount != int(amount) else "whole"
    if text.lower().startswith(("http://", "https://", "www.")):
        return "address"
    return "text" if any(char.isalpha() for char in text) else "sign"


def is_code(cells: Sequence[str]) -> bool:
    """Whether the texts repeat, as match types, countries and tags do: keywords are nearly all different."""
    different = len({text.lower() for text in cells})
    return different * 2 <= len(cells) or all(text.lower() in FLAGS for text in cells)


def keyword_columns(block: Block, kinds: Sequence[str]) -> list[int]:
    """The columns that could hold the keywords: different texts under no heading that says otherwise."""
    header = Header(block.header.cells) if block.header else None
    return [
        number
        for number, kind in enumerate(kinds)
        if kind == "text" and not (header and number < len(header.names) and header.names[number] in NO_KEYWORDS)
    ]


def are_names(texts: Sequence[str]) -> bool:
    """Whether all texts begin with a capital: countries and devices do, the queries of Search Console never."""
    return bool(texts) and all(text[0].isupper() for text in texts)
