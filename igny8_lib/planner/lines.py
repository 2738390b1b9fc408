"""The physical lines of a file, and the table rows made of them, in constant memory."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from igny8_lib.errors import InvalidInput

LONGEST_LINE = 100_000
"""Characters; more is no line of an export, and would be read into memory whole."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table and the physical line on which it begins."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it: spreadsheets pad tables with such rows."""
        return not any(cell.strip() for cell in self.cells)


def read_lines(path: Path, encoding: str) -> Iterator[str]:
    """The lines with their ends, as they stand in the file.

    Raises InvalidInput for bytes that the encoding does not know and for a line that is too long.
    """
    number = 0
    try:
        with path.open(encoding=encoding, newline="") as file:
            while line := file.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE:
                    raise InvalidInput(f"{path.name}, line {number}: longer than {LONGEST_LINE:,} characters.")
                yield line
    except UnicodeError as error:
        raise InvalidInput(
            f"{path.name} was taken for {encoding}, but cannot be read as that after line {number}: save it as UTF-8."
        ) from error
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}.") from error


def records(lines: Iterable[str], delimiter: str, *, first_line: int = 1) -> Iterator[Record]:
    """Table rows of the lines; a quoted cell can hold delimiters, doubled quotes and line ends.

    Raises InvalidInput where a quote that is opened swallows more than a cell can hold.
    """
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = first_line + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InvalidInput(f"Line {line} is no table row ({error}): is a quote opened and never closed?") from error
        yield Record(line, tuple(cells))
