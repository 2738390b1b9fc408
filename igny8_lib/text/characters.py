"""Characters that PostgreSQL cannot keep, that nobody sees, or that people type for one another."""

from __future__ import annotations

import re

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""NUL, and surrogates that stand alone: a JSON escape can make both, UTF-8 and PostgreSQL have neither."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Unicode's control characters, but for tab and line ends."""

DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Direction marks, embeddings, overrides and isolates: an override shows a name backwards."""

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What shows nothing: Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt), with interlinear marks and
the Braille pattern without dots. Not the Arabic number signs, which are format characters (Cf), too, but seen."""

APOSTROPHES = "\u2018-\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02bd\u02c8\u05f3\u2039\u203a\u00b4\uff07\uff40`"
QUOTES = "\u201c\u201d\u201e\u201f\u2033\u2036\u02ba\u05f4\u00ab\u00bb\u300c\u300d\u300e\u300f\uff02\u275d\u275e"
DASHES = "\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d\u058a"
TYPED_FOR = tuple(
    (re.compile(f"[{characters}]"), plain) for characters, plain in ((APOSTROPHES, "'"), (QUOTES, '"'), (DASHES, "-"))
)
"""What typesetting, keyboards and models put for the three characters of a typewriter."""


def storable(text: str) -> str:
    """The text without what the database would refuse."""
    return UNSTORABLE.sub("", text) if UNSTORABLE.search(text) else text


def typewritten(text: str) -> str:
    """The text with the typewriter's apostrophe, quotation mark and hyphen for all their typographic forms."""
    for characters, plain in TYPED_FOR:
        text = characters.sub(plain, text)
    return text
