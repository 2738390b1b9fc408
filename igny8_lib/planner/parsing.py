"""From a recognised export to its rows, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from igny8_lib.planner.lines import Record
from igny8_lib.planner.recognition import Export
from igny8_lib.planner.rows import KeywordRow, Refusal


def read_rows(export: Export) -> Iterator[KeywordRow | Refusal]:
    """Every row below the headings, as a keyword or with the reason why it is none; blank rows are passed over.

    Raises InvalidInput where the file cannot be read to its end.
    """
    header, read = export.header, export.reader.read
    for record in below_headings(export):
        cells = record.cells
        if len(cells) == export.width and cells[export.reader.keyword] and (header is None or cells != header.cells):
            yield read(record.line, cells)
        elif not record.is_blank:
            yield refuse_shape(record, header) or read(record.line, cells)


def below_headings(export: Export) -> Iterator[Record]:
    """The rows below the preamble and the headings."""
    above = export.header.line - 1 if export.header else 0
    rows = export.source.records(export.delimiter, above=above)
    return islice(rows, 1 if export.header else 0, None)


def refuse_shape(record: Record, header: Record | None) -> Refusal | None:
    """A row that cannot be what the headings announce: the headings once more, or more cells than headings."""
    if header is None:
        return None
    if record.cells == header.cells:
        return Refusal.of(record.line, "the headings once more", " ".join(record.cells))
    if any(cell.strip() for cell in record.cells[len(header.cells) :]):
        reason = f"{len(record.cells)} cells under {len(header.cells)} headings: is a quote missing?"
        return Refusal.of(record.line, reason, " ".join(record.cells))
    return None
