"""One measure of length, in every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.text.words import count_words, length_in_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Two words", 2),
        ("— & … !", 0),
        ("can't well-known 2.5", 3),
        ("ランプ", 1),
        ("漢" * 160, 100),
        ("か" * 300, 100),
        ("漢" * 72 + "か" * 168, 101),
        ("ก" * 400, 100),
        ("안녕하세요 세계", 2),
        ("SEOとは何か", 3),
        ("two words 漢字漢字漢字漢字", 7),
        ("。、「」", 0),
    ],
)
def test_scripts_without_spaces_are_measured_by_their_characters(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text(alphabet="ab é漢かก안 .-\n", max_size=60), st.text(alphabet="ab漢か ", max_size=20))
def test_more_text_is_never_fewer_words(text: str, more: str) -> None:
    assert max(count_words(text), count_words(more)) <= count_words(f"{text} {more}")
    assert count_words(f"{text} {more}") <= count_words(text) + count_words(more)


@pytest.mark.parametrize(("language", "character"), [("ja", "漢かか"), ("zh-Hans", "漢"), ("th", "ก"), ("en-GB", None)])
def test_a_length_is_told_in_the_unit_that_is_counted(language: str, character: str | None) -> None:
    number, unit = length_in_words(1000, language).split()
    assert unit == ("words" if character is None else "characters")
    text = "word " * int(number) if character is None else (character * int(number))[: int(number)]
    assert 0.95 <= count_words(text) / 1000 <= 1.05
