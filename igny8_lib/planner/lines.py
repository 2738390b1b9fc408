"""The physical lines of a file, and the table rows made of them, in constant memory."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from igny8_lib.errors import InvalidInput
from igny8_lib.planner.rows import shorten

LONGEST_LINE = 100_000
"""Characters; more is no line of an export, and would be read into memory whole."""

END = "\x1aend of the file\x1a"
"""A line of our own behind the last: where it does not come back as a row of its own, a quote has swallowed it."""


class Record(NamedTuple):
    """One row of a table and the physical line on which it begins."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it: spreadsheets pad tables with such rows."""
        return not any(cell.strip() for cell in self.cells)


def read_lines(path: Path, encoding: str, name: str) -> Iterator[str]:
    """The lines with their ends, as they stand in the file; `name` is what people call it.

    Raises InvalidInput for bytes that the encoding does not know and for a line that is too long.
    """
    number = 0
    try:
        with path.open(encoding=encoding, newline="") as file:
            while line := file.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE:
                    raise InvalidInput(f"{name}, line {number}: longer than {LONGEST_LINE:,} characters.")
                yield line
    except UnicodeError as error:
        raise InvalidInput(
            f"{name} was taken for {encoding}, but cannot be read as that after line {number}: save it as UTF-8, "
            "or name its encoding."
        ) from error
    except OSError as error:
        raise InvalidInput(f"{name} cannot be read: {error.strerror or error}.") from error


class Feed:
    """Hands lines to the csv module and keeps those that its next row is made of."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = iter(lines)
        self.taken: list[str] = []
        self.ended = False

    def __iter__(self) -> Feed:
        return self

    def __next__(self) -> str:
        try:
            line = next(self.lines)
        except StopIteration:
            if self.ended:
                raise
            self.ended = True
            line = END
        self.taken.append(line)
        return line


def records(lines: Iterable[str], delimiter: str, *, first_line: int = 1, whole: bool = True) -> Iterator[Record]:
    """Table rows of the lines; a quoted cell can hold delimiters, doubled quotes and line ends.

    A quote in the middle of an unquoted cell is text. `whole` says that the lines go to the end of the file, not to
    the end of a sample. Raises InvalidInput where a quote is opened and never closed, with the line where it opens.
    """
    feed = Feed(lines)
    reader = csv.reader(feed, delimiter=delimiter)
    line = first_line
    while True:
        try:
            cells = next(reader)
        except csv.Error as error:
            check_quotes(feed.taken, delimiter, line)
            raise InvalidInput(f"Line {line} is no table row ({error}).") from error
        if feed.ended:
            if whole and cells != [END]:
                check_quotes(feed.taken, delimiter, line)
            return
        if len(feed.taken) > 1:
            check_quotes(feed.taken, delimiter, line)
        yield Record(line, tuple(cells))
        line += len(feed.taken)
        feed.taken.clear()


def check_quotes(lines: list[str], delimiter: str, line: int) -> None:
    """Raise InvalidInput for a row of several lines whose quotes do not close as they should."""
    if are_quotes_right(lines, delimiter):
        return
    opening = opening_line(lines, delimiter)
    raise InvalidInput(
        f"Line {line + opening} opens a quote that is never closed, and what follows would be read as one cell: "
        f"{shorten(lines[opening])}"
    )


def are_quotes_right(lines: list[str], delimiter: str) -> bool:
    """Whether every quote closes where a cell ends, and none has swallowed the end of the file."""
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return all(row == [END] or not any(END in cell for cell in row) for row in rows)


def opening_line(lines: list[str], delimiter: str) -> int:
    """Which of the lines opens the quote that the next ones stand in: the first that is left open."""
    return next((number for number, line in enumerate(lines) if not are_quotes_right([line], delimiter)), 0)
