"""The one place that every text of a provider goes through before anything else is done with it.

The API key is blotted out, whole and every part of it from eight characters on, as it is and as URL, JSON and base64
write it: before anything is cut, since a cut can split it. Characters that the database refuses go, and each text has
a longest length.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from functools import cached_property
from urllib.parse import quote, quote_plus

from igny8_lib.text.characters import storable

PART = 8
"""Characters of a key that may not be shown in a row. A shorter key is no secret (a local server's "none")."""
BLOCK = PART // 2
BLOT = "***"
DEEPEST = 50
"""Levels of a document that are read."""
MAX_TEXT = 2_000_000
"""Characters of one text; ten times the longest article that can be planned."""
TAIL = 1000
"""Longer than any key in any of its forms."""
AS_IT_CAME = frozenset({"b64_json", "url"})
"""Fields that hold pictures: megabytes that are decoded or fetched, and never kept or told as text."""


class Scrubber:
    """Cleans texts of one provider, whose key is shown nowhere."""

    def __init__(self, secret: str = "") -> None:
        self._secret = secret

    def __repr__(self) -> str:
        return "Scrubber()"

    def scrub(self, text: str, longest: int = MAX_TEXT) -> str:
        """The text without key and unstorable characters, at most `longest` characters of it."""
        # Unstorable characters go first: one inside the key would hide it. One that covers a part is no cover, too.
        return self.blot_bounded(storable(text))[:longest]

    def sentence(self, text: str, longest: int) -> str:
        """The same as one line."""
        return " ".join(self.blot_bounded(storable(text)).split())[:longest]

    def blot_bounded(self, text: str) -> str:
        """The blotted text; of one that is longer than any, so much that no key is left cut in two at its end."""
        if len(text) <= MAX_TEXT:
            return self.blot(text)
        return self.blot(text[: MAX_TEXT + TAIL])[:-TAIL]

    def scrub_document(self, value: object, deep: int = DEEPEST) -> object:
        """A JSON document with each of its texts scrubbed, but for those that hold pictures.

        What is nested deeper than any answer is left out (None).
        """
        if isinstance(value, str):
            return self.scrub(value)
        if deep == 0:
            return None
        if isinstance(value, Mapping):
            return {
                self.scrub(name): inner if holds_picture(name, inner) else self.scrub_document(inner, deep - 1)
                for name, inner in value.items()
            }
        return [self.scrub_document(inner, deep - 1) for inner in value] if isinstance(value, list) else value

    def blot(self, text: str) -> str:
        """The text with each run of characters that the key has, too, replaced by `***`."""
        windows = self._windows
        if not windows:
            return text
        kept, done = [], 0
        for start, end in runs(text, windows, self._blocks):
            kept += [text[done:start], BLOT]
            done = end
        return "".join([*kept, text[done:]]) if done else text

    @cached_property
    def _windows(self) -> frozenset[str]:
        """Every eight characters of the key that follow each other, in each form of it."""
        return frozenset(form[at : at + PART] for form in forms(self._secret) for at in range(len(form) - PART + 1))

    @cached_property
    def _blocks(self) -> frozenset[str]:
        """Every half window."""
        return frozenset(window[at : at + BLOCK] for window in self._windows for at in range(BLOCK + 1))


def holds_picture(name: str, value: object) -> bool:
    """Whether a field is one that is decoded or fetched."""
    return name in AS_IT_CAME and isinstance(value, str)


def runs(text: str, windows: frozenset[str], blocks: frozenset[str]) -> Iterable[tuple[int, int]]:
    """Where the text has characters of the key: first and behind the last, windows that touch or overlap as one."""
    start = end = -1
    for at in candidates(text, blocks):
        if text[at : at + PART] in windows:
            if at > end:
                if end > 0:
                    yield start, end
                start = at
            end = at + PART
    if end > 0:
        yield start, end


def candidates(text: str, blocks: frozenset[str]) -> Iterable[int]:
    """Where a window of the key may begin, in order: wherever it does, one whole block of four lies in it."""
    last = -1
    for block in range(0, len(text), BLOCK):
        if text[block : block + BLOCK] in blocks:
            yield from range(max(last + 1, block - BLOCK), block + 1)
            last = block


def forms(secret: str) -> list[str]:
    """The key as providers may repeat it; nothing for one that is too short to be a secret."""
    if len(secret) < PART:
        return []
    written = [secret, quote(secret, safe=""), quote_plus(secret), secret.replace("/", "\\/"), secret.encode().hex()]
    return written + [coded for shift in range(3) for coded in base64_forms(secret.encode(), shift)]


def base64_forms(secret: bytes, shift: int) -> list[str]:
    """The key inside longer base64 text, where `shift` bytes stand before it in its group of three.

    The characters that mix it with its neighbours are left out.
    """
    first = (0, 2, 3)[shift]
    whole = (shift + len(secret)) * 8 // 6
    coded = base64.b64encode(b"\0" * shift + secret)[first:whole].decode()
    return [coded, coded.replace("+", "-").replace("/", "_")]
