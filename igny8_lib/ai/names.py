"""Texts of an answer that are names: cleaned as they are read, so that what is judged is what is stored, and no longer
than people and indexes can take. What is too long is asked for again, never cut: half a title is no title."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from igny8_lib.text.names import clean_name, fits
from igny8_lib.text.normalisation import normalise

SHOWN = 40
"""Characters of a text that a sentence about it quotes."""

Line = Annotated[str, AfterValidator(clean_name)]
"""A text of an answer that is a name, a title, a keyword: one line, nothing hidden in it."""


def says_in(text: str, longest: int) -> bool:
    """Whether the text says something, in so many characters."""
    return bool(normalise(text)) and fits(text, longest)


def require_fit(text: str, longest: int, what: str) -> None:
    """Raise ValueError, with a sentence that the model can act on, for a text that is too long."""
    if not fits(text, longest):
        shown = text[:SHOWN]
        raise ValueError(f"{what} {shown!r}… has {len(text)} characters; use at most {longest}.")
