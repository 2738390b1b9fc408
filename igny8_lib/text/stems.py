"""Stems: what the forms of a word have in common, so that "prunes" and "pruning" are found for "prune"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from igny8_lib.text.language import main_language
from igny8_lib.text.normalisation import normalise
from igny8_lib.text.words import UNSPACED

if TYPE_CHECKING:
    from snowballstemmer.basestemmer import BaseStemmer

ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""Snowball's algorithms by the language's ISO 639 code."""
CACHED_WORDS = 200_000
"""Distinct words whose stems are remembered: a text repeats its words, and a stem costs a tenth of a millisecond."""
BETWEEN_WORDS = re.compile(
    r"[\s!-&(-/:-@\[-`{-~\u00a0-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf"
    r"\u2010-\u205e\u3000-\u3004\u3008-\u3020\u30fb\uff0c\uff0e]+"
)
"""White space and punctuation; not "all but letters", which would cut Indic words at their vowel signs."""
RUNS = re.compile(f"{UNSPACED.pattern}+|[^{UNSPACED.pattern[1:-1]}]+")
"""A word cut where scripts without spaces begin and end."""
APOSTROPHE_S = re.compile(r"'s?$|'(?=s$)")


def algorithm_of(language: str) -> str | None:
    """The name of the Snowball algorithm of a language, where the installed library has it."""
    name = ALGORITHMS.get(main_language(language))
    return name if name in installed() else None


@lru_cache(maxsize=1)
def installed() -> frozenset[str]:
    """The algorithms of the installed library."""
    import snowballstemmer  # noqa: PLC0415 - kept out of DAG parsing

    return frozenset(snowballstemmer.algorithms())


def has_stems(language: str) -> bool:
    """Whether words of this language (BCP 47) are stemmed; if not, they are compared by their letters."""
    return algorithm_of(language) is not None


@lru_cache(maxsize=len(ALGORITHMS))
def stemmer(algorithm: str) -> BaseStemmer:
    """The stemmer of an algorithm, made once."""
    import snowballstemmer  # noqa: PLC0415 - kept out of DAG parsing

    return snowballstemmer.stemmer(algorithm)


@lru_cache(maxsize=CACHED_WORDS)
def stem(word: str, algorithm: str) -> str:
    """The stem of one normalised word."""
    return str(stemmer(algorithm).stemWord(word))


def stems(text: str, language: str) -> list[str]:
    """The stems of a text's words, in order; case, accents' form and typography make no difference.

    A language without stems gives its words as they are normalised. Runs of a script without spaces give overlapping
    pairs of characters, the usual stand-in for words (a single character gives itself).
    """
    algorithm = algorithm_of(language)
    words = [word for word in BETWEEN_WORDS.split(normalise(text)) if word.strip("'")]
    return [part for word in words for part in parts_of(word.strip("'"), algorithm)]


def parts_of(word: str, algorithm: str | None) -> list[str]:
    """One word's stem; where it holds characters of a script without spaces, their pairs and what stands between."""
    if not word.isascii() and UNSPACED.search(word):
        return [part for run in RUNS.findall(word) for part in (pairs(run) if UNSPACED.match(run) else [run])]
    if algorithm is None:
        return [word]
    return [stem(APOSTROPHE_S.sub("", word), algorithm) or word]


def pairs(run: str) -> list[str]:
    """Overlapping pairs of characters."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]
