"""Texts as stems with their places, and runs of stems as 64-bit numbers: how phrases are found in any inflected form.

A stem's number is random (a digest). A run's begins with 24 bits of its first stem, so that all phrases that begin with
a word lie side by side in the index, and whoever looks for many runs of a text reads few of its pages; its other 40
bits are the low ones of a polynomial of its stems' numbers modulo 2⁶⁴: those of all runs of a text are computed at
once. Two runs share a number by chance in one of 10¹⁹ comparisons, two that begin with the same stem in one of 10¹².
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from igny8_lib.linker.function_words import function_stems
from igny8_lib.text.characters import typewritten
from igny8_lib.text.language import main_language
from igny8_lib.text.normalisation import normalise
from igny8_lib.text.stems import BETWEEN_WORDS, RUNS, algorithm_of, parts_of
from igny8_lib.text.stop_words import stop_stems
from igny8_lib.text.words import LANGUAGES_WITHOUT_SPACES, UNSPACED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Codes = NDArray[np.uint64]

MOST_WORDS = 5
"""Of a phrase."""
MOST_PAIRS = 10
"""Of a phrase in a language without spaces, whose stems are overlapping pairs of characters."""
FACTOR = 0x9E3779B97F4A7C15
"""Odd, so that nothing of a number is lost when it is multiplied modulo 2⁶⁴."""
OF_ALL = (1 << 40) - 1
OF_FIRST = ((1 << 64) - 1) ^ OF_ALL
"""Bits of a run's number that all of its stems tell together, and those that its first one tells."""
CACHED_WORDS = 50_000
WORD = re.compile(f"(?:[^{BETWEEN_WORDS.pattern[1:-2]}]+|[\\u00ad\\u202a-\\u202e]+)+[+#]{{0,2}}")
"""A word as it stands, with what makes "C++" and "C#" other words than "C"; what shows nothing parts no words, though
some of it stands among the punctuation marks."""
JOINED = re.compile(r"\s*|\s*&\s*|[-/.+]")
"""What may stand between two words of a phrase; everything else ends it."""


@dataclass(frozen=True, slots=True)
class Stems:
    """The stems of a text in their order."""

    starts: list[int]
    ends: list[int]
    """Where the words stand whose stems they are, in characters."""
    codes: list[int]
    """Unsigned."""
    edges: list[bool]
    """Whether a phrase may begin or end with it: it is no function word."""
    tells: list[bool]
    """Whether it tells what a text is about: it is no stop word."""
    joined: list[bool]
    """Whether a phrase may go on from the stem before to this one."""

    def __len__(self) -> int:
        return len(self.codes)


def most_stems(language: str) -> int:
    """How many stems a phrase of a language (BCP 47) may have."""
    return MOST_PAIRS if main_language(language) in LANGUAGES_WITHOUT_SPACES else MOST_WORDS


def read_stems(text: str, language: str) -> Stems:
    """The stems of a text as a reader sees it, with their places in it; case and typography make no difference."""
    algorithm, code = algorithm_of(language), main_language(language)
    found: list[tuple[int, int, int, bool, bool, bool]] = []
    end = 0
    if not text.isascii() or "`" in text:  # in others there is nothing to replace
        text = typewritten(text)
    for word in WORD.finditer(text):
        before, (start, end) = end, word.span()
        joined = text[before:start] == " " or (start > 0 and JOINED.fullmatch(text, before, start) is not None)
        for offset, stop, stem, edge, tells in stems_of(word[0], algorithm, code):
            found.append((start + offset, start + stop, stem, edge, tells, joined))
            joined = True
    return Stems(*map(list, zip(*found, strict=True))) if found else Stems([], [], [], [], [], [])


@lru_cache(maxsize=CACHED_WORDS)
def stems_of(word: str, algorithm: str | None, language: str) -> tuple[tuple[int, int, int, bool, bool], ...]:
    """Start, end, number, whether a phrase may begin with it, and whether it tells something, of a word's stems.

    A text repeats its words, and a site's articles repeat each other's.
    """
    shown = normalise(word).strip("'")
    if not shown:
        return ()
    if not UNSPACED.search(shown):
        bare = shown.rstrip("+#").strip("'")
        marks = shown[len(shown.rstrip("+#")) :]
        parts = [part + marks for part in parts_of(bare, algorithm)] if bare else []
        less, least = stop_stems(language), function_stems(language)
        return tuple((0, len(word), code_of(part), part not in least, part not in less) for part in parts)
    if len(shown) != len(word):
        return ((0, len(word), code_of(shown), True, True),)
    return tuple(
        (start, stop, code_of(shown[start:stop]), True, True)
        for run in RUNS.finditer(shown)
        for start, stop in places_in(run)
    )


def places_in(run: re.Match[str]) -> list[tuple[int, int]]:
    """The overlapping pairs of a run without spaces; another run as it is."""
    if run.end() - run.start() < 3 or not UNSPACED.match(run[0]):
        return [run.span()]
    return [(start, start + 2) for start in range(run.start(), run.end() - 1)]


@lru_cache(maxsize=CACHED_WORDS)
def code_of(stem: str) -> int:
    """A stem's number, the same in every process."""
    return int.from_bytes(blake2b(stem.encode(errors="surrogatepass"), digest_size=8).digest(), "little")


def runs(stems: Stems, language: str) -> list[tuple[Codes, NDArray[np.intp]]]:
    """The numbers of all runs of 1, 2 … stems that may be phrases, each with where in the stems it begins."""
    import numpy as np  # noqa: PLC0415 - kept out of DAG parsing

    single = np.array(stems.codes, dtype=np.uint64)
    edges, joined = np.array(stems.edges, dtype=bool), np.array(stems.joined, dtype=bool)
    first = single & np.uint64(OF_FIRST)
    number, together, found = single, np.ones(len(single), dtype=bool), []
    for length in range(1, min(most_stems(language), len(single)) + 1):
        if length > 1:
            last = length - 1
            number = number[:-1] * np.uint64(FACTOR) + single[last:]
            together = together[:-1] & joined[last:]
        begins = np.flatnonzero(together & edges[: len(number)] & edges[length - 1 :])
        found.append((first[begins] | number[begins] & np.uint64(OF_ALL), begins))
    return found
