"""With which words sentences begin: an article before a noun is no beginning of its own."""

from __future__ import annotations

from igny8_lib.analysis.words import words
from igny8_lib.text.language import main_language
from igny8_lib.text.words import LANGUAGES_WITHOUT_SPACES

ARTICLES = {
    "en": "the a an",
    "de": "der die das den dem des ein eine einen einem einer eines",
    "es": "el la los las lo un una unos unas",
    "fr": "le la les l un une des",
    "it": "il lo la i gli le l un uno una",
    "nl": "de het een",
    "pt": "o a os as um uma uns umas",
    "ru": "",
}
"""The articles of each language's grammar."""
LOOKED_AT = 60
"""Characters in which the first two words of a sentence stand."""


def beginnings_are_known(language: str) -> bool:
    """Whether words stand apart in the language (BCP 47)."""
    return main_language(language) not in LANGUAGES_WITHOUT_SPACES


def beginning_of(sentence: str, language: str) -> tuple[str, ...]:
    """The first word of a sentence as it is compared, with the next one where it is an article; () without a word."""
    first = [word.text for word in words(sentence[:LOOKED_AT])[:2]]
    articles = ARTICLES.get(main_language(language), "").split()
    return tuple(first if first and first[0] in articles else first[:1])
