"""Sheets of .xlsx workbooks, read row by row.

openpyxl reads the rows as a stream; the shared texts of a workbook are the one thing that it keeps in memory, so their
size is bounded here, as is the size of everything that is unpacked. defusedxml, where openpyxl finds it, refuses
entities in the XML.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from igny8_lib.errors import Igny8Error, InvalidInput

MAX_UNPACKED = 1 << 29
"""Bytes of a workbook's parts together, unpacked."""
MAX_TEXTS = 1 << 27
"""Bytes of its shared texts, which are kept in memory."""
MAX_COLUMNS = 200
"""Columns that are looked at; no export has so many."""
MAX_SHEETS = 50


def is_workbook(names: list[str]) -> bool:
    """Whether an archive with these members is a workbook."""
    return "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)


def check_parts(archive: ZipFile, name: str) -> None:
    """Raise InvalidInput for a workbook that grows beyond measure when it is unpacked.

    The sizes are the archive's own words, and Python's zipfile reads no more of a member than they say.
    """
    sizes = {part.filename.lower(): part.file_size for part in archive.infolist()}
    texts = sum(size for part, size in sizes.items() if part.endswith("sharedstrings.xml"))
    if sum(sizes.values()) > MAX_UNPACKED or texts > MAX_TEXTS:
        raise InvalidInput(
            f"{name} is too large a workbook: {sum(sizes.values()):,} bytes unpacked, {texts:,} of them texts; at most "
            f"{MAX_UNPACKED:,} and {MAX_TEXTS:,} are read. Save the sheet with the keywords as CSV."
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as it looks from the top."""

    title: str
    rows: int
    """How many it says that it has; 0 where it does not say it."""
    head: list[tuple[str, ...]]
    """Its first rows."""


def look_at_sheets(path: Path, name: str, head: int) -> list[Sheet]:
    """The sheets with cells, in order, with so many first rows. Raises InvalidInput for what cannot be read."""
    with open_workbook(path, name) as book:
        sheets = book.worksheets[:MAX_SHEETS]
        return [Sheet(each.title, int(each.max_row or 0), list(islice(rows_of(each), head))) for each in sheets]


def read_rows(path: Path, sheet: str, name: str) -> Iterator[tuple[str, ...]]:
    """The rows of a sheet as texts. Raises InvalidInput where they cannot be read."""
    with open_workbook(path, name) as book:
        yield from rows_of(book[sheet])


def rows_of(sheet: Any) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - openpyxl has no type for a sheet in a stream
    """The rows as texts; the size that the sheet gives itself can be wrong, so it is not believed."""
    sheet.reset_dimensions()
    for row in sheet.iter_rows(values_only=True):
        yield tuple(as_text(value) for value in row[:MAX_COLUMNS])


@contextmanager
def open_workbook(path: Path, name: str) -> Iterator[Workbook]:
    """The workbook, open for reading; whatever goes wrong in it is one sentence."""
    try:
        with path.open("rb") as file:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about styles and extensions, which nobody needs here
                book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            yield book
    except Igny8Error:
        raise
    except Exception as error:
        raise InvalidInput(f"{name} is a workbook that cannot be read: save the sheet as CSV.") from error


def as_text(value: object) -> str:
    """A cell as an export would write it: whole numbers without a fraction, dates as dates."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.10f}".rstrip("0")
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
