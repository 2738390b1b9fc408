"""When two texts are the same keyword (or cluster name, or idea title), and which texts are keywords at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import category, normalize

MAX_LENGTH = 500
"""Characters of the longest keyword taken; Ahrefs reports questions of more than 400."""

MAX_INDEXED_BYTES = 2_000
"""PostgreSQL keeps the normalised text in a unique index, whose entries must stay below a third of a page."""

INVISIBLE = dict.fromkeys(map(ord, "\u200b\ufeff\u00ad\u2060"))
"""Zero-width space, byte order mark, soft hyphen, word joiner: copied along from web pages, never meant."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Unicode's control characters, but for tab and line ends."""

REPLACEMENT = "\ufffd"
"""Stands where a tool could not decode a character."""


def normalise(text: str) -> str:
    """The text as it is compared: NFKC case folding (Unicode D147) without format characters, white space collapsed."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = normalize("NFKC", normalize("NFD", text).casefold()).casefold()
    visible = "".join(char for char in folded if category(char) != "Cf")
    return " ".join(normalize("NFKC", visible).split())


def tidy(text: str) -> str:
    """The text as it is shown: white space collapsed (an exported query can hold a line break), nothing invisible."""
    return " ".join(text.translate(INVISIBLE).split())


def refusal_reason(text: str) -> str | None:
    """Why the text is no keyword; None where it is one."""
    shown = tidy(text)
    return next((reason for reason, applies in REFUSALS if applies(text, shown)), None)


def is_too_long(_: str, shown: str) -> bool:
    """Whether the text is longer than any search query, or than the index can hold."""
    if len(shown) > MAX_LENGTH or shown.isascii():
        return len(shown) > MAX_LENGTH
    return len(normalise(shown).encode()) > MAX_INDEXED_BYTES


REFUSALS: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    ("no keyword", lambda _, shown: not shown),
    ("control characters", lambda raw, _: CONTROL.search(raw) is not None),
    ("damaged characters: the file was exported in another encoding", lambda raw, _: REPLACEMENT in raw),
    (f"longer than {MAX_LENGTH} characters", is_too_long),
    ("no letter or digit", lambda _, shown: not any(char.isalnum() for char in shown)),
    ("a web address", lambda _, shown: shown.lower().startswith(("http://", "https://"))),
)
"""Reason, and whether it applies to a text as it stands in the file and as it would be shown."""
