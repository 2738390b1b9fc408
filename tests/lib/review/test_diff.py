"""The difference of two versions leads from either to the other, and calls nothing changed that stayed."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.models import ContentVersion
from igny8_lib.review.diff import Kind, after_of, before_of, blocks_of, diff, diff_blocks, sentences_of
from igny8_lib.review.versions import FIELDS

SENTENCES = st.sampled_from(["Cut now. ", "Wait! ", "Why? ", "Use 3.5 cm.", "これ。", "「はい。」と。", "… so", "a"])
PARAGRAPHS = st.lists(SENTENCES, max_size=4).map("".join)
HTML = st.lists(PARAGRAPHS, max_size=6).map(lambda texts: "".join(f"<p>{text}</p>" for text in texts))


def version(html: str = "<p>Cut now.</p>", **values: object) -> ContentVersion:
    empty = {name: [] if name in {"secondary_keywords", "tags", "categories"} else "" for name in FIELDS}
    return ContentVersion(**(empty | {"html": html} | values))


@given(HTML, HTML)
def test_the_diff_gives_both_sides(one: str, other: str) -> None:
    found = diff(version(one), version(other))
    assert before_of(found) == blocks_of(one)
    assert after_of(found) == blocks_of(other)


@given(st.lists(st.text(min_size=1), max_size=8), st.lists(st.text(min_size=1), max_size=8))
def test_the_diff_of_any_texts_gives_both_sides(one: list[str], other: list[str]) -> None:
    found = diff_blocks(one, other)
    assert [block.side(Kind.ADDED) for block in found if block.kind is not Kind.ADDED] == one
    assert [block.side(Kind.REMOVED) for block in found if block.kind is not Kind.REMOVED] == other


@given(HTML)
def test_a_version_does_not_differ_from_itself(html: str) -> None:
    found = diff(version(html), version(html))
    assert (found.fields, found.markup_only) == ((), False)
    assert all(block.kind is Kind.SAME for block in found.blocks)


@given(HTML, HTML)
def test_the_way_back_is_the_way_there_with_added_and_removed_exchanged_in_its_texts(one: str, other: str) -> None:
    there, back = diff(version(one), version(other)), diff(version(other), version(one))
    assert (before_of(there), after_of(there)) == (after_of(back), before_of(back))


@given(st.text())
def test_sentences_put_together_are_the_text(text: str) -> None:
    assert "".join(sentences_of(text)) == text


def test_a_changed_sentence_is_told_within_its_paragraph() -> None:
    found = diff(version("<p>One stays. Two goes. Three stays.</p>"), version("<p>One stays. New. Three stays.</p>"))
    (block,) = found.blocks
    assert block.kind is Kind.CHANGED
    assert [(piece.kind.value, piece.text) for piece in block.pieces] == [
        ("same", "One stays. "),
        ("removed", "Two goes. "),
        ("added", "New. "),
        ("same", "Three stays."),
    ]


def test_paragraphs_come_and_go_around_those_that_stay() -> None:
    found = diff(version("<p>Old.</p><p>Stays.</p>"), version("<p>Stays.</p><h2>New</h2>"))
    assert [(block.kind.value, block.pieces[0].text) for block in found.blocks] == [
        ("removed", "Old."),
        ("same", "Stays."),
        ("added", "New"),
    ]


def test_fields_and_markup_are_told_beside_the_text() -> None:
    found = diff(version(title="Old", tags=["a"]), version("<p><strong>Cut</strong> now.</p>", title="New", tags=["b"]))
    assert [(field.name, field.before, field.after) for field in found.fields] == [
        ("title", "Old", "New"),
        ("tags", ["a"], ["b"]),
    ]
    assert found.markup_only
    assert not diff(version(), version("<p>Other.</p>")).markup_only


def test_a_long_monotonous_text_is_compared_at_once() -> None:
    began = time.process_time()
    diff(version("<p>Same.</p>" * 5_000), version("<p>Same.</p>" * 5_001 + "<p>Other.</p>"))
    diff(version("." * 100_000), version("." * 99_999 + "!"))
    assert time.process_time() - began < 10
