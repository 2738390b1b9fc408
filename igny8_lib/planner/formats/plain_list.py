"""A plain list: one keyword per line, in any script, with or without a heading; commas are part of the keyword."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from igny8_lib.planner.formats.headings import KEYWORD
from igny8_lib.planner.formats.layout import Header, RowReader
from igny8_lib.planner.lines import Record

NAME = "plain_list"
READER = RowReader(keyword=0, in_table=False)


def records(lines: Iterable[str], *, first_line: int = 1) -> Iterator[Record]:
    """Every line as a row of one cell."""
    for number, line in enumerate(lines, start=first_line):
        yield Record(number, (unquote(line),))


def is_heading(line: str) -> bool:
    """Whether the line is the heading of a list instead of its first keyword."""
    return Header([unquote(line)]).has_any(KEYWORD)


def unquote(line: str) -> str:
    """The line as text; quotes around the whole of it are a spreadsheet's, with the quotes inside doubled."""
    text = line.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"' and '"' not in text[1:-1].replace('""', ""):
        return text[1:-1].replace('""', '"')
    return text
