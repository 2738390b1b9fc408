"""The figures of a text's reading ease, from its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from igny8_lib.analysis.flesch import FORMULAS, Level, level_of, reading_ease
from igny8_lib.analysis.syllables import syllables
from igny8_lib.text.language import main_language
from igny8_lib.text.words import LETTER_OR_DIGIT


@dataclass(frozen=True, slots=True)
class ReadingEase:
    """How easily a text reads, and from which counts that follows."""

    words: int
    sentences: int
    syllables: int
    score: float
    level: Level


def reading_ease_of(sentences: Sequence[str], language: str) -> ReadingEase | None:
    """The reading ease of these sentences; None without a formula for the language, or without a sentence."""
    if not has_formula(language) or not sentences:
        return None
    words = [word for sentence in sentences for word in sentence.split() if LETTER_OR_DIGIT.search(word)]
    spoken = sum(syllables(word, language) for word in words)
    score = reading_ease(len(words), len(sentences), spoken, language)
    if score is None:
        return None
    return ReadingEase(len(words), len(sentences), spoken, score, level_of(score, language))


def has_formula(language: str) -> bool:
    """Whether a formula was fitted to the language (BCP 47)."""
    return main_language(language) in FORMULAS
