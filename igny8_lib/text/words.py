"""How long a text is: the one measure that prompts, checks, charges and estimates share.

A word is what stands between spaces and holds a letter or a digit. Scripts that are written without spaces are measured
by their characters, at as many to the word as the translation trade reckons with when it prices such a text against
English: Chinese 1.3 to 1.8 characters to a word (AnyCount, "What count units do translators use"; KantanMT), Japanese 2
to 2.5 (the same), Thai 4 (GoTranscript, "Word count"); for Lao, Khmer and Burmese no published figure was found, they
follow Thai, with more for scripts that write more signs to a syllable. So a thousand words are as much to read, and
cost as much, in every language. Hangul is written with spaces.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil

from igny8_lib.text.language import main_language

HAN = "\u2e80-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
KANA = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f\U0001b000-\U0001b16f"
THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"
LAO = "\u0e81-\u0ecd\u0edc-\u0edf"
KHMER = "\u1780-\u17b3\u17b6-\u17d3\u17dc\u17dd"
BURMESE = "\u1000-\u103f\u1050-\u109d\ua9e0-\ua9ef\uaa60-\uaa7f"

CHARACTERS_PER_WORD = {
    HAN: Fraction(8, 5),
    KANA: Fraction(3),
    THAI: Fraction(4),
    LAO: Fraction(4),
    KHMER: Fraction(5),
    BURMESE: Fraction(5),
}
"""Characters that make up one word, by script. Kana's three and Han's 1.6 give 2.4 for Japanese, of which about three
characters in ten are Han."""

LANGUAGES_WITHOUT_SPACES = {
    "zh": Fraction(8, 5),
    "yue": Fraction(8, 5),
    "ja": Fraction(12, 5),
    "th": Fraction(4),
    "lo": Fraction(4),
    "km": Fraction(5),
    "my": Fraction(5),
}
"""The same by language, for saying a length beforehand."""

SCRIPTS = tuple((re.compile(f"[{characters}]"), ratio) for characters, ratio in CHARACTERS_PER_WORD.items())
UNSPACED = re.compile(f"[{''.join(CHARACTERS_PER_WORD)}]")
LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def count_words(text: str) -> int:
    """Words of a text in any language or mixture of languages; punctuation alone is none."""
    if text.isascii() or not UNSPACED.search(text):
        return count_spaced(text)
    unspaced = sum(len(script.findall(text)) / ratio for script, ratio in SCRIPTS)
    return count_spaced(UNSPACED.sub(" ", text)) + ceil(unspaced)


def count_spaced(text: str) -> int:
    """Words parted by white space."""
    return sum(1 for word in text.split() if LETTER_OR_DIGIT.search(word))


def characters_per_word(language: str) -> Fraction | None:
    """How many characters make up a word in a language (BCP 47) without spaces; None where words have spaces."""
    return LANGUAGES_WITHOUT_SPACES.get(main_language(language))


def length_in_words(words: int, language: str) -> str:
    """A length as a writer of the language counts it: `1000 words`, in Japanese `2400 characters`."""
    ratio = characters_per_word(language)
    return f"{words} words" if ratio is None else f"{round(words * ratio)} characters"
