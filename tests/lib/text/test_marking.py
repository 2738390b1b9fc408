"""Marks around places of a text: nothing else of the HTML changes, and what is marked is what was named."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.text.html import plain_text, sanitise
from igny8_lib.text.html_map import read_blocks
from igny8_lib.text.marking import mark

MARKS = re.compile(r'<mark(?: id="place-[0-9]+")?>|</mark>')
TAGS = ("<p>", "</p>", "<b>bud</b>", '<a href="/x>y">l', "</a>", "<br>", "<h2>When</h2>", "<li>", "<td>1</td>")
PIECES = st.sampled_from(
    (*TAGS, "Roses ", "&amp; ", "é", "\n", '<img src="a.png" alt="">', "<!-- c -->", "<", "&", "&nope;")
)


def marked(html: str, *texts: str) -> str:
    """The HTML with these pieces of it marked."""
    return mark(html, [(html.index(text), html.index(text) + len(text)) for text in texts])


def test_a_sentence_over_links_and_emphasis_is_marked_piece_by_piece_with_one_id() -> None:
    html = "<p>One. Cut <b>above</b> a bud. Two.</p>"
    wanted = '<p>One. <mark id="place-1">Cut </mark><b><mark>above</mark></b><mark> a bud.</mark> Two.</p>'
    assert marked(html, "Cut <b>above</b> a bud.") == wanted


def test_each_place_has_its_own_number_and_what_overlaps_is_one() -> None:
    html = "<p>One two three four</p>"
    told = mark(html, [(11, 16), (3, 6), (4, 10)])
    assert told == '<p><mark id="place-1">One two</mark> <mark id="place-2">three</mark> four</p>'


@pytest.mark.parametrize(
    ("html", "place", "told"),
    [
        ("<p>A &amp; B</p>", "&amp;", '<p>A <mark id="place-1">&amp;</mark> B</p>'),
        ("<h2>When</h2><p>x</p>", "<h2>When</h2>", '<h2><mark id="place-1">When</mark></h2><p>x</p>'),
        ('<p>x</p><img src="a">', '<img src="a">', '<p>x</p><mark id="place-1"><img src="a"></mark>'),
        ("<p>a</p><p>b</p>", "<p>a</p><p>b</p>", '<p><mark id="place-1">a</mark></p><p><mark>b</mark></p>'),
    ],
)
def test_references_headings_images_and_blocks_are_marked_whole(html: str, place: str, told: str) -> None:
    assert marked(html, place) == told


@given(st.lists(PIECES, max_size=30).map("".join), st.lists(st.tuples(st.integers(-5, 300), st.integers(-5, 300))))
def test_without_its_marks_the_html_is_what_it_was(html: str, places: list[tuple[int, int]]) -> None:
    assert MARKS.sub("", mark(html, places)) == html


@given(st.lists(PIECES, max_size=30).map("".join))
def test_marks_stay_within_elements_so_that_readers_see_the_same_text(html: str) -> None:
    clean = sanitise(html)
    told = mark(clean, [(0, len(clean))])
    assert plain_text(MARKS.sub("", told)) == plain_text(clean)
    assert sum(len(block.text) for block in read_blocks(told)) >= sum(len(block.text) for block in read_blocks(clean))
    assert not re.search(r"<mark[^>]*>(?:(?!</mark>)<[^>]*)*<(?!/mark|br|img|wbr|!)", told)
