"""What an AI may call things: one line without hidden characters, and no longer than people and indexes can take.

Texts of an answer are cleaned as they are read, so that what is judged is what is stored. What is too long is asked for
again, never cut: half a title is no title.
"""

from __future__ import annotations

import re
from typing import Annotated
from unicodedata import category

from pydantic import AfterValidator

from igny8_lib.text.normalisation import MAX_INDEXED_BYTES, normalise, tidy

HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\U000e0000-\U000e007f]")
"""Direction marks, embeddings, overrides and isolates (Unicode TR 9), which turn the text after them around, and tag
characters, which nobody sees."""
SHOWN = 40
"""Characters of a text that a sentence about it quotes."""


def clean(text: str) -> str:
    """The text as one line, without control characters and what is hidden in it."""
    spaced = HIDDEN.sub("", " ".join(text.split()))
    return tidy("".join(char for char in spaced if category(char) != "Cc"))


Line = Annotated[str, AfterValidator(clean)]
"""A text of an answer that is a name, a title, a keyword: cleaned as it is read."""


def is_empty(text: str) -> bool:
    """Whether nothing of the text can be seen."""
    return not normalise(text)


def fits(text: str, longest: int) -> bool:
    """Whether the text says something in so many characters, and in the bytes that a unique index can hold."""
    compared = normalise(text)
    return bool(compared) and len(text) <= longest and len(compared.encode()) <= MAX_INDEXED_BYTES


def require_fit(text: str, longest: int, what: str) -> None:
    """Raise ValueError, with a sentence that the model can act on, for a text that is too long."""
    if not is_empty(text) and not fits(text, longest):
        shown = text[:SHOWN]
        raise ValueError(f"{what} {shown!r}… has {len(text)} characters; use at most {longest}.")
