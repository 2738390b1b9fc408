"""ZIP archives read within bounds: what they say of themselves is checked, what they unpack to is counted."""

from __future__ import annotations

import io
import struct
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from igny8_lib.site_builder.uploads.refusal import Unwanted

MOST_PARTS = 5_000
MOST_UNPACKED = 200 * 1024 * 1024
FREE = 10 * 1024 * 1024
"""Bytes that an archive may unpack to however small it is: sheets that say the same in every cell pack well."""
RATIO = 100
"""How many times its own size an archive may unpack to above that; texts come to 10 or 20."""
HEADER = 30
"""Bytes of a part before its name (APPNOTE, 4.3.7)."""
ENCRYPTED = 0x1
DAMAGED = (BadZipFile, EOFError, zlib.error, struct.error, NotImplementedError, RuntimeError, ValueError, OSError)
"""What Python's zipfile raises on hostile archives."""


@dataclass
class Room:
    """How many bytes an archive and those within it may still unpack to, all together."""

    left: int

    def take(self, size: int) -> None:
        """Raises Unwanted where it does not suffice."""
        self.left -= size
        if self.left < 0:
            raise Unwanted("It unpacks to many times its size, as no real document does. Save it anew.")


def room_for(data: bytes) -> Room:
    """What an archive of this size may unpack to."""
    return Room(min(MOST_UNPACKED, max(FREE, RATIO * len(data))))


def read_parts(data: bytes, room: Room) -> Iterator[tuple[str, bytes]]:
    """Name and content of each part, one after the other. Raises Unwanted for an archive that is damaged or a trap."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            check_parts(parts, data, archive.comment)
            Room(room.left).take(sum(part.file_size for part in parts))
            for part in parts:
                content = archive.read(part)
                room.take(len(content))
                yield part.orig_filename, content
    except DAMAGED:
        raise Unwanted("It is damaged: its parts cannot be unpacked. Save it anew.") from None


def check_parts(parts: list[ZipInfo], data: bytes, comment: bytes) -> None:
    """Raises Unwanted for what no office program writes."""
    if len(parts) > MOST_PARTS:
        raise Unwanted(f"It has {len(parts):,} parts, more than {MOST_PARTS:,}. Save it anew.")
    if comment or data[-22:-18] != b"PK\x05\x06":
        raise Unwanted("Something is appended behind its end. Save it anew.")
    seen: set[str] = set()
    for part in parts:
        check_part(part)
        key = unicodedata.normalize("NFKC", part.orig_filename).casefold()
        if key in seen:
            raise Unwanted("Two of its parts have the same name. Save it anew.")
        seen.add(key)
    check_places(sorted(parts, key=lambda part: part.header_offset))


def check_part(part: ZipInfo) -> None:
    """Raises Unwanted for a part that is locked, packed in a rare way, or named to leave its folder."""
    if part.flag_bits & ENCRYPTED:
        raise Unwanted("It is locked with a password, so that nobody can see what it holds. Save it without.")
    if part.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise Unwanted("It is packed in a way that office programs do not use. Save it anew.")
    name = part.orig_filename
    if name.startswith("/") or ".." in name.split("/") or any(mark in name for mark in ("\\", "\0", ":")):
        raise Unwanted("One of its parts has a name that leads out of it. Save it anew.")


def check_places(parts: list[ZipInfo]) -> None:
    """Raises Unwanted where parts overlap (one block shown a thousand times), or something stands before them."""
    end = 0
    for part in parts:
        if part.header_offset < end or (end == 0 and part.header_offset):
            raise Unwanted("Its parts overlap, or something stands before them. Save it anew.")
        end = part.header_offset + HEADER + len(part.orig_filename.encode()) + part.compress_size
