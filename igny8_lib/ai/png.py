"""PNG files with the picture alone: no texts, places, dates or further frames (PNG specification, §5 and §11)."""

from __future__ import annotations

from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"sBIT"})
"""The pixels, and what their colours mean."""
AROUND = 12
"""Bytes of a chunk beside its data: length, type and checksum."""


def strip_png(content: bytes) -> bytes:
    """The same pixels in a file of their own; what was appended behind the end goes, too. It was decoded before."""
    return SIGNATURE + b"".join(chunk for name, chunk in chunks(content) if name in KEPT)


def chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks up to the end of the picture: type, and the whole chunk."""
    at = len(SIGNATURE)
    while at + AROUND <= len(content):
        size = AROUND + int.from_bytes(content[at : at + 4], "big")
        name = content[at + 4 : at + 8]
        yield name, content[at : at + size]
        at += size
        if name == b"IEND":
            return
