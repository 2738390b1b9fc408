"""What becomes of blocks, links within the page, languages, depth, fences and headings that repeat the title."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.text.html import plain_text, sanitise, without_title
from igny8_lib.text.html_depth import MAX_DEPTH, MAX_FORMATTING, MAX_TAG, bound_depth
from igny8_lib.text.html_policy import INLINE
from igny8_lib.text.markdown import markdown_in, without_fence

BLOCKS = ["center", "fieldset", "dialog", "details", "div", "form", "button", "article", "x-note", "answer", "search"]


@pytest.mark.parametrize("tag", BLOCKS)
def test_words_of_neighbouring_blocks_stay_apart(tag: str) -> None:
    html = f"<{tag}>One</{tag}><{tag}>Two</{tag}>three"
    assert plain_text(html) == plain_text(sanitise(html)) == "One Two three"


@pytest.mark.parametrize("tag", sorted(INLINE - {"wbr", "link", "meta", "area", "base", "param", "basefont"}))
def test_inline_elements_do_not_cut_a_word(tag: str) -> None:
    html = f"<p>o<{tag}>n</{tag}>e</p>"
    assert plain_text(html) == plain_text(sanitise(html)) == "one"


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<details><summary>What?</summary>An answer.</details>", "<p>What?</p>An answer."),
        ("<details><summary><h3>What?</h3></summary><p>So.</p></details>", "<h3>What?</h3><p>So.</p>"),
        ("<menu><li>One</li></menu>", "<ul><li>One</li></ul>"),
        ('<a href="#costs">C</a><h2 id="costs">Costs</h2>', '<a href="#costs">C</a><h2 id="costs">Costs</h2>'),
        ('<a href="#costs">C</a><h2>Costs</h2>', "<a>C</a><h2>Costs</h2>"),
        ('<h2 id="costs">Costs</h2>', "<h2>Costs</h2>"),
        ('<a href="#a">C</a><p id="a">x</p><p id="a">y</p>', '<a href="#a">C</a><p id="a">x</p><p>y</p>'),
        ('<a href="#a">C</a><div id="a"><h2>x</h2></div>', '<a href="#a">C</a>\n<h2 id="a">x</h2>'),
        ('<a href="#a">C</a><h2><a name="a"></a>x</h2>', '<a href="#a">C</a><h2 id="a"><a></a>x</h2>'),
        ('<a href="#a">C</a><div id="a">x</div>', "<a>C</a>\nx"),
        ('<a href="#caf%C3%A9">C</a><h2 id="café">x</h2>', '<a href="#caf%C3%A9">C</a><h2 id="café">x</h2>'),
        ('<a href="#top">Up</a><a href="#">x</a>', '<a href="#top">Up</a><a>x</a>'),
        ('<p dir="RTL" lang="ar">x</p>', '<p dir="rtl" lang="ar">x</p>'),
        ('<p dir="sideways" lang="a b">x</p>', "<p>x</p>"),
        ('<div dir="rtl"><p>x</p></div>', '<p dir="rtl">x</p>'),
        (
            '<p><span lang="fr">mot</span> <span>x</span> <bdi>y</bdi></p>',
            '<p><span lang="fr">mot</span> x <bdi>y</bdi></p>',
        ),
        ("<p>x</p><p> </p>", "<p>x</p>"),
    ],
)
def test_structure(html: str, kept: str) -> None:
    assert re.sub(r"\n+", "\n", sanitise(html)) == kept
    assert sanitise(sanitise(html)) == sanitise(html)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "x" + "</div>" * 100_000,
        "".join(f"<b a={n}><div></b>" for n in range(3_000)) + "x",
        "".join(f"<x-{n}>" for n in range(3_000)) + "x",
        "<table><tr><td>" * 3_000 + "x",
    ],
)
def test_nothing_nests_deeper_than_the_bound_whatever_comes(html: str) -> None:
    shallow = bound_depth(html)
    names = Counter(re.findall(r"<([a-z][^\s>]*)", shallow)) - Counter(re.findall(r"</([a-z][^\s>]*)", shallow))
    counted = {name: number for name, number in names.items() if name not in {"tr", "td"}}
    assert sum(counted.values()) <= MAX_DEPTH
    assert counted.get("b", 0) <= MAX_FORMATTING
    assert plain_text(sanitise(html)) == "x"


def test_a_tag_of_endless_attributes_is_left_out() -> None:
    assert sanitise(f"<p {'a=1 ' * MAX_TAG}>x</p>") == "x"


@given(st.text(alphabet="<>/divpb ab'\"=", max_size=60))
def test_what_is_not_deep_is_not_touched(html: str) -> None:
    assert bound_depth(html) == html


def test_a_heading_that_repeats_the_title_goes() -> None:
    html = '<h2 dir="ltr">Men’s  <em>Lamps</em>!</h2><p>x</p><h2>Other</h2><h3>men\'s lamps</h3>'
    assert without_title(html, "Men's lamps") == "<p>x</p><h2>Other</h2>"
    assert without_title("<h2>Lamps</h2>", "Men's lamps") == "<h2>Lamps</h2>"


@pytest.mark.parametrize(
    "text",
    [
        "```html\n<p>x</p>\n```",
        "\ufeff ```\n<p>x</p>\n```\n",
        "~~~html\n<p>x</p>\n~~~",
        "```html <p>x</p>```",
        "<p>x</p>",
    ],
)
def test_a_fence_around_all_of_it_comes_off(text: str) -> None:
    assert without_fence(text) == "<p>x</p>"


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("## Part\ntext", "heading"),
        ("<p>## Part</p>", "heading"),
        ("<p>very **bold** indeed</p>", "bold"),
        ("<p>see [this](https://a.example)</p>", "link"),
        ("<p>| a | b |\n|---|---|\n</p>", "table"),
        ("<p>a</p>- one\n- two", "list"),
        ("1. one\n2. two", "list"),
        ("<p>x</p>\n```html\n<p>y</p>", "fence"),
    ],
)
def test_markdown_is_found(html: str, kind: str) -> None:
    assert kind in (markdown_in(html) or "")


@pytest.mark.parametrize(
    "html",
    [
        "<pre><code># comment\n- a\n- b\n**x**</code></pre>",
        "<p>use <code>**bold**</code></p>",
        "<p>#1 choice, 2 ** 3 ** 4, C# code</p>",
        "<p>- a single dash</p><p>more</p>",
        "<ul><li>one</li><li>two</li></ul>",
    ],
)
def test_code_and_ordinary_text_are_no_markdown(html: str) -> None:
    assert markdown_in(html) is None
