"""The words of a website in its language."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from string import Formatter

import pytest

from igny8_lib.site_builder.words import LANGUAGES, Words, day, direction, words_in

TEXTS = [each.name for each in fields(Words) if each.name not in {"language", "attributes"}]


def test_there_are_ten_languages() -> None:
    assert set(LANGUAGES) == {"en", "de", "fr", "es", "it", "nl", "pt", "pl", "ru", "ja"}


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_every_word_with_the_places_that_english_has(language: str) -> None:
    for name in TEXTS:
        text, english = getattr(LANGUAGES[language], name), getattr(LANGUAGES["en"], name)
        assert text.strip() == text != "", name
        assert places(text) == places(english), name


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_a_language_is_no_copy_of_english(language: str) -> None:
    same = [name for name in TEXTS if getattr(LANGUAGES[language], name) == getattr(LANGUAGES["en"], name)]
    assert len(same) <= 7, same


def test_a_region_has_the_words_of_its_language() -> None:
    assert words_in("pt-BR") is LANGUAGES["pt"]
    assert words_in("de-AT").attributes == ""


def test_another_language_gets_english_words_that_say_so() -> None:
    assert words_in("fa").skip == "Skip to content"
    assert words_in("fa").attributes == ' lang="en" dir="ltr"'


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "March 3, 2026"),
        ("en-GB", "3 March 2026"),
        ("de", "3. März 2026"),
        ("ja", "2026年3月3日"),
        ("de-XYZ", "3. März 2026"),
        ("qqq", "2026-03-03"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(language: str, written: str) -> None:
    assert day(date(2026, 3, 3), language) == written
    assert day(datetime(2026, 3, 3, 23, 59, tzinfo=UTC), language) == written


@pytest.mark.parametrize(("language", "written"), [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("qqq", "ltr")])
def test_the_direction_is_the_language_s(language: str, written: str) -> None:
    assert direction(language) == written
