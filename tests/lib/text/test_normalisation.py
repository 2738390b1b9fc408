"""When two texts are the same keyword, and which texts are keywords."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.text.normalisation import MAX_LENGTH, normalise, refusal_reason, tidy


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Granny Flat", "granny  flat "),
        ("granny\u00a0flat", "granny flat"),
        ("granny\nflat", "granny flat"),
        ("STRASSE", "straße"),
        ("cafe\u0301", "café"),
        ("ｗｅｂ", "web"),
        ("ﬁne", "fine"),
        ("gran\u00adny", "granny"),
        ("\ufeffgranny", "granny"),
    ],
)
def test_texts_that_people_cannot_tell_apart_are_the_same_keyword(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), [("résumé", "resume"), ("c++", "c"), ("новосёл", "новосел"), ("ab", "a b")])
def test_texts_that_mean_something_else_stay_apart(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.text(max_size=40))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=40))
def test_a_keyword_taken_is_never_empty_however_it_is_looked_at(text: str) -> None:
    if refusal_reason(text) is None:
        assert tidy(text)
        assert normalise(tidy(text))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no keyword"),
        (" \t\n\u200b", "no keyword"),
        ("roof\x07 repair", "control characters"),
        ("\x1b[31m", "control characters"),
        ("caf\ufffd", "damaged characters"),
        ("!!! ???", "no letter or digit"),
        ("👍", "no letter or digit"),
        ("https://example.com/a", "a web address"),
        ("a" * (MAX_LENGTH + 1), "longer than"),
        ("\ufdfa" * MAX_LENGTH, "longer than"),
    ],
)
def test_what_is_no_keyword_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert reason in (refusal_reason(text) or "")


@pytest.mark.parametrize("text", ["c++", "4 in 1", "東京", "what is ndis?", "site:example.com", "a" * MAX_LENGTH])
def test_unusual_keywords_are_taken(text: str) -> None:
    assert refusal_reason(text) is None
