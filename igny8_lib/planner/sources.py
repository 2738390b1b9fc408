"""What rows are read from: the text of a file, or a sheet of a workbook. Both give them in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol

from igny8_lib.errors import InvalidInput
from igny8_lib.planner import workbook
from igny8_lib.planner.encoding import choose_encoding, count_lines
from igny8_lib.planner.formats import plain_list
from igny8_lib.planner.lines import Record, read_lines, records

SAMPLE_ROWS = 200
"""Rows from the top by which a table is judged."""

MAX_BYTES = 1 << 30
"""Bytes of the largest text taken, unpacked: a million rows of the widest exports."""

MAX_ROWS = 1_000_000
"""Lines of the largest file taken: more than a website can write about, and a few minutes of work."""


class Source(Protocol):
    """A table or a list, wherever it stands."""

    name: str
    """What people call it: the file, or the sheet or file inside of it."""
    encoding: str
    rows: int
    """How many rows it has at most; 0 where that is not known before they are read."""
    delimiters: Sequence[str | None]
    """What may stand between its cells, the likeliest first; None: the cells stand apart by themselves."""

    faults: dict[str | None, InvalidInput]
    """Why a sample ends early, by the delimiter with which it was taken."""

    def records(self, delimiter: str | None, *, above: int = 0) -> Iterator[Record]:
        """The rows behind so many lines. Raises InvalidInput where they cannot be read."""
        ...

    def sample(self, delimiter: str | None) -> list[Record]:
        """The filled rows at the top, up to where they cannot be read with this delimiter."""
        ...


class TextSource:
    """A text file. Its encoding is told, and its size is looked at, before a row is read."""

    delimiters: Sequence[str | None] = ("\t", ";", ",", "|")

    def __init__(self, path: Path, name: str, *, encoding: str = "", language: str = "") -> None:
        """Raises InvalidInput for a file that is no text, or too large."""
        self.path, self.name = path, name
        self.faults: dict[str | None, InvalidInput] = {}
        try:
            check_size(path.stat().st_size, name)
            self.encoding = choose_encoding(path, name, given=encoding, language=language)
            self.rows = count_lines(path, self.encoding)
        except OSError as error:
            raise InvalidInput(f"{name} cannot be read: {error.strerror or error}.") from error
        check_rows(self.rows, name)
        self.head = list(islice(self.lines(), SAMPLE_ROWS))

    def lines(self) -> Iterator[str]:
        """The lines with their ends."""
        return read_lines(self.path, self.encoding, self.name)

    def records(self, delimiter: str | None, *, above: int = 0) -> Iterator[Record]:
        """Table rows; without a delimiter a row per line."""
        lines = islice(self.lines(), above, None)
        if delimiter is None:
            return plain_list.records(lines, first_line=above + 1)
        return records(lines, delimiter, first_line=above + 1)

    def sample(self, delimiter: str | None) -> list[Record]:
        """The filled rows among the first lines."""
        if delimiter is None:
            rows = plain_list.records(self.head)
        else:
            rows = records(self.head, delimiter, whole=len(self.head) < SAMPLE_ROWS)
        found: list[Record] = []
        try:
            found.extend(row for row in rows if not row.is_blank)
        except InvalidInput as fault:
            self.faults[delimiter] = fault
        return found


class SheetSource:
    """A sheet of an .xlsx workbook."""

    delimiters: Sequence[str | None] = (None,)
    encoding = "xlsx"

    def __init__(self, path: Path, sheet: workbook.Sheet, name: str) -> None:
        """Raises InvalidInput for a sheet of too many rows."""
        self.path, self.sheet, self.name = path, sheet, name
        self.faults: dict[str | None, InvalidInput] = {}
        self.rows = sheet.rows
        check_rows(self.rows, name)

    def records(self, delimiter: str | None, *, above: int = 0) -> Iterator[Record]:  # noqa: ARG002 - cells stand apart
        """The rows of the sheet, by its own row numbers."""
        for number, cells in enumerate(workbook.read_rows(self.path, self.sheet.title, self.name), start=1):
            if number > MAX_ROWS:
                check_rows(number, self.name)
            if number > above:
                yield Record(number, cells)

    def sample(self, delimiter: str | None) -> list[Record]:  # noqa: ARG002 - cells stand apart
        """The filled rows among the first."""
        rows = (Record(number, cells) for number, cells in enumerate(self.sheet.head, start=1))
        return [row for row in rows if not row.is_blank]


def check_size(size: int, name: str) -> None:
    """Raise InvalidInput for more bytes than are taken."""
    if size > MAX_BYTES:
        raise InvalidInput(
            f"{name} is too large: {size:,} bytes, at most {MAX_BYTES:,} are read. Split it, or leave out columns."
        )


def check_rows(rows: int, name: str) -> None:
    """Raise InvalidInput for more rows than are taken."""
    if rows > MAX_ROWS:
        raise InvalidInput(
            f"{name} is too long: {rows:,} lines or more, at most {MAX_ROWS:,} are imported at once. Split it, or "
            "leave out keywords that hardly anybody searches."
        )
