"""Texts and tables: read as Unicode and written anew as UTF-8, so that no browser guesses another encoding."""

from __future__ import annotations

import codecs

from igny8_lib.site_builder.uploads.refusal import Unwanted
from igny8_lib.text.characters import CONTROL

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def as_utf8(data: bytes) -> bytes:
    """The text in UTF-8 without a byte order mark, its line ends as they were. Raises Unwanted for what is no text."""
    length, encoding = next(((len(mark), name) for mark, name in MARKS if data.startswith(mark)), (0, "utf-8"))
    try:
        text = data[length:].decode(encoding)
    except UnicodeDecodeError:
        raise Unwanted("It is no text in UTF-8. Save it with the encoding UTF-8.") from None
    if found := CONTROL.search(text):
        raise Unwanted(f"It is no text: character {found.start() + 1:,} is a control character. Save it as plain text.")
    return text.encode()
