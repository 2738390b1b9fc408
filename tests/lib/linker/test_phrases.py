"""What articles are called, in any inflection, and the places of words in any text."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.linker.addresses import absolute, address
from igny8_lib.linker.anchors import Source
from igny8_lib.linker.phrases import number, phrases
from igny8_lib.linker.stems import read_stems, runs
from igny8_lib.models import PhraseKind

TEXTS = st.text(st.sampled_from("aäß'’ -‐,.&+#\u00ad\u200b\n1éЖ東京タ ไทย<>;") | st.characters(), max_size=80)


def code(text: str, language: str = "en") -> int:
    return number(read_stems(text, language).codes)


def called(title: str, primary: str = "", *secondary: str, text: str = "", language: str = "en") -> dict[int, str]:
    counts: Counter[int] = Counter()
    for stem in read_stems(text, language).codes:
        counts[stem & 0xFFFFFFFF] += 1
    return {key: kind.value for key, kind in phrases(title, primary, secondary, counts, language).items()}


@given(TEXTS, st.sampled_from(["en", "de", "ja", "th", "xx"]))
def test_any_text_has_its_words_in_order_each_with_its_place(text: str, language: str) -> None:
    stems = read_stems(text, language)
    assert {len(each) for each in (stems.starts, stems.ends, stems.codes, stems.edges, stems.tells, stems.joined)} == {
        len(stems)
    }
    assert stems.starts == sorted(stems.starts)
    assert all(0 <= start < end <= len(text) for start, end in zip(stems.starts, stems.ends, strict=True))
    for length, (codes, begins) in enumerate(runs(stems, language), 1):
        for found, begin in zip(codes.tolist(), begins.tolist(), strict=True):
            assert found == number(stems.codes[begin : begin + length]) % (1 << 64)


@given(TEXTS)
def test_any_html_has_anchors_that_are_pieces_of_it_without_a_tag(html: str) -> None:
    source = Source(f"<p>First.</p><p>{html}</p>", "en")
    everything = {number % (1 << 64): None for number in source.codes}
    for mention in source.mentions(everything):
        start, end = source.blocks[mention.block].source(mention.start, mention.end)
        assert "<" not in source.html[start:end]
        assert source.html[start:end].strip()


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("apple tree", "Apple  Trees", "en"),
        ("prune roses", "pruning rose", "en"),
        ("Apfelbaum", "Apfelbäumen", "de"),
        ("l’été", "l'été", "fr"),
        ("e-mail", "e‐mail", "en"),
        ("soft\u00adware", "software", "en"),
        ("東京タワー", "東京タワー", "ja"),
    ],
)
def test_forms_of_a_phrase_have_one_number(one: str, other: str, language: str) -> None:
    assert code(one, language) == code(other, language)


@pytest.mark.parametrize(("one", "other"), [("C++", "C"), ("C#", "C"), ("apple tree", "tree apple"), ("a b", "ab")])
def test_other_words_have_other_numbers(one: str, other: str) -> None:
    assert code(one) != code(other)


def test_phrases_that_begin_with_one_word_lie_side_by_side() -> None:
    said = [
        "apple",
        "apple tree",
        "apple pie of the house",
        "pear",
        "pear tree",
        "tree apple",
        "house",
        "house of pears",
    ]
    in_order = sorted(said, key=code)
    begins = [phrase.split()[0] for phrase in in_order]
    assert len([word for word, before in zip(begins, ["", *begins], strict=False) if word != before]) == 4
    assert len({code(phrase) for phrase in said}) == len(said)


def test_the_primary_keyword_is_a_phrase_without_its_function_words_also_a_single_one() -> None:
    assert called("T", "how to prune an apple tree") == {code("prune an apple tree"): "keyword"}
    assert called("T", "Jaguar") == {code("jaguars"): "keyword"}
    assert called("T", "fire pit") == {code("fire pit"): "keyword"}
    assert called("T", "how to") == {}


def test_single_words_are_no_phrases_of_titles_and_other_keywords() -> None:
    assert called("Trees", "", "wood", "apple wood") == {code("apple wood"): "secondary"}


def test_runs_of_a_title_are_phrases_where_they_hold_a_word_of_a_keyword() -> None:
    found = called("The complete guide: dwarf apple trees", "apple tree")
    assert found[code("dwarf apple tree")] == "title"
    assert found[code("apple tree")] == "keyword"
    assert code("complete guide") not in found


def test_without_keywords_a_title_is_called_by_what_its_text_says_again_and_again() -> None:
    found = called("Guide to apple trees", text="apple trees apple tree apples trees guide")
    assert code("apple tree") in found
    assert code("Guide to apple trees") in found
    assert code("guide to apple") not in found


def test_the_surest_kind_comes_first_in_the_database() -> None:
    assert sorted(PhraseKind) == [PhraseKind.KEYWORD, PhraseKind.SECONDARY, PhraseKind.TITLE]


SAME = [
    "https://example.com/a%20b/",
    "http://www.example.com/a b",
    "HTTPS://EXAMPLE.com:443/a%20b?utm_source=x&fbclid=1#top",
]
DIFFERENT = [
    "https://example.com/A%20b",
    "https://blog.example.com/a%20b",
    "https://example.com/a%20b?p=1",
    "mailto:a@b.c",
]


def test_addresses_that_lead_to_one_page_are_the_same() -> None:
    assert {address(url) for url in SAME} == {"example.com/a%20b"}
    assert "example.com/a%20b" not in {address(url) for url in DIFFERENT}
    assert address("https://example.com/" + "x" * 2_000) == ""
    assert address(absolute("../b?x=1", "https://example.com/a/c/")) == "example.com/a/b?x=1"


@given(st.text(st.sampled_from("htps:/[]@?#&=%w.ex a1") | st.characters(), max_size=40))
def test_any_address_is_read_without_raising(href: str) -> None:
    assert len(address(absolute(href, "https://example.com/a")).encode()) <= 1_000
