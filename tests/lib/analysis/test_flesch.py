"""Reading ease against known sentences and against texts counted by hand."""

from __future__ import annotations

import pytest

from igny8_lib.analysis.flesch import FORMULAS, Level, level_of, reading_ease
from igny8_lib.analysis.sentences import sentences
from igny8_lib.analysis.syllables import syllables
from igny8_lib.text.words import count_words
from tests.lib.analysis.hand_counts import LANGUAGES, Counted, paragraphs

PARAGRAPHS = [
    pytest.param(paragraph, id=f"{language}-{number}")
    for language in LANGUAGES
    for number, paragraph in enumerate(paragraphs(language), 1)
]
NEAR_ENOUGH = 2


def measured(text: str, language: str) -> tuple[int, int, int, float | None]:
    """Words, sentences, syllables, reading ease."""
    counts = count_words(text), len(sentences(text, language)), sum(syllables(w, language) for w in text.split())
    return *counts, reading_ease(*counts, language)


@pytest.mark.parametrize(
    ("text", "words", "spoken", "ease"),
    [
        ("The cat sat on the mat.", 6, 6, 116.145),
        ("The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.", 13, 24, 37.455),
    ],
)
def test_the_sentences_by_which_tools_are_compared(text: str, words: int, spoken: int, ease: float) -> None:
    assert measured(text, "en")[:3] == (words, 1, spoken)
    assert measured(text, "en")[3] == pytest.approx(ease, abs=0.001)


@pytest.mark.parametrize(
    ("language", "constant", "by_sentence", "by_word"),
    [
        ("en", 206.835, 1.015, 84.6),
        ("de", 180, 1, 58.5),
        ("es", 206.84, 1.02, 60),
        ("ru", 206.835, 1.3, 60.1),
        ("fr", 207, 1.015, 73.6),
        ("it", 217, 1.3, 60),
        ("nl", 206.84, 0.93, 77),
        ("pt", 248.835, 1.015, 84.6),
    ],
)
def test_each_language_has_its_own_formula(language: str, constant: float, by_sentence: float, by_word: float) -> None:
    expected = constant - by_sentence * 12 - by_word * 1.5
    assert reading_ease(120, 10, 180, language) == pytest.approx(expected)
    assert reading_ease(120, 10, 180, f"{language}-XX") == pytest.approx(expected)
    assert FORMULAS[language].source


@pytest.mark.parametrize("language", ["pl", "ja", "sv", ""])
def test_a_language_without_a_formula_has_no_reading_ease(language: str) -> None:
    assert reading_ease(120, 10, 180, language) is None


@pytest.mark.parametrize(("words", "count"), [(0, 1), (1, 0), (0, 0)])
def test_no_words_or_sentences_have_no_reading_ease(words: int, count: int) -> None:
    assert reading_ease(words, count, 0, "en") is None


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_words_and_sentences_are_counted_as_by_hand(paragraph: Counted) -> None:
    found = [paragraph.text[start:end] for start, end in sentences(paragraph.text, paragraph.language)]
    assert tuple(found) == paragraph.sentences
    assert count_words(paragraph.text) == len(paragraph.by_word)


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_reading_ease_is_within_two_points_of_the_count_by_hand(paragraph: Counted) -> None:
    by_hand = reading_ease(len(paragraph.by_word), len(paragraph.sentences), paragraph.syllables, paragraph.language)
    assert measured(paragraph.text, paragraph.language)[3] == pytest.approx(by_hand, abs=NEAR_ENOUGH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_hundred_words_at_most_two_have_another_count_than_by_hand(language: str) -> None:
    words = [entry for paragraph in paragraphs(language) for entry in paragraph.by_word]
    others = [(word, count) for word, count in words if syllables(word, language) != count]
    assert len(words) > 80
    assert len(others) <= len(words) * 0.02, others


@pytest.mark.parametrize(
    ("language", "borders"),
    [("en", (90, 80, 70, 60, 50, 30)), ("pt-BR", (90, 80, 70, 60, 50, 30)), ("ru", (80, 70, 60, 50, 40, 20))],
)
def test_a_score_on_a_border_is_of_the_easier_level(language: str, borders: tuple[int, ...]) -> None:
    levels = list(Level)
    assert [level_of(border, language) for border in borders] == levels[:-1]
    assert [level_of(border - 0.01, language) for border in borders] == levels[1:]
    assert level_of(-40, language) is Level.VERY_DIFFICULT
    assert level_of(130, language) is Level.VERY_EASY
