"""PDF documents that only show something (ISO 32000-1): no scripts, no programs to start, no files inside."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from igny8_lib.site_builder.uploads.refusal import Unwanted

ACTIVE = {
    b"/JavaScript": "It holds scripts.",
    b"/Launch": "It starts programs.",
    b"/RichMedia": "It holds media that run.",
    b"/EmbeddedFile": "It holds further files.",
    b"/Encrypt": "It is locked with a password, so that nobody can see what it holds.",
}
"""Names of what a document on a website need not have (§12.6, §7.11.4, §7.6)."""
CODED = re.compile(rb"#([0-9A-Fa-f]{2})")
"""A character in a name may be written as its number (§7.3.5): "/J#61vaScript"."""
STREAM = re.compile(rb">>\s*stream\r?\n")
"""Where a dictionary ends and its stream begins (§7.3.8)."""
MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes of all object streams together."""
TAIL = 2_048
"""Bytes at the end among which the end mark stands; readers want it within 1,024."""


def check_pdf(data: bytes) -> None:
    """Raises Unwanted for a file that is no whole PDF, and for one that does more than show pages."""
    if b"%%EOF" not in data[-TAIL:]:
        raise Unwanted("It is a damaged PDF: its end is missing. Save it anew.")
    refuse_active(data)
    for objects in object_streams(data):
        refuse_active(objects)


def refuse_active(data: bytes) -> None:
    """Raises Unwanted where one of the names stands."""
    plain = CODED.sub(lambda found: bytes([int(found[1], 16)]), data)
    for name, reason in ACTIVE.items():
        if name in plain:
            raise Unwanted(f"{reason} Save it as a plain PDF, without {name.decode()[1:]}.")


def object_streams(data: bytes) -> Iterator[bytes]:
    """What the compressed object streams (§7.5.7) hold. Raises Unwanted for those that cannot be looked into."""
    left, before = MOST_UNPACKED, 0
    for found in STREAM.finditer(data):
        dictionary = CODED.sub(lambda coded: bytes([int(coded[1], 16)]), data[before : found.start()])
        before = found.end()
        if b"/ObjStm" not in dictionary:
            continue
        if dictionary.count(b"Decode") > dictionary.count(b"/FlateDecode"):
            raise Unwanted("Its objects are packed in a way that cannot be looked into. Save it anew.")
        if b"/FlateDecode" in dictionary:
            end = data.find(b"endstream", before)
            objects = inflate(data[before : len(data) if end < 0 else end], left)
            left -= len(objects)
            yield objects


def inflate(packed: bytes, most: int) -> bytes:
    """Unpacks a deflate stream up to its end. Raises Unwanted above `most` bytes, and for damage."""
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, most + 1)
    except zlib.error:
        raise Unwanted("It is a damaged PDF: its objects cannot be unpacked. Save it anew.") from None
    if len(plain) <= most and not unpacker.eof:
        raise Unwanted("It is a damaged PDF: its objects end too early. Save it anew.")
    if len(plain) > most:
        raise Unwanted(f"It unpacks to more than {MOST_UNPACKED // 1024 // 1024} MB of objects. Save it anew.")
    return plain
