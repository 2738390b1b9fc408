import pytest
from hypothesis import given

from igny8_lib.publishing.wordpress.comparison import differences, fingerprint, same_name
from tests.lib.publishing.wordpress_articles import HTML


@given(html=HTML)
def test_a_text_says_the_same_as_itself(html: str) -> None:
    assert differences(html, html) == []
    assert fingerprint(html, title="a") == fingerprint(html, title="a") != fingerprint(html, title="b")


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ('<a href="/x">a</a>', '<a href="/x" rel="noopener" target="_blank">a</a>'),
        ("<p>a &amp; b&nbsp;c</p>", "<p>a &#038; b c</p>\n"),
        ("<p>a</p><p>b</p>", "<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->\n\n<p class='x'>b</p>"),
        ('<img src="/a-1.webp" alt="a" class="wp-image-7">', '<img class="size-x wp-image-7" alt="a" src="/b.webp">'),
        ("<p>[x]</p>", "<p>&#91;x]</p>"),
    ],
)
def test_what_wordpress_rewrites_without_changing_the_meaning_is_no_difference(sent: str, stored: str) -> None:
    assert differences(sent, stored) == []
    assert fingerprint(sent) == fingerprint(stored)


@pytest.mark.parametrize(
    ("sent", "stored", "said"),
    [
        ("<iframe></iframe><p>a</p>", "<p>a</p>", "WordPress removed 1 iframe."),
        ("<h2>a</h2>", "<p>a</p>", "WordPress removed 1 heading: h2 a."),
        ('<a href="/x">a</a><a href="/y">b</a>', "a b", "WordPress removed 2 links: /x a."),
        ('<img src="/a" alt="x">', '<img src="/a" alt="">', "WordPress removed 1 picture: /a x."),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a b</li></ul>", "WordPress added 1 list: ul of 1."),
        ("<table><tr><td>a</table>", "a", "WordPress removed 1 table: of 1 rows and 1 cells."),
        ("<p>a b c</p>", "<p>a b d</p>", "The text differs: “a b c” was sent, WordPress has “a b d”."),
        ("<p>a</p>", "", "The text differs: “a” was sent, WordPress has “nothing”."),
    ],
)
def test_what_differs_is_said_in_a_sentence(sent: str, stored: str, said: str) -> None:
    assert said in differences(sent, stored)
    assert fingerprint(sent) != fingerprint(stored)


def test_names_are_the_same_whatever_their_entities_and_case() -> None:
    assert same_name("Tea &amp; Coffee", "tea & coffee")
    assert not same_name("Tea", "Teas")
