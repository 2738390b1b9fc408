"""The map from an article's text to its HTML: every character where it stands, whatever the HTML is."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from igny8_lib.text import html_map
from igny8_lib.text.html import plain_text, sanitise
from igny8_lib.text.html_map import Block, read_blocks
from igny8_lib.text.html_policy import ALLOWED

PIECES = [
    *(f"<{tag}>" for tag in sorted(ALLOWED)),
    *(f"</{tag}>" for tag in sorted(ALLOWED)),
    *(
        "<a href=\"/x?a=1&amp;b=2\" title='>'>",
        "<img src='https://a.example/b.png' alt='\"a > b\"'>",
        "<div>",
        "</div>",
    ),
    *(
        "&amp;",
        "&lt;",
        "&nbsp;",
        "&copy",
        "&ampx;",
        "&notin;",
        "&NotEqualTilde;",
        "&#228;",
        "&#0;",
        "&#x110000;",
        "&#1;",
    ),
    *(
        "a",
        "b c",
        " ",
        "\n",
        "ä中",
        "<",
        ">",
        "&",
        '"',
        "'",
        "=",
        "<!-- x -->",
        "<!--",
        "<?x>",
        "</>",
        "<script>",
        "x<y",
    ),
]
FRAGMENTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join)


def texts(html: str) -> list[tuple[str, str]]:
    return [(block.tag, block.text) for block in read_blocks(html)]


def test_blocks_are_read_in_order_with_what_they_stand_in() -> None:
    html = "<h2>A &amp; b</h2><ul><li>one<ul><li>two</li></ul>three</li></ul>"
    html += "bare<blockquote><p>four<br>five</p></blockquote>"
    assert texts(html) == [
        ("h2", "A & b"), ("li", "one"), ("li", "two"), ("li", "three"), ("", "bare"), ("p", "four\nfive"),
    ]  # fmt: skip
    assert [block.within for block in read_blocks(html)] == [
        ("h2",), ("ul", "li"), ("ul", "li", "ul", "li"), ("ul", "li"), (), ("blockquote", "p"),
    ]  # fmt: skip
    one, three = read_blocks(html)[1].element, read_blocks(html)[3].element
    assert one == three
    assert one is not None
    assert html[one.start :].startswith("<li>one")


def test_inline_elements_tell_their_place_in_text_and_html() -> None:
    html = '<p>See <a href="/x?a=1&amp;b" title="&quot;">the <b>big</b> one</a>.</p>'
    (block,) = read_blocks(html)
    link, bold = block.inlines
    assert block.text == "See the big one."
    assert (link.tag, link.attributes) == ("a", {"href": "/x?a=1&b", "title": '"'})
    assert block.text[link.start : link.end] == "the big one"
    assert html[link.source_start : link.source_end].startswith("<a ")
    assert html[link.source_start : link.source_end].endswith("</a>")
    assert html[bold.source_start : bold.source_end] == "<b>big</b>"
    start, end = block.source(block.text.index("big"), block.text.index("one"))
    assert html[start:end] == "big</b> "


def test_a_link_around_blocks_is_told_of_in_each() -> None:
    html = '<a href="/x"><p>one</p><p>two</p></a><p>three</p>'
    assert [[inline.tag for inline in block.inlines] for block in read_blocks(html)] == [["a"], ["a"], []]
    assert {block.inlines[0].source_end for block in read_blocks(html)[:2]} == {html.index("<p>three")}


def test_images_are_blocks_of_their_own_with_the_link_around_them() -> None:
    html = '<figure><a href="/x"><img src="a.png" alt="A cat"></a><figcaption>Cat</figcaption></figure><p>a<img>b</p>'
    blocks = read_blocks(html)
    assert [block.tag for block in blocks] == ["img", "figcaption", "p", "img"]
    assert [inline.tag for inline in blocks[0].inlines] == ["img", "a"]
    assert blocks[0].inlines[0].attributes == {"src": "a.png", "alt": "A cat"}
    assert html[blocks[0].source_start : blocks[0].source_end] == '<img src="a.png" alt="A cat">'
    assert blocks[2].text == "a b"


def test_empty_headings_and_paragraphs_are_told() -> None:
    html = "<h2></h2><p> </p><ul><li><p>x</p></li></ul>"
    assert texts(html) == [("h2", ""), ("p", ""), ("p", "x")]
    assert html[slice(*read_blocks(html)[0].source(0, 0))] == ""


def test_paragraphs_and_items_end_where_browsers_end_them() -> None:
    assert [block.within for block in read_blocks("<p>one<p>two<ul><li>a<li>b<ul><li>c</ul></ul><p>d")] == [
        ("p",), ("p",), ("ul", "li"), ("ul", "li"), ("ul", "li", "ul", "li"), ("p",),
    ]  # fmt: skip


@given(FRAGMENTS)
@example('<a href="https://a.example/?a=1&copy=2">x&nbsp;y</a>')
def test_each_character_of_clean_html_is_where_the_map_says(fragment: str) -> None:
    html = sanitise(fragment)
    for block in read_blocks(html):
        assert len(block.starts) == len(block.ends) == len(block.text)
        for at, character in enumerate(block.text):
            stands = html[block.starts[at] : block.ends[at]]
            if stands.startswith("<") and len(stands) > 1:
                assert (character, stands[1:3]) in {("\n", "br"), (" ", "im")}
            else:
                assert unescape(stands) == character


@given(FRAGMENTS)
@example("<p>a<b>b</b>c<br>d</p>e<img>f")
def test_the_blocks_hold_the_text_that_a_reader_sees(fragment: str) -> None:
    html = sanitise(fragment)
    assert " ".join(" ".join(block.text for block in read_blocks(html)).split()) == plain_text(html)


@given(FRAGMENTS | st.text())
@example("</")
@example("<svg></svg></svg>x")
@example("<b>" * 20 + "x" + "</b>" * 30)
def test_no_text_raises_and_every_place_lies_within_the_html(html: str) -> None:
    before = 0
    for block in read_blocks(html):
        check_order(block, len(html))
        if not block.image:
            assert before <= block.source_start
            before = block.source_start if not block.text else block.starts[-1]


def check_order(block: Block, length: int) -> None:
    assert 0 <= block.source_start <= block.source_end <= length
    assert list(block.starts) == sorted(block.starts)
    assert all(0 <= start < end <= length for start, end in zip(block.starts, block.ends, strict=True))
    for inline in block.inlines:
        assert 0 <= inline.start <= inline.end <= len(block.text)
        assert 0 <= inline.source_start < inline.source_end <= length
    assert len(block.within) <= html_map.MAX_DEPTH


def test_what_is_nested_deeper_than_an_article_can_be_is_read_without_its_depth() -> None:
    (block,) = read_blocks("<div>" * 1_000 + "x" + "</div>" * 1_000)
    assert (block.text, len(block.within)) == ("x", html_map.MAX_DEPTH)


UNITS = [
    "<",
    "</",
    "&",
    "&amp",
    "<p>",
    "<b>",
    "<b><p>",
    "<div>x",
    "<a ",
    '<a x="',
    "<a \"'",
    "<!--",
    "<!-- >",
    "<![",
    "=",
]
MORE_UNITS = ["<script>", "<img x=' ", "<td><p>", "<li><h2>", "<a =", "<a = ", "<svg>", "<b><i><u>x</u>", "</p", "<a/b"]


@pytest.mark.parametrize("unit", UNITS + MORE_UNITS)
def test_reading_is_linear_whatever_is_left_open(unit: str) -> None:
    # Work that grew with the square of the length would take minutes here.
    blocks = read_blocks(unit * 30_000)
    pieces = sum(len(block.inlines) + len(block.text) for block in blocks)
    assert pieces <= 30 * len(unit) * 30_000
