"""How many syllables a word has, as it is spoken: by rule in each language, in English with a list of exceptions.

The rules are this project's own, from the languages' grammars: how vowels join. They know no dictionary, so that a
loan word in another language's spelling can be one off; over a paragraph this is far below what a reader notices.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from unicodedata import normalize

from igny8_lib.analysis import syllables_germanic, syllables_romance
from igny8_lib.analysis.syllables_english import count_english
from igny8_lib.analysis.syllables_french import count_french
from igny8_lib.text.characters import INVISIBLE, typewritten
from igny8_lib.text.language import main_language

CACHED_WORDS = 100_000
MOST_FOR_FIGURES = 4
LONGEST = 100
"""Letters of a part that rules are asked about; a longer one is no word, and is counted by groups of vowels alone."""
RUSSIAN_VOWEL = re.compile("[аеёиоуыэюя]")
ANY_VOWEL = re.compile("[aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿаеёиоуыэюяіїє]+")
LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
FIGURE = re.compile(r"\d")

ABBREVIATIONS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "en": {"dr": 2, "mr": 2, "mrs": 2, "prof": 3, "etc": 4, "approx": 5, "vs": 2, "jr": 2, "sr": 2, "inc": 4},
        "de": {"dr": 2, "hr": 1, "fr": 1, "prof": 3, "bzw": 5, "usw": 4, "ca": 2, "nr": 2, "str": 2, "etc": 4},
        "es": {"sr": 2, "sra": 3, "srta": 4, "dr": 2, "dra": 3, "ud": 2, "uds": 3, "etc": 4, "núm": 3, "pág": 3},
        "fr": {"m": 2, "mm": 2, "dr": 2, "pr": 3, "etc": 4, "env": 3, "av": 3},
        "it": {"sig": 2, "dott": 2, "prof": 3, "ing": 3, "avv": 3, "ecc": 4, "pag": 3},
        "nl": {"dhr": 2, "mevr": 2, "mw": 2, "dr": 2, "prof": 3, "bijv": 3, "enz": 4, "ca": 2, "nr": 2, "evt": 4},
        "pt": {"sr": 2, "sra": 3, "srs": 3, "dr": 2, "dra": 3, "prof": 3, "etc": 4, "pág": 3, "núm": 3},
        "ru": {
            "г": 1,
            "гг": 2,
            "т": 1,
            "д": 1,
            "п": 3,
            "е": 1,
            "др": 3,
            "пр": 3,
            "см": 3,
            "стр": 3,
            "руб": 2,
            "тыс": 3,
        },
    }
)
"""How many syllables an abbreviation has when it is read out: "Dr." is "doctor". Only with its full stop."""


def count_russian(word: str) -> int:
    """As many as vowel letters: a preposition of one consonant ("в", "к") has none of its own."""
    return len(RUSSIAN_VOWEL.findall(word))


RULES: Mapping[str, Callable[[str], int]] = MappingProxyType(
    {
        "en": count_english,
        "de": syllables_germanic.count_german,
        "nl": syllables_germanic.count_dutch,
        "es": syllables_romance.count_spanish,
        "fr": count_french,
        "it": syllables_romance.count_italian,
        "pt": syllables_romance.count_portuguese,
        "ru": count_russian,
    }
)
"""By ISO 639 code: the syllables of a part of a word in lower case, letters and apostrophes only."""


@lru_cache(maxsize=CACHED_WORDS)
def syllables(word: str, language: str) -> int:
    """The syllables of one word of a text (language in BCP 47); punctuation around it makes no difference.

    Parts of a hyphened word are counted each for itself. An abbreviation of consonants in capitals is spelled out
    ("HTML" has four). Figures are read as one syllable per digit, four at most ("1918": nineteen-eighteen, Flesch's
    own example); a common abbreviation is read as what it stands for. A language without a rule gets its groups of
    vowels. At least 1 where there is a letter or a digit, but for Russian words without a vowel; else 0.
    """
    plain = normalize("NFC", INVISIBLE.sub("", typewritten(word)))
    code = main_language(language)
    spelled_out = ABBREVIATIONS.get(code, {}).get(plain.rstrip(",;:)").removesuffix(".").lower())
    if spelled_out and "." in plain:
        return spelled_out
    figures = min(len(FIGURE.findall(plain)), MOST_FOR_FIGURES)
    letters = sum(part_syllables(part, code) for part in LETTERS.findall(plain))
    if letters or figures or code == "ru":
        return letters + figures
    return int(any(character.isalnum() for character in plain))


def part_syllables(part: str, code: str) -> int:
    """The syllables of a run of letters."""
    lower = normalize("NFC", part.lower())
    if 1 < len(part) <= 5 and part.isupper() and not ANY_VOWEL.search(lower):
        return len(part)
    rule = RULES.get(code)
    if rule is None or len(part) > LONGEST:
        return len(ANY_VOWEL.findall(lower))
    return rule(lower)
