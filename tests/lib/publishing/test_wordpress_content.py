import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.models import Markup
from igny8_lib.publishing.wordpress.comparison import differences
from igny8_lib.publishing.wordpress.content import Uploaded, content_of, has_mark
from igny8_lib.text.html import headings, plain_text, sanitise
from tests.lib.publishing.wordpress_articles import HTML, article, picture

MARK = "0123-abc"
MARKUPS = st.sampled_from(Markup)
BLOCK = re.compile(r"<!-- (/?)wp:([a-z-]+)( \{.*?\})? -->")


def written(html: str, markup: Markup, pictures: int = 0) -> str:
    drawn = tuple(picture(position) for position in range(pictures))
    media = {each.position: Uploaded(100 + each.position, f"/u/{each.position}.webp", 40, 30) for each in drawn}
    return content_of(article(html=html, pictures=drawn), media, markup, MARK)


def block(html: str) -> str:
    return written(sanitise(html), Markup.BLOCKS).rpartition("\n\n<!-- wp:html -->\n<!-- igny8")[0]


@given(html=HTML, markup=MARKUPS, pictures=st.integers(0, 4))
def test_no_text_is_lost_whatever_the_markup(html: str, markup: Markup, pictures: int) -> None:
    content = written(html, markup, pictures)
    assert plain_text(content) == plain_text(html)
    assert headings(content) == headings(html)


@given(html=HTML, pictures=st.integers(0, 4))
def test_both_markups_say_the_same(html: str, pictures: int) -> None:
    assert differences(written(html, Markup.CLASSIC, pictures), written(html, Markup.BLOCKS, pictures)) == []


@given(html=HTML, markup=MARKUPS)
def test_the_mark_stands_at_the_end_once(html: str, markup: Markup) -> None:
    content = written(html, markup)
    assert has_mark(content, MARK)
    assert not has_mark(content, "0123-ab")
    assert content.count("igny8:") == 1
    assert content.removesuffix("\n<!-- /wp:html -->").endswith(f"<!-- igny8:{MARK} -->")


@given(html=HTML, markup=MARKUPS)
def test_nothing_is_run_as_a_shortcode_and_no_line_end_becomes_a_break(html: str, markup: Markup) -> None:
    content = written(html, markup)
    assert not re.search(r"\[/?[a-z]", content)
    for paragraph in BeautifulSoup(content, "html.parser").find_all("p"):
        assert "\n" not in paragraph.get_text()


@given(html=HTML, pictures=st.integers(0, 4))
def test_blocks_are_closed_in_the_order_in_which_they_were_opened(html: str, pictures: int) -> None:
    opened: list[str] = []
    for end, name, _ in BLOCK.findall(written(html, Markup.BLOCKS, pictures)):
        if end:
            assert opened.pop() == name
        else:
            opened.append(name)
    assert opened == []


@given(html=HTML)
def test_everything_stands_in_a_block(html: str) -> None:
    depth, end = 0, 0
    content = written(html, Markup.BLOCKS)
    for found in BLOCK.finditer(content):
        if depth == 0:
            assert not content[end : found.start()].strip()
        depth += -1 if found[1] else 1
        end = found.end()
    assert not content[end:].strip()


@pytest.mark.parametrize("markup", Markup)
def test_pictures_of_the_article_have_their_numbers_and_the_featured_one_stays_out(markup: Markup) -> None:
    content = written("<p>a</p><h2>b</h2><p>c</p>", markup, 3)
    images = BeautifulSoup(content, "html.parser").find_all("img")
    assert [image["class"] for image in images] == [["wp-image-101"], ["wp-image-102"]]
    assert [image["alt"] for image in images] == ["A cup & a pot"] * 2
    assert all("wp-block-image" in image.parent["class"] for image in images)


