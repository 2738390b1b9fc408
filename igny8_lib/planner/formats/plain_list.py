"""A plain list: one keyword per line, in any script, with or without a heading; commas are part of the keyword."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from igny8_lib.planner.formats.headings import KEYWORD
from igny8_lib.planner.formats.layout import RowReader
from igny8_lib.planner.lines import Record
from igny8_lib.text.normalisation import normalise

NAME = "plain_list"
READER = RowReader(keyword=0, in_table=False)

MARK = re.compile(r"(?:[•▪‣◦·*–—-]|\d{1,6}[.)])\s+")
"""What word processors write in front of a list's lines."""
MARKED = 0.9
"""Share of lines; a heading may be without."""


def records(lines: Iterable[str], *, first_line: int = 1) -> Iterator[Record]:
    """Every line as a row of one cell."""
    for number, line in enumerate(lines, start=first_line):
        yield Record(number, (unquote(line),))


def reader_of(texts: Sequence[str]) -> RowReader:
    """The reader of a list that begins with these lines; bullets and numbers in front of nearly all are taken off."""
    marked = sum(MARK.match(text) is not None for text in texts)
    return replace(READER, unwrap=take_off_mark) if marked >= MARKED * len(texts) else READER


def take_off_mark(text: str) -> str:
    """The line without its bullet or number."""
    return MARK.sub("", text.strip(), count=1)


def is_heading(line: str) -> bool:
    """Whether the line is the heading of a list instead of its first keyword."""
    return normalise(unquote(line)).rstrip(" :") in KEYWORD


def split(rows: Sequence[Record], sign: str) -> list[Record]:
    """The lines as rows of what stands between the signs: what a table looks like that was quoted line by line."""
    return [Record(row.line, tuple(row.cells[0].split(sign))) for row in rows]


def unquote(line: str) -> str:
    """The line as text; quotes around the whole of it are a spreadsheet's, with the quotes inside doubled."""
    text = line.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"' and '"' not in text[1:-1].replace('""', ""):
        return text[1:-1].replace('""', '"')
    return text
