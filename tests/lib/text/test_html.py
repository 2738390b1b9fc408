"""Article HTML: what gets through, and that nothing else does whatever comes in."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from igny8_lib.text.html import headings, plain_text, sanitise, word_count
from igny8_lib.text.html_policy import ALLOWED, ATTRIBUTES, EVERYWHERE


@pytest.mark.parametrize(
    ("given_html", "kept"),
    [
        ("<h1>Title</h1><p>Text</p>", "<h2>Title</h2><p>Text</p>"),
        ("<h5>Small</h5><h6>Smaller</h6>", "<h4>Small</h4><h4>Smaller</h4>"),
        ('<p onclick="x()" class="a" style="b" id="c">Text</p>', "<p>Text</p>"),
        ("<script>alert(1)</script><style>p{}</style><p>Text</p>", "<p>Text</p>"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="JaVaScRiPt:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,x">x</a>', "<a>x</a>"),
        ('<a href="/shop" target="_blank">x</a>', '<a href="/shop">x</a>'),
        ('<a href="https://a.example" rel="nofollow evil">x</a>', '<a href="https://a.example" rel="nofollow">x</a>'),
        ('<a href="mailto:a@b.example">x</a>', '<a href="mailto:a@b.example">x</a>'),
        ('<img src="data:image/png;base64,AAAA" alt="x" onerror="y()">', '<img alt="x">'),
        (
            '<figure><img src="https://a.example/b.png" alt="x" width="3" height="2"></figure>',
            '<figure><img src="https://a.example/b.png" alt="x" width="3" height="2"></figure>',
        ),
        ("<div>one</div><div>two</div>", "one\n\ntwo"),
        ("<iframe src='https://a.example'>x</iframe><p>Text</p>", "<p>Text</p>"),
        ("<p>1 &lt; 2 &amp; 3</p>", "<p>1 &lt; 2 &amp; 3</p>"),
        (
            '<table><tbody><tr><th scope="col">A</th><td colspan="2">B</td></tr></tbody></table>',
            '<table><tbody><tr><th scope="col">A</th><td colspan="2">B</td></tr></tbody></table>',
        ),
        ("<pre>\n\n  x\n\ny</pre>", "<pre>  x\n\ny</pre>"),
        ("<!-- note --><p>Text", "<p>Text</p>"),
    ],
)
def test_examples(given_html: str, kept: str) -> None:
    assert sanitise(given_html) == kept


def test_words_and_headings_are_what_a_reader_sees() -> None:
    html = "<h2>Two <em>words</em></h2><p>and f<strong>our</strong> more&nbsp;words</p><ul><li>a</li><li>b</li></ul>"
    assert headings(html) == [(2, "Two words")]
    assert plain_text(html) == "Two words and four more words a b"
    assert word_count(html) == 8
    assert word_count("<script>not seen</script>") == 0
    assert headings("<h2>never closed") == [(2, "never closed")]


class Inventory(HTMLParser):
    """What a fragment consists of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


TEXT = st.text(alphabet="abc &<>\"'\n\täж中", max_size=12)
OTHER_TAGS = (
    "h1 h5 h6 div section span script style svg iframe form button details summary xmp x-note font menu template"
)
TAGS = st.sampled_from([*sorted(ALLOWED), *OTHER_TAGS.split(), "select", "option"])
URLS = st.sampled_from(
    ["https://a.example", "/b", "javascript:x()", " java\nscript:x()", "data:x", "mailto:a@b.example", "#a", "#"]
)
ATTRIBUTE = st.one_of(
    st.tuples(st.sampled_from(["href", "src", "action", "xlink:href"]), URLS),
    st.tuples(st.sampled_from(["id", "name", "lang", "dir"]), st.sampled_from(["a", "b", "rtl", "de-CH", "x y"])),
    st.tuples(st.sampled_from(["onclick", "onerror", "style", "class", "id", "rel", "alt", "colspan"]), TEXT),
)


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An element with attributes and children, its end tag sometimes missing or wrong."""

    def build(tag: str, attributes: list[tuple[str, str]], inner: list[str], end: str) -> str:
        inside = " ".join(f'{name}="{value.replace(chr(34), "&quot;")}"' for name, value in attributes)
        closing = {"right": f"</{tag}>", "none": "", "wrong": "</p>"}[end]
        return f"<{tag} {inside}>{''.join(inner)}{closing}"

    ends = st.sampled_from(["right", "right", "none", "wrong"])
    return st.builds(build, TAGS, st.lists(ATTRIBUTE, max_size=3), st.lists(children, max_size=3), ends)


SOUP = st.lists(st.recursive(TEXT, element, max_leaves=15) | st.text(max_size=30), max_size=4).map("".join)


@given(SOUP)
def test_only_listed_tags_attributes_and_schemes_get_through(html: str) -> None:
    found = Inventory(sanitise(html))
    assert found.tags <= ALLOWED
    for tag, name, value in found.attributes:
        assert name in ATTRIBUTES.get(tag, set()) | EVERYWHERE
        assert not name.startswith("on")
        if name in {"href", "src"}:
            assert value.startswith(("https://", "mailto:", "/", "#"))


@given(SOUP)
@example("<h5><a><h5><a></h5></h5>")
@example("<dd><section></p><dt>x</dt>y")
@example("<pre>" + "\n" * 30 + "x</pre>")
@settings(max_examples=300)
def test_sanitising_twice_changes_nothing(html: str) -> None:
    once = sanitise(html)
    assert sanitise(once) == once


WORDS = st.lists(st.text(alphabet="abcdeäж中", min_size=1, max_size=8), min_size=1, max_size=5).map(" ".join)
SAFE_TAG = st.sampled_from(
    ["p", "h1", "h2", "h6", "div", "section", "li", "strong", "em", "span", "blockquote", "form"]
)


@given(st.lists(st.tuples(SAFE_TAG, WORDS), min_size=1, max_size=8))
def test_text_and_its_words_are_kept(parts: list[tuple[str, str]]) -> None:
    html = " ".join(f"<{tag}>{words}</{tag}>" for tag, words in parts)
    expected = " ".join(words for _, words in parts)
    assert plain_text(html) == expected
    assert plain_text(sanitise(html)) == expected


@given(st.lists(st.tuples(st.sampled_from(["h2", "h3", "h4"]), WORDS), max_size=5))
def test_headings_are_read_in_order(parts: list[tuple[str, str]]) -> None:
    html = "".join(f"<{tag}>{words}</{tag}><p>x</p>" for tag, words in parts)
    assert headings(html) == [(int(tag[1]), words) for tag, words in parts]
