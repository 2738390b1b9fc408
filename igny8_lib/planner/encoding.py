"""Which characters the bytes of an export stand for."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from charset_normalizer import from_bytes

from igny8_lib.errors import InvalidInput

CHUNK = 1 << 18
"""Bytes read at a time: memory stays the same for any size of file."""

SAMPLE = 1 << 15
"""Bytes of words with foreign letters that are enough to tell one code page from another."""

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32 stands before UTF-16, whose mark is the beginning of its own."""

CODE_PAGES = ("cp1252", "cp1251", "cp1250", "cp1254", "cp1253", "cp1255", "cp1256", "cp932", "gb18030", "cp949", "big5")
"""What spreadsheets save in, the likeliest first: it decides where several fit equally well."""

SYMBOLS = "€…‘’“”•–—™\xa0£§©«®°±²³µ·»¼½¾".encode("cp1252")
"""Signs that spreadsheets write into otherwise plain English; they make no word that could be told by its letters."""

PRINTABLE = bytes(range(0x20, 0x7F)) + b"\t\r\n"

FOREIGN_OBJECTS = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive: save it as CSV, or unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: save it as CSV first"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive: unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)

WORD = re.compile(rb"[^\s,;\"]+")


def detect_encoding(path: Path) -> str:
    """The name of the codec that reads the file; the whole file is looked at, in constant memory.

    Raises InvalidInput for a file that is missing, empty, binary, or in no encoding that fits.
    """
    try:
        start = next(chunks(path), b"")
        if not start.strip(b" \t\r\n"):
            raise InvalidInput(f"{path.name} is empty.")
        for magic, what in FOREIGN_OBJECTS:
            if start.startswith(magic):
                raise InvalidInput(f"{path.name} is {what}.")
        return marked_encoding(start) or wide_encoding(start) or narrow_encoding(path)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}.") from error


def chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes, piece by piece."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def marked_encoding(start: bytes) -> str | None:
    """The encoding that a byte order mark names."""
    return next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark)), None)


def wide_encoding(start: bytes) -> str | None:
    """UTF-16 without its mark: the zero bytes of spaces, digits and line ends stand all on even or all on odd places.

    No text in another encoding has zero bytes.
    """
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if min(even, odd) > max(even, odd) / 20 or even == odd or is_plain_with_zeros(start):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def is_plain_with_zeros(start: bytes) -> bool:
    """Whether a few zero bytes have strayed into plain text: half of Latin UTF-16 is zeros, other scripts look odd."""
    odd_looking = len(start.translate(None, PRINTABLE + b"\0"))
    return start.count(0) * 8 < len(start) and odd_looking * 10 < len(start) * 3


def narrow_encoding(path: Path) -> str:
    """UTF-8 where the whole file is; else the code page that its foreign words fit."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    foreign = bytearray()
    is_utf8 = True
    for chunk in chunks(path):
        if b"\0" in chunk:
            raise InvalidInput(f"{path.name} is a binary file: export the keywords as CSV, TSV or plain text.")
        is_utf8 = is_utf8 and decodes(decoder, chunk)
        if len(foreign) < SAMPLE:
            foreign += b"".join(word + b"\n" for word in WORD.findall(chunk) if not word.isascii())[:SAMPLE]
    if is_utf8 and decodes(decoder, b"", final=True):
        return "utf-8"
    return code_page(bytes(foreign), path.name)


def decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    """Whether the decoder takes the next piece."""
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def code_page(foreign: bytes, name: str) -> str:
    """The likeliest code page of words with foreign letters: read like a language, then by how common the page is.

    Raises InvalidInput where none fits.
    """
    if foreign.translate(None, SYMBOLS).isascii():
        return CODE_PAGES[0]
    ranked = sorted(
        (-round(match.coherence, 1), CODE_PAGES.index(page))
        for match in from_bytes(foreign, cp_isolation=list(CODE_PAGES), threshold=0.35)
        for page in match.could_be_from_charset
        if page in CODE_PAGES
    )
    if not ranked:
        raise InvalidInput(f"The encoding of {name} cannot be told: save it as UTF-8.")
    return CODE_PAGES[ranked[0][1]]
