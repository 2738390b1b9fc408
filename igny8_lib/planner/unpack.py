"""What is inside a file: itself, a text in a gzip, the tables of a ZIP archive, or the sheets of a workbook.

Archives are unpacked into a folder of their own under numbers, never under the names that they bring along, and within
bounds: of members, of bytes, and of one archive inside another.
"""

from __future__ import annotations

import gzip
import lzma
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from igny8_lib.errors import InvalidInput
from igny8_lib.planner import workbook
from igny8_lib.planner.rows import shorten
from igny8_lib.planner.sources import MAX_BYTES, SAMPLE_ROWS, SheetSource, Source, TextSource

MAX_MEMBERS = 100
CHUNK = 1 << 20
ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm")
"""What a table in an archive is called."""

DAMAGED = (
    *(BadZipFile, EOFError, zlib.error, lzma.LZMAError, struct.error),
    *(RuntimeError, NotImplementedError, ValueError, OverflowError, OSError),
)
"""What Python's archive readers raise for archives that are damaged, protected or packed in an unknown way."""


@dataclass(slots=True)
class Opening:
    """How files are opened: where archives are unpacked, and what texts are taken for."""

    folder: Path
    encoding: str = ""
    language: str = ""
    left: int = 0
    """Bytes that may still be unpacked."""

    def place(self) -> Path:
        """A new name in the folder."""
        return self.folder / str(len(list(self.folder.iterdir())))


@contextmanager
def open_sources(path: Path, *, encoding: str = "", language: str = "") -> Iterator[list[Source]]:
    """The tables and lists in a file, each by its own name; what was unpacked is removed at the end.

    Raises InvalidInput for a file that is missing, no text and no archive of texts, damaged, or too large.
    """
    name = shorten(path.name) or "The file"
    if not path.is_file():
        raise InvalidInput(
            f"{shorten(str(path))} is not a file." if path.exists() else f"There is no file {shorten(str(path))}."
        )
    with tempfile.TemporaryDirectory(prefix="igny8-import-") as folder:
        yield look_inside(path, name, Opening(Path(folder), encoding, language, MAX_BYTES))


def look_inside(path: Path, name: str, opening: Opening, *, depth: int = 0) -> list[Source]:
    """The sources in a file or in a member of an archive."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise InvalidInput(f"{name} cannot be read: {error.strerror or error}.") from error
    if start.startswith(b"\x1f\x8b") and depth < 2:
        return look_inside(unpack_gzip(path, name, opening), name, opening, depth=depth + 1)
    if start == b"PK\x03\x04" and depth < 2:
        return open_archive(path, name, opening, depth=depth)
    return [TextSource(path, name, encoding=opening.encoding, language=opening.language)]


def unpack_gzip(path: Path, name: str, opening: Opening) -> Path:
    """The file that the gzip holds."""
    try:
        with gzip.open(path) as packed:
            return copy_bounded(packed, name, opening)
    except DAMAGED as error:
        raise InvalidInput(f"{name} is a damaged gzip archive.") from error


def open_archive(path: Path, name: str, opening: Opening, *, depth: int) -> list[Source]:
    """The sheets of a workbook, or the tables of a ZIP archive."""
    try:
        with ZipFile(path) as archive:
            if workbook.is_workbook(archive.namelist()):
                workbook.check_parts(archive, name)
                sheets = workbook.look_at_sheets(path, name, SAMPLE_ROWS)
                if not sheets:
                    raise InvalidInput(f"{name} is a workbook without a sheet.")
                return [SheetSource(path, sheet, f"{name}, sheet {shorten(sheet.title)}") for sheet in sheets]
            return open_members(archive, name, opening, depth=depth)
    except DAMAGED as error:
        raise InvalidInput(f"{name} is a damaged or protected archive: unpack it first.") from error


def open_members(archive: ZipFile, name: str, opening: Opening, *, depth: int) -> list[Source]:
    """The tables in a ZIP archive; raises InvalidInput where it has none, or only ones that cannot be read."""
    found: list[Source] = []
    refusals: list[InvalidInput] = []
    for member in tables(archive, name):
        with archive.open(member) as packed:
            path = copy_bounded(packed, name, opening)
        try:
            found += look_inside(path, f"{name}, {shorten(member.filename)}", opening, depth=depth + 1)
        except InvalidInput as refusal:
            refusals.append(refusal)
    if not found:
        raise refusals[0] if refusals else InvalidInput(f"{name} is an archive without a table ({', '.join(ENDINGS)}).")
    return found


def tables(archive: ZipFile, name: str) -> list[ZipInfo]:
    """The members that are called like tables. Raises InvalidInput for an archive with too many members."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise InvalidInput(
            f"{name} holds {len(members):,} files, at most {MAX_MEMBERS} are looked at: unpack it first."
        )
    return [
        member
        for member in members
        if not member.is_dir() and member.filename.lower().endswith(ENDINGS) and "__MACOSX" not in member.filename
    ]


def copy_bounded(packed: IO[bytes] | gzip.GzipFile, name: str, opening: Opening) -> Path:
    """Unpack into the folder. Raises InvalidInput where it is more than may be unpacked."""
    path = opening.place()
    with path.open("wb") as file:
        while chunk := packed.read(CHUNK):
            opening.left -= len(chunk)
            if opening.left < 0:
                raise InvalidInput(f"{name} is too large: at most {MAX_BYTES:,} bytes are unpacked. Split it.")
            file.write(chunk)
    return path
