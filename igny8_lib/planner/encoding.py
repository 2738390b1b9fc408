"""Which characters the bytes of an export stand for."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from igny8_lib.errors import InvalidInput
from igny8_lib.planner.code_pages import AS_GOOD, rank_readings

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

SYMBOLS = "€…‘’“”•–—™\xa0£§©«®°±²³µ·»¼½¾".encode("cp1252")
"""Signs that spreadsheets write into otherwise plain English; they make no word that could be told by its letters."""

PRINTABLE = bytes(range(0x20, 0x7F)) + b"\t\r\n"

FOREIGN_OBJECTS = (
    (b"PK\x03\x04", "an archive that cannot be looked into: unpack it, or save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old or a protected Excel workbook: save it as .xlsx without a password, or as CSV"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive in an archive: unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
)

WORD = re.compile(rb"[^\s,;\"]+")


NO_FILE_ENCODINGS = {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7"}
"""Codecs of Python that no file is written in."""
NEED_A_MARK = {"utf-16", "utf-32"}
"""Python decodes nothing in them without a byte order mark."""

SHOWN = 3
"""Words of a doubtful file that a refusal shows in each reading."""


def choose_encoding(path: Path, name: str, *, given: str = "", language: str = "") -> str:
    """The name of the codec that reads the file: the given one, or the one that its bytes tell.

    `language` is the site's: it decides between code pages that read alike. Raises InvalidInput as `detect_encoding`
    does, and for a given name that Python does not know.
    """
    if not given.strip():
        return detect_encoding(path, name, language)
    try:
        "".encode(given.strip())
        encoding = codecs.lookup(given.strip()).name
    except (LookupError, ValueError) as error:
        raise InvalidInput(unknown_encoding(given)) from error
    if encoding in NO_FILE_ENCODINGS:
        raise InvalidInput(unknown_encoding(given))
    start = next(chunks(path), b"")
    check_is_text(start, name)
    if encoding in NEED_A_MARK and not (marked_encoding(start) or "").startswith(encoding):
        return unmarked(start, name, encoding)
    return "utf-8-sig" if encoding == "utf-8" else encoding


def unmarked(start: bytes, name: str, encoding: str) -> str:
    """The byte order of a file that has no mark. Raises InvalidInput where its zero bytes do not tell it."""
    found = wide_encoding(start)
    if found is None or not found.startswith(encoding):
        raise InvalidInput(f"{name} does not begin as {encoding} does: leave the encoding out, or try another one.")
    return found


def unknown_encoding(given: str) -> str:
    """The sentence for a name that is none."""
    return f"{given[:40]!r} is no encoding: try utf-8, utf-16, cp1252, cp1251, cp949, cp950, gb18030 or cp932."


def detect_encoding(path: Path, name: str, language: str = "") -> str:
    """The name of the codec that reads the file; the whole file is looked at, in constant memory.

    Raises InvalidInput for a file that is empty, binary, in no encoding that fits, or in one of several that fit alike.
    """
    start = next(chunks(path), b"")
    check_is_text(start, name)
    return marked_encoding(start) or wide_encoding(start) or narrow_encoding(path, name, language)


def check_is_text(start: bytes, name: str) -> None:
    """Raise InvalidInput for an empty file and for the known beginnings of what is no text."""
    if not start.strip(b" \t\r\n"):
        raise InvalidInput(f"{name} is empty.")
    for magic, what in FOREIGN_OBJECTS:
        if start.startswith(magic):
            raise InvalidInput(f"{name} is {what}.")


def count_lines(path: Path, encoding: str) -> int:
    """How many line ends the file has, whatever they are written with."""
    decoder = (
        codecs.getincrementaldecoder(encoding)(errors="replace") if encoding.startswith(("utf-16", "utf-32")) else None
    )
    feeds = returns = 0
    for chunk in chunks(path):
        text = decoder.decode(chunk) if decoder else chunk.decode("latin-1")
        feeds += text.count("\n")
        returns += text.count("\r")
    return max(feeds, returns)


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


def narrow_encoding(path: Path, name: str, language: str) -> str:
    """UTF-8 where the whole file is; else the code page that its foreign words fit."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    foreign = bytearray()
    is_utf8 = True
    for chunk in chunks(path):
        if b"\0" in chunk:
            raise InvalidInput(f"{name} is a binary file: export the keywords as CSV, TSV or plain text.")
        is_utf8 = is_utf8 and decodes(decoder, chunk)
        if len(foreign) < SAMPLE:
            foreign += b"".join(word + b"\n" for word in WORD.findall(chunk) if not word.isascii())[:SAMPLE]
    if is_utf8 and decodes(decoder, b"", final=True):
        return "utf-8"
    return code_page(bytes(foreign), name, language)


def decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    """Whether the decoder takes the next piece."""
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def code_page(foreign: bytes, name: str, language: str) -> str:
    """The likeliest code page of words with foreign letters: where they read like a language.

    Raises InvalidInput where none fits, or where two readings are as good.
    """
    if foreign.translate(None, SYMBOLS).isascii():
        return "cp1252"
    ranked = rank_readings(foreign, language)
    if not ranked:
        raise InvalidInput(f"The encoding of {name} cannot be told: save it as UTF-8, or name its encoding.")
    best, *others = ranked
    if others and others[0].cost - best.cost < AS_GOOD:
        shown = " or ".join(
            f"{reading.page} ({', '.join(reading.text.split()[:SHOWN])})" for reading in (best, others[0])
        )
        raise InvalidInput(f"The encoding of {name} could be {shown}: name it, or save the file as UTF-8.")
    return best.page
