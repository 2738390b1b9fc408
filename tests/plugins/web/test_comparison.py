"""Versions side by side, and choices of several articles, as functions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from igny8_web.pages.article.comparison import rows_of
from igny8_web.pages.content.several import picked, read_pick

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Content
from igny8_lib.review.diff import after_of, before_of, diff

SENTENCES = st.sampled_from(["Cut above a bud. ", "Use sharp tools. ", "In spring. ", "Feed them. "])
PARAGRAPHS = st.lists(st.lists(SENTENCES, min_size=1, max_size=4).map("".join), max_size=6)


def article(paragraphs: list[str]) -> Content:
    texts = dict.fromkeys(("title", "slug", "meta_title", "meta_description", "primary_keyword"), "x")
    html = "".join(f"<p>{text}</p>" for text in paragraphs)
    return Content(**texts, html=html, secondary_keywords=[], tags=[], categories=[])


@given(PARAGRAPHS, PARAGRAPHS)
def test_each_side_of_a_comparison_says_what_its_version_says(before: list[str], after: list[str]) -> None:
    found = diff(article(before), article(after))
    rows = rows_of(found)
    left = ["".join(piece.text for piece in row.before) for row in rows if row.before]
    right = ["".join(piece.text for piece in row.after) for row in rows if row.after]
    assert (left, right) == (before_of(found), after_of(found))


@given(st.integers(1, 2**63 - 1), st.integers(1, 2**31 - 1))
def test_a_choice_reads_back(article_id: int, version: int) -> None:
    assert picked([f"{article_id}:{version}"]) == {article_id: version}


@given(st.text(max_size=30))
def test_any_other_choice_is_refused_with_a_sentence(text: str) -> None:
    try:
        article_id, version = read_pick(text)
    except InvalidInput:
        return
    assert 1 <= article_id < 2**63
    assert 1 <= version < 2**31


def test_no_choice_is_none() -> None:
    with pytest.raises(InvalidInput, match="at least one article"):
        picked([])
