"""From the bytes of an HTML file to its text, as browsers decide it (HTML standard 13.2.3)."""

from __future__ import annotations

import codecs
import re

from igny8_lib.errors import InvalidInput

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DECLARED = re.compile(
    rb"<meta[^<>]{1,500}?charset\s{0,20}=\s{0,20}[\"']?\s{0,20}([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
LOOKED_AT = 1024
"""Bytes in which browsers look for a declaration."""
WESTERN = "cp1252"
NAMED_OTHERWISE = {
    "iso8859-1": WESTERN,
    "ascii": WESTERN,
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
"""What browsers read for what a page declares: in UTF-16 it could not be read that it is."""
KNOWN = frozenset(
    {"utf-8", "cp866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp874", "gb2312", "gbk", "gb18030", "big5"}
    | {"big5hkscs", "euc_jp", "iso2022_jp", "shift_jis", "cp932", "euc_kr", "cp949"}
    | {f"iso8859-{part}" for part in range(2, 17)}
    | {f"cp{page}" for page in range(1250, 1259)}
)
"""The encodings of the web (Encoding standard), by Python's names; Python has more, some of them no encodings."""


def decode(content: bytes) -> str:
    """The text of an HTML file: by its byte order mark, its declaration, as UTF-8, or as Windows-1252.

    A declaration that does not fit the bytes is passed over. Raises InvalidInput for what is no text.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if b"\0" in content:
        raise InvalidInput("it holds NUL characters: it is no HTML, or in an encoding that it does not declare")
    for name in (declared(content), "utf-8"):
        if name and (text := decoded(content, name)) is not None:
            return text
    return content.decode(WESTERN, "replace")


def declared(content: bytes) -> str | None:
    """The encoding that the file declares, None where it declares none that is known."""
    found = DECLARED.search(content[:LOOKED_AT])
    if found is None:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    name = NAMED_OTHERWISE.get(name, name)
    return name if name in KNOWN else None


def decoded(content: bytes, encoding: str) -> str | None:
    """The text, if the bytes are of this encoding."""
    try:
        return content.decode(encoding)
    except UnicodeError:
        return None
