"""The time that the measures of a text take: linear in its length, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import pytest

from igny8_lib.analysis.keyphrases import find_keyphrase
from igny8_lib.analysis.passive import passive_spans
from igny8_lib.analysis.sentences import sentences
from igny8_lib.analysis.syllables import syllables
from igny8_lib.analysis.transitions import has_transition
from tests.lib.analysis.hand_counts import LANGUAGES, paragraphs

HOSTILE = [
    "word ", "a.", "(", '"', ".", "\n", "\n \n", "Dr. ", "!?", "«", "» ", "e.g. ", "日", "日本。", "1. ", "' ", "'",
    "was ", "was built ", "built ", "worden ", "gebaut worden ", "not only ", "-", "é. ", "\u00ad", "a", "aeiou",
    "i, ", "; ", "\ud800", "\u0301",
]  # fmt: skip
SHORT = 8_000
LONGER = 4
SQUARE = LONGER**2
"""By as much would the time grow that grows with the square of the length."""
CLOCK = 0.05
"""Seconds below which a measurement says nothing."""
WHOLE = 100_000


def measure(text: str, language: str, phrase: str) -> None:
    """Everything that is measured of a text."""
    found = sentences(text, language)
    find_keyphrase(text, found, phrase, language)
    find_keyphrase(text, [(0, len(text))], phrase, language)
    for start, end in [*found, (0, len(text))]:
        has_transition(text[start:end], language)
        passive_spans(text[start:end], language)
    for word in text.split():
        syllables(word, language)


def seconds(work: Callable[[], object]) -> float:
    """The processor's time for it."""
    begun = process_time()
    work()
    return process_time() - begun


@pytest.mark.parametrize("piece", HOSTILE, ids=ascii)
def test_a_text_four_times_as_long_takes_about_four_times_as_long(piece: str) -> None:
    short = (piece * SHORT)[:SHORT]
    language = "de" if "worden" in piece else "en"

    def taken(text: str) -> float:
        return min(seconds(lambda: measure(text, language, piece * 3)) for _ in range(2))

    assert taken(short * LONGER) <= max(CLOCK, taken(short)) * SQUARE * 0.6


@pytest.mark.parametrize("piece", ["日本。", "«", "' ", "Да. "], ids=ascii)
def test_sentences_alone_take_linear_time_where_sentencex_does_not(piece: str) -> None:
    short = piece * SHORT

    def taken(text: str) -> float:
        return min(seconds(lambda: sentences(text, "en")) for _ in range(2))

    assert taken(short * LONGER) <= max(CLOCK, taken(short)) * SQUARE * 0.6


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hundred_thousand_words_take_seconds(language: str) -> None:
    once = "\n\n".join(paragraph.text for paragraph in paragraphs(language))
    text = "\n\n".join([once] * (WHOLE // len(once.split()) + 1))
    assert len(text.split()) >= WHOLE
    assert seconds(lambda: measure(text, language, paragraphs(language)[0].by_word[1][0])) < 20


def test_a_keyphrase_of_five_hundred_letters_takes_no_longer() -> None:
    text = "a b " * 40_000
    assert seconds(lambda: find_keyphrase(text, [(0, len(text))], "a b " * 120 + "c", "en")) < 5
