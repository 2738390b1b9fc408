"""Stems: what the forms of a word have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.text.stems import CACHED_WORDS, has_stems, stem, stems


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Pruning roses", "prune rose", "en"),
        ("men\u2019s lamps", "men's lamp", "en-GB"),
        ("Häuser", "haus", "de"),
        ("lámparas", "lámpara", "es"),
        ("лампы", "лампа", "ru"),
        ("blue-lamp, (best)", "blue lamp best", "en"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str, language: str) -> None:
    assert stems(one, language) == stems(other, language)


def test_a_language_without_stems_is_compared_by_its_letters() -> None:
    assert has_stems("pt-BR")
    assert not has_stems("ja")
    assert stems("Đèn Bàn", "vi") == ["đèn", "bàn"]
    assert stems("SEO対策の", "ja") == ["seo", "対策", "策の"]
    assert stems("灯", "zh") == ["灯"]


@given(st.text(max_size=60), st.sampled_from(["en", "de", "ru", "ja", "vi"]))
def test_stems_are_never_empty_and_a_text_twice_gives_them_twice(text: str, language: str) -> None:
    found = stems(text, language)
    assert all(part.strip() for part in found)
    assert stems(f"{text} {text}", language) == found * 2


def test_each_distinct_word_is_stemmed_once() -> None:
    before = stem.cache_info()
    stems("zinnia zinnias " * 5_000, "en")
    after = stem.cache_info()
    assert after.misses - before.misses <= 2
    assert after.maxsize == CACHED_WORDS
