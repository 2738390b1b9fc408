"""When two texts are the same keyword (or cluster name, or idea title), and which texts are keywords at all."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import normalize

from igny8_lib.text.characters import CONTROL, INVISIBLE, typewritten

MAX_LENGTH = 500
"""Characters of the longest keyword taken; Ahrefs reports questions of more than 400."""

MAX_INDEXED_BYTES = 2_000
"""PostgreSQL keeps the normalised text in a unique index, whose entries must stay below a third of a page."""

COPIED_ALONG = dict.fromkeys(map(ord, "\u200b\ufeff\u00ad\u2060"))
"""Zero-width space, byte order mark, soft hyphen, word joiner: copied along from web pages, never meant."""

REPLACEMENT = "\ufffd"
"""Stands where a tool could not decode a character."""


def normalise(text: str) -> str:
    """The text as it is compared everywhere: NFKC case folding (Unicode D147), nothing invisible, plain apostrophes,
    quotation marks and hyphens, white space collapsed.

    Normalising twice changes nothing. What is stored of it (`normalized` columns) must be computed anew by a migration
    whenever the result changes: migration 0015 is the last one.
    """
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    # Before NFKC, which would make a space and an accent of an acute accent typed as an apostrophe.
    visible = INVISIBLE.sub("", typewritten(text))
    folded = normalize("NFKC", normalize("NFD", visible).casefold()).casefold()
    return " ".join(normalize("NFKC", INVISIBLE.sub("", typewritten(folded))).split())


def tidy(text: str) -> str:
    """The text as it is shown: white space collapsed (an exported query can hold a line break), nothing invisible."""
    return " ".join(text.translate(COPIED_ALONG).split())


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
    ("no letter or digit", lambda _, shown: not any(char.isalnum() for char in INVISIBLE.sub("", shown))),
    ("a web address", lambda _, shown: shown.lower().startswith(("http://", "https://"))),
)
"""Reason, and whether it applies to a text as it stands in the file and as it would be shown."""