def test_classic_pictures_say_their_size_and_blocks_leave_it_to_wordpress() -> None:
    html = "<p>a</p><h2>b</h2>"
    assert 'width="40" height="30"' in written(html, Markup.CLASSIC, 2)
    assert (
        '<!-- wp:image {"id":101,"sizeSlug":"full","linkDestination":"none"} -->\n'
        '<figure class="wp-block-image size-full"><img src="/u/1.webp" alt="A cup &amp; a pot" '
        'class="wp-image-101"/></figure>\n<!-- /wp:image -->'
    ) in written(html, Markup.BLOCKS, 2)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p>", "<!-- wp:paragraph -->\n<p>a</p>\n<!-- /wp:paragraph -->"),
        ("a <b>c</b>", "<!-- wp:paragraph -->\n<p>a <b>c</b></p>\n<!-- /wp:paragraph -->"),
        ("<h2>a</h2>", '<!-- wp:heading -->\n<h2 class="wp-block-heading">a</h2>\n<!-- /wp:heading -->'),
        (
            "<h3>a</h3>",
            '<!-- wp:heading {"level":3} -->\n<h3 class="wp-block-heading">a</h3>\n<!-- /wp:heading -->',
        ),
        (
            "<ol start='3'><li>a</li></ol>",
            (
                '<!-- wp:list {"ordered":true,"start":3} -->\n<ol start="3" class="wp-block-list">'
                "<!-- wp:list-item -->\n<li>a</li>\n<!-- /wp:list-item --></ol>\n<!-- /wp:list -->"
            ),
        ),
        (
            "<ul><li><p>a</p></li></ul>",
            (
                '<!-- wp:list -->\n<ul class="wp-block-list"><!-- wp:list-item -->\n'
                "<li>a</li>\n<!-- /wp:list-item --></ul>\n<!-- /wp:list -->"
            ),
        ),
        (
            "<blockquote><p>a</p></blockquote>",
            (
                '<!-- wp:quote -->\n<blockquote class="wp-block-quote"><!-- wp:paragraph -->\n<p>a</p>\n'
                "<!-- /wp:paragraph --></blockquote>\n<!-- /wp:quote -->"
            ),
        ),
        (
            "<table>\n<tr>\n<td>a</td></tr></table>",
            (
                '<!-- wp:table {"hasFixedLayout":false} -->\n<figure class="wp-block-table"><table><tbody><tr>'
                "<td>a</td></tr></tbody></table></figure>\n<!-- /wp:table -->"
            ),
        ),
        (
            "<pre><code>a\n b</code></pre>",
            '<!-- wp:code -->\n<pre class="wp-block-code"><code>a\n b</code></pre>\n<!-- /wp:code -->',
        ),
        (
            "<figure><img src='a' alt='b'><figcaption>c</figcaption></figure>",
            (
                '<!-- wp:image -->\n<figure class="wp-block-image"><img src="a" alt="b"/>'
                '<figcaption class="wp-element-caption">c</figcaption></figure>\n<!-- /wp:image -->'
            ),
        ),
        (
            "<hr>",
            '<!-- wp:separator -->\n<hr class="wp-block-separator has-alpha-channel-opacity"/>\n<!-- /wp:separator -->',
        ),
    ],
)
def test_blocks_are_written_as_the_editor_writes_them(html: str, expected: str) -> None:
    assert block(html) == expected


@pytest.mark.parametrize(
    "html",
    [
        '<p lang="de">a</p>',
        '<p><img src="a" alt=""></p>',
        "<ul><li>a<p>b</p></li></ul>",
        '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
        "<table><caption>a</caption><tbody><tr><td>b</td></tr></tbody></table>",
        "<dl><dt>a</dt><dd>b</dd></dl>",
        "<blockquote><h2>a</h2><dl><dt>b</dt></dl></blockquote>",
    ],
)
def test_what_has_no_exact_block_stands_as_it_is_in_an_html_block(html: str) -> None:
    assert block(html) == f"<!-- wp:html -->\n{html}\n<!-- /wp:html -->"
