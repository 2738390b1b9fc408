"""Flesch reading ease: how easily a text reads, by the formula that was fitted to its own language.

A language without a formula gets none: another language's numbers would say nothing about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from igny8_lib.text.language import main_language


class Formula(NamedTuple):
    """`constant - per_sentence_length * words/sentence - per_word_length * syllables/word`, and who found it."""

    constant: float
    sentence_length: float
    word_length: float
    source: str


FORMULAS: Mapping[str, Formula] = MappingProxyType(
    {
        "en": Formula(206.835, 1.015, 84.6, "Flesch, A new readability yardstick, J. Applied Psychology 32 (1948)"),
        "de": Formula(180, 1, 58.5, "Amstad, Wie verständlich sind unsere Zeitungen?, Zürich 1978"),
        "es": Formula(206.84, 1.02, 60, "Fernández Huerta, Medidas sencillas de lecturabilidad, Consigna 214 (1959)"),
        "ru": Formula(206.835, 1.3, 60.1, "Оборнева, Автоматизированная оценка сложности учебных текстов, 2006"),
        "fr": Formula(207, 1.015, 73.6, "Kandel & Moles, Application de l'indice de Flesch au français, 1958"),
        "it": Formula(
            217, 1.3, 60, "Franchina & Vacca, Adaptation of Flesh readability index, Linguaggi 3 (1986; 1972)"
        ),
        "nl": Formula(206.84, 0.93, 77, "Douma, De leesbaarheid van landbouwbladen, Wageningen 1960"),
        "pt": Formula(
            248.835, 1.015, 84.6, "Martins et al., Readability formulas applied to Portuguese, São Carlos 1996"
        ),
    }
)
"""By ISO 639 code. Fernández Huerta's is the corrected one: 1.02 by words per sentence (printed: sentences per 100
words) and 60 by syllables per word (printed: 0.60 by syllables per 100 words)."""


class Level(StrEnum):
    """How a text with such a score reads, from the easiest to the most difficult."""

    VERY_EASY = "very easy"
    EASY = "easy"
    FAIRLY_EASY = "fairly easy"
    OKAY = "okay"
    FAIRLY_DIFFICULT = "fairly difficult"
    DIFFICULT = "difficult"
    VERY_DIFFICULT = "very difficult"


BORDERS = (90, 80, 70, 60, 50, 30)
"""The lowest scores of all levels but the last: Flesch's own table (The Art of Readable Writing, 1949)."""
BORDERS_BY_LANGUAGE: Mapping[str, tuple[int, ...]] = MappingProxyType({"ru": (80, 70, 60, 50, 40, 20)})
"""Russian words are longer at the same difficulty."""


def reading_ease(words: int, sentences: int, syllables: int, language: str) -> float | None:
    """The reading ease of a text with these counts, by the formula of its language (BCP 47).

    Mostly between 0 and 100, and not clamped to that: very short sentences of short words score above, long ones
    below. None where the language has no formula or there is no word or no sentence.
    """
    formula = FORMULAS.get(main_language(language))
    if formula is None or words <= 0 or sentences <= 0:
        return None
    by_sentence = formula.sentence_length * words / sentences
    return formula.constant - by_sentence - formula.word_length * syllables / words


def level_of(score: float, language: str) -> Level:
    """What the score means in this language (BCP 47)."""
    borders = BORDERS_BY_LANGUAGE.get(main_language(language), BORDERS)
    return next((level for level, lowest in zip(Level, borders, strict=False) if score >= lowest), Level.VERY_DIFFICULT)
