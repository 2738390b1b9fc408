"""Whether a sentence says how it goes on from what was said: transition words and phrases."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from igny8_lib.analysis.transition_words import CONNECTIVES
from igny8_lib.text.language import main_language
from igny8_lib.text.normalisation import normalise

PAIR = " … "
NO_WORD_BEFORE, NO_WORD_AFTER = r"(?<![\w'-])", r"(?![\w-])"
"""Whole words: "but" is not in "tribute", "first" not in "first-class"."""


def has_transition(sentence: str, language: str) -> bool | None:
    """Whether the sentence holds a transition word; language in BCP 47.

    None where the language has no list. Case, typography and line ends make no difference; linear in the length.
    """
    code = main_language(language)
    if code not in CONNECTIVES:
        return None
    singles, pairs = patterns(code)
    plain = normalise(sentence).replace(",", "")  # "для того, чтобы" is written with and without
    if singles.search(plain):
        return True
    return any(second.search(plain, found.end()) for first, second in pairs if (found := first.search(plain)))


@lru_cache(maxsize=len(CONNECTIVES))
def patterns(code: str) -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]]:
    """What a sentence is searched for: single words and phrases in one, and pairs."""
    entries = CONNECTIVES[code].split(";")
    pairs = (entry.split(PAIR) for entry in entries if PAIR in entry)
    return (
        either(entry for entry in entries if PAIR not in entry),
        tuple((either([first]), either([second])) for first, second in pairs),
    )


def either(entries: Iterable[str]) -> re.Pattern[str]:
    """Any of the entries as whole words."""
    words = "|".join(sorted(map(re.escape, map(normalise, entries)), key=len, reverse=True))
    return re.compile(f"{NO_WORD_BEFORE}(?:{words}){NO_WORD_AFTER}")
