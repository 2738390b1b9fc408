"""Where the words of a text stand, and how they are compared.

How many words a text has is `igny8_lib.text.words.count_words`: the one measure that is charged for, too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from igny8_lib.text.characters import INVISIBLE, typewritten
from igny8_lib.text.normalisation import normalise
from igny8_lib.text.stems import BETWEEN_WORDS
from igny8_lib.text.words import LETTER_OR_DIGIT

CACHED_WORDS = 50_000
"""Distinct words whose normalised form is remembered: a text repeats its words, and is read more than once."""
LONGEST_CACHED = 50

Span = tuple[int, int]
"""First character, and the one after the last."""

BETWEEN = BETWEEN_WORDS.pattern.removeprefix("[").removesuffix("]+")
RUN = re.compile(f"(?:{INVISIBLE.pattern}|[^{BETWEEN}])+")
"""What stands between spaces and punctuation; a soft hyphen parts no word, though it is punctuation."""


class Word(NamedTuple):
    """A word of a text: as it is compared (`normalise`), and its span in the text."""

    text: str
    start: int
    end: int


def words(text: str) -> list[Word]:
    """The words in order, without the punctuation around them; parts of a hyphened word are words of their own.

    A run of a script without spaces is one word here. Linear in the text's length, and never raises.
    """
    plain = typewritten(text)
    found = (trimmed(plain, match.start(), match.end()) for match in RUN.finditer(plain))
    return [Word(compared(plain[start:end]), start, end) for start, end in found if has_word(plain[start:end])]


def compared(word: str) -> str:
    """The word as it is compared."""
    return remembered(word) if len(word) <= LONGEST_CACHED else normalise(word)


@lru_cache(maxsize=CACHED_WORDS)
def remembered(word: str) -> str:
    """The same, computed once."""
    return normalise(word)


def has_word(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return LETTER_OR_DIGIT.search(text) is not None


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without quotation marks of the typewriter's single kind around it."""
    while start < end and text[start] == "'":
        start += 1
    while start < end and text[end - 1] == "'":
        end -= 1
    return start, end
