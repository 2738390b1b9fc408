"""From a recognised export to its rows, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from igny8_lib.planner.formats import plain_list
from igny8_lib.planner.lines import Record, read_lines, records
from igny8_lib.planner.recognition import Export
from igny8_lib.planner.rows import KeywordRow, Refusal


def read_rows(path: Path, export: Export) -> Iterator[KeywordRow | Refusal]:
    """Every row below the headings, as a keyword or with the reason why it is none; blank rows are passed over.

    Raises InvalidInput where the file cannot be read to its end.
    """
    for record in below_headings(path, export):
        if not record.is_blank:
            yield refused_shape(record, export.header) or export.reader.read(record.line, record.cells)


def below_headings(path: Path, export: Export) -> Iterator[Record]:
    """The rows below the preamble and the headings."""
    above = export.header.line - 1 if export.header else 0
    lines = islice(read_lines(path, export.encoding), above, None)
    if export.delimiter is None:
        rows = plain_list.records(lines, first_line=above + 1)
    else:
        rows = records(lines, export.delimiter, first_line=above + 1)
    return islice(rows, 1 if export.header else 0, None)


def refused_shape(record: Record, header: Record | None) -> Refusal | None:
    """A row that cannot be what the headings announce: the headings once more, or more cells than headings."""
    if header is None:
        return None
    if record.cells == header.cells:
        return Refusal.of(record.line, "the headings once more", " ".join(record.cells))
    if any(cell.strip() for cell in record.cells[len(header.cells) :]):
        reason = f"{len(record.cells)} cells under {len(header.cells)} headings: is a quote missing?"
        return Refusal.of(record.line, reason, " ".join(record.cells))
    return None
