"""From a recognised export to its rows, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from igny8_lib.planner.lines import Record
from igny8_lib.planner.recognition import Export
from igny8_lib.planner.rows import KeywordRow, Refusal
from igny8_lib.text.normalisation import normalise

ALONE = "alone in its row, as a heading or a note is: name the column of keywords (--keyword-column) to have it read"


def read_rows(export: Export) -> Iterator[KeywordRow | Refusal]:
    """Every row below the headings, as a keyword or with the reason why it is none; blank rows are passed over.

    Raises InvalidInput where the file cannot be read to its end.
    """
    read, is_sure, keyword = export.reader.read, not export.told_by_shape, export.reader.keyword
    again = heading_forms(export)
    for record in below_headings(export):
        cells = record.cells
        is_whole = is_sure and len(cells) == export.width
        if is_whole and cells[keyword] and cells[keyword] not in again:
            yield read(record.line, cells)
        elif not record.is_blank:
            yield refuse_shape(record, export) or read(record.line, cells)


def heading_forms(export: Export) -> set[str]:
    """The heading of the keywords as it may come again further down: rows with it are looked at as a whole."""
    heading = export.header.cells[export.reader.keyword] if export.header else ""
    return {heading, heading.upper(), heading.lower(), heading.title(), heading.capitalize()}


def below_headings(export: Export) -> Iterator[Record]:
    """The rows below the preamble and the headings."""
    rows = export.source.records(export.delimiter, above=export.above)
    return islice(rows, 1 if export.header else 0, None)


def refuse_shape(record: Record, export: Export) -> Refusal | None:
    """A row that cannot be one of the table's: its headings once more, more cells than headings, or a line between."""
    header = export.header
    if export.told_by_shape and is_line_between(record, has_headings=header is not None):
        return Refusal.of(record.line, ALONE, " ".join(record.cells))
    if header is None:
        return None
    if [normalise(cell) for cell in record.cells] == [normalise(cell) for cell in header.cells]:
        return Refusal.of(record.line, "the headings once more", " ".join(record.cells))
    if any(cell.strip() for cell in record.cells[len(header.cells) :]):
        reason = f"{len(record.cells)} cells under {len(header.cells)} headings: is a quote missing?"
        return Refusal.of(record.line, reason, " ".join(record.cells))
    return None


def is_line_between(record: Record, *, has_headings: bool) -> bool:
    """Whether a row reads like a note or like the heading of a part ("TOP" and "RISING" of Google Trends).

    Below headings a keyword may stand alone where its figures are unknown, as long as their cells are there.
    """
    filled = sum(bool(cell.strip()) for cell in record.cells)
    return filled == 1 and (len(record.cells) == 1 or not has_headings)
