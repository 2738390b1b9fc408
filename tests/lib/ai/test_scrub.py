"""The one cleaner of what a provider sends: no part of the key, nothing the database refuses, nothing without end."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.ai.failures import failure_of
from igny8_lib.ai.scrub import MAX_TEXT, PART, Scrubber
from igny8_lib.text.characters import storable

KEY = "sk-proj-Zq8/vT3+kL0xW9nB4yRt7uHs2"
SCRUBBER = Scrubber(KEY)


@given(st.text(), st.integers(0, len(KEY) - PART), st.integers(PART, len(KEY)), st.text(), st.integers(0, 400))
def test_no_part_of_the_key_is_left_wherever_it_stands_and_the_text_is_cut(
    before: str, start: int, length: int, behind: str, longest: int
) -> None:
    part = KEY[start : start + length]
    scrubbed = SCRUBBER.scrub(f"{before}{part}{behind}{part}", longest)
    assert not [at for at in range(len(KEY) - PART + 1) if KEY[at : at + PART] in scrubbed]
    assert len(scrubbed) <= longest


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_a_text_without_the_key_stays_as_it_is(text: str) -> None:
    assert SCRUBBER.scrub(text) == storable(text)


@pytest.mark.parametrize("shift", ["", "a", "ab"])
def test_the_key_is_found_in_the_ways_it_is_written(shift: str) -> None:
    coded = base64.b64encode(f"{shift}{KEY}".encode()).decode()
    for written in (coded, coded.replace("+", "-").replace("/", "_"), quote(KEY, safe=""), KEY.replace("/", "\\/")):
        assert len(SCRUBBER.scrub(f"it was {written}!").replace("***", "")) <= len("it was !") + PART


def test_a_character_that_is_taken_out_hides_no_key() -> None:
    assert SCRUBBER.scrub("\0".join(KEY)) == "***"


def test_a_key_at_the_end_of_what_is_read_is_not_cut_in_two() -> None:
    text = " " * (MAX_TEXT - 10) + KEY * 40
    assert SCRUBBER.sentence(text, 300).replace("***", "") == ""
    assert KEY[:PART] not in SCRUBBER.scrub(text)


def test_a_word_that_is_no_secret_stays() -> None:
    assert Scrubber("none").scrub("none of them") == "none of them"
    assert KEY not in repr(SCRUBBER)


def test_a_document_is_cleaned_in_names_and_values_but_not_in_pictures() -> None:
    document = {"b64_json": "A" * 10, KEY: [KEY, {"x": "a\0b", "url": 7}], "n": 3}
    assert SCRUBBER.scrub_document(document) == {"b64_json": "A" * 10, "***": ["***", {"x": "ab", "url": 7}], "n": 3}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(KEY),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.just("error"), inner, max_size=4),
        max_leaves=12,
    ),
    st.sampled_from([300, 400, 401, 403, 404, 422, 429, 500, 504]),
)
def test_any_error_body_becomes_a_short_sentence_without_the_key(body: object, status: int) -> None:
    told = str(failure_of(status, body, {}, SCRUBBER))
    assert KEY[:PART] not in told
    assert (told, len(told) < 700) == (storable(told), True)
    assert json.dumps(told)
