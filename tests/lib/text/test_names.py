"""Names: what is taken out of them, and which are too long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.text.names import CLUSTER_NAME, TITLE, clean_name, fits, is_blank

ODD = st.text(alphabet="aé漢ن \t\n\x00\x07\u200b\u200c\u200d\u202e\u2066\ufe0f\u2764\ufeff\ud800", max_size=12)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("  Blue \n lamps ", "Blue lamps"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("a\u2066b\u2069\u200bc\x07\x00", "abc"),
        ("lamp\u200d", "lamp"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u2764\ufe0f love", "\u2764\ufe0f love"),
    ],
)
def test_names_lose_what_nobody_sees_and_keep_what_shapes_letters(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(ODD)
def test_cleaning_twice_changes_nothing_and_a_visible_name_stays_visible(name: str) -> None:
    clean = clean_name(name)
    assert clean_name(clean) == clean
    assert not set(clean) & set("\u202e\u2066\u200b\x00\x07\ud800\n")
    assert is_blank(clean) == is_blank(name)


@pytest.mark.parametrize("name", ["", " ", "\u200b\u2060", "\u3164", "\u202e\u2800", "\x00"])
def test_invisible_names_are_blank(name: str) -> None:
    assert is_blank(name)


def test_a_name_fits_by_its_characters_and_by_the_bytes_of_its_index() -> None:
    assert fits("x" * CLUSTER_NAME, CLUSTER_NAME)
    assert not fits("x" * (CLUSTER_NAME + 1), CLUSTER_NAME)
    assert not fits("\ufdfa" * TITLE, TITLE)
