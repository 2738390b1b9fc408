"""Which format a file has, told by its content: encoding first, then headings, then whether it is a list at all."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from igny8_lib.errors import InvalidInput
from igny8_lib.planner.encoding import detect_encoding
from igny8_lib.planner.formats import (
    ahrefs_keywords_explorer,
    ahrefs_site_explorer,
    google_keyword_planner,
    plain_list,
    search_console,
    semrush_keyword_magic,
    semrush_organic_positions,
    table,
)
from igny8_lib.planner.formats.layout import ExportFormat, Header, RowReader
from igny8_lib.planner.lines import Record, read_lines, records
from igny8_lib.text.normalisation import refusal_reason

FORMATS: tuple[ExportFormat, ...] = (
    google_keyword_planner.FORMAT,
    search_console.FORMAT,
    ahrefs_keywords_explorer.FORMAT,
    ahrefs_site_explorer.FORMAT,
    semrush_keyword_magic.FORMAT,
    semrush_organic_positions.FORMAT,
    table.FORMAT,
)
"""The most particular first."""

DELIMITERS = ("\t", ";", ",")
HEADER_WITHIN = 20
"""Rows: headings stand at the top, after a preamble of a few lines at most."""

SAMPLE_LINES = 100
MARKUP = ("<", "{", '["', "[{")
"""Beginnings of HTML, XML and JSON; a lone bracket begins an exact-match keyword."""
PROSE_WORDS = 10
"""A file whose middle line has more words is a text: long questions are rare in a list of keywords."""


@dataclass(frozen=True, slots=True)
class Export:
    """A recognised file: how to read it. A plain list has no delimiter."""

    format: str
    encoding: str
    reader: RowReader
    delimiter: str | None
    header: Record | None
    """The row of headings; what stands above it is a preamble."""


def recognise(path: Path) -> Export:
    """Tell how to read a file.

    Raises InvalidInput for a file that is missing, empty, binary, undecodable, a table without a column of keywords,
    or neither a table nor a list.
    """
    if not path.is_file():
        raise InvalidInput(f"{path} is not a file." if path.exists() else f"There is no file {path}.")
    encoding = detect_encoding(path)
    lines = list(islice(read_lines(path, encoding), SAMPLE_LINES))
    found = recognise_table(lines, encoding)
    return found or recognise_list(lines, encoding, path.name)


def recognise_table(lines: Sequence[str], encoding: str) -> Export | None:
    """The export whose headings stand among the first rows, whatever their delimiter."""
    candidates = [(delimiter, list(first_rows(lines, delimiter))) for delimiter in DELIMITERS]
    for export_format in FORMATS:
        for delimiter, rows in candidates:
            for row in rows:
                header = Header(row.cells)
                reader = export_format.reader(header)
                if reader and (row is rows[0] or table.has_measure(header) or export_format is not table.FORMAT):
                    return Export(export_format.name, encoding, reader, delimiter, row)
    return None


def first_rows(lines: Sequence[str], delimiter: str) -> Iterator[Record]:
    """The first rows that hold something, if the lines are read with this delimiter."""
    try:
        filled = (row for row in records(lines, delimiter) if not row.is_blank)
        yield from islice(filled, HEADER_WITHIN)
    except InvalidInput:
        return


def recognise_list(lines: Sequence[str], encoding: str, name: str) -> Export:
    """A plain list. Raises InvalidInput for what is none."""
    filled = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    texts = [plain_list.unquoted(line) for _, line in filled]
    check_is_list(texts, [line for _, line in filled], name)
    number, first = filled[0]
    header = Record(number, (plain_list.unquoted(first),)) if plain_list.is_heading(first) else None
    return Export(plain_list.NAME, encoding, plain_list.READER, None, header)


def check_is_list(texts: Sequence[str], lines: Sequence[str], name: str) -> None:
    """Raises InvalidInput for tables, markup and lines of which hardly one could be a keyword."""
    if not texts:
        raise InvalidInput(f"{name} holds no keyword in its first {SAMPLE_LINES} lines.")
    for delimiter in DELIMITERS:
        if columns := shared_columns(lines, delimiter):
            headings = ", ".join(cell.strip() for cell in next(csv.reader([lines[0]], delimiter=delimiter)))
            raise InvalidInput(
                f"{name} is a table of {columns} columns, but none is headed Keyword, Query or the like. "
                f"Its first row is: {headings[:200]}"
            )
    if texts[0].startswith(MARKUP):
        raise InvalidInput(f"{name} is no keyword list: it begins with {texts[0][:40]!r}.")
    if median(len(text.split()) for text in texts) > PROSE_WORDS:
        raise InvalidInput(f"{name} is no keyword list: it reads like prose, beginning with {texts[0][:40]!r}.")
    reasons = [refusal_reason(text) for text in texts]
    if reasons.count(None) * 10 < len(texts):
        raise InvalidInput(f"{name} is no keyword list: line after line has {next(filter(None, reasons))}.")


def shared_columns(lines: Sequence[str], delimiter: str) -> int:
    """How many columns all lines have in common, where it is more than a comma in a list's only line; else 0."""
    try:
        widths = {len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells}
    except csv.Error:
        return 0
    width = max(widths, default=0)
    is_table = len(widths) == 1 and (width > 2 or (width == 2 and len(lines) > 1))
    return width if is_table else 0
