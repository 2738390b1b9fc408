"""Files of HTML: whole pages and fragments, in the encodings that there are."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from igny8_lib.analysis.encoding import decode
from igny8_lib.analysis.page import read_page
from igny8_lib.errors import InvalidInput
from igny8_lib.text.html import plain_text

PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><title>Smoke &amp; fire | Homes</title>
<meta name="Description" content="All about
 smoke."><link rel="canonical" href="https://www.homes.example/guides/smoke-alarms/"></head>
<body><header><a href="/">Home</a></header><nav>Menu</nav>
<main><header><h1>Smoke alarms</h1></header><p>Text.</p><aside>Adverts</aside><script>if (a</b) {}</script></main>
<footer>Imprint</footer></body></html>
"""


def test_a_page_tells_its_title_description_address_and_language() -> None:
    page = read_page(PAGE)
    assert (page.title, page.meta_title, page.meta_description) == (
        "Smoke alarms",
        "Smoke & fire | Homes",
        "All about smoke.",
    )
    assert (page.language, page.slug, page.host) == ("en-GB", "smoke-alarms", "www.homes.example")


def test_what_stands_around_the_article_is_blank_and_places_stay() -> None:
    page = read_page(PAGE)
    assert plain_text(page.html) == "Smoke alarms Text."
    assert len(page.html) == len(PAGE)
    assert page.html.index("<p>Text") == PAGE.index("<p>Text")
    assert page.html.count("\n") == PAGE.count("\n")


def test_an_article_is_preferred_where_there_is_one_and_several_are_a_list() -> None:
    one = "<html><body><p>a</p><main><p>b</p><article><p>c</p><article>d</article></article></main></body></html>"
    assert plain_text(read_page(one).html) == "c d"
    two = "<html><body><p>a</p><main><article>b</article><article>c</article></main></body></html>"
    assert plain_text(read_page(two).html) == "b c"
    assert plain_text(read_page("<title>T</title><p>a</p><nav>b</nav>").html) == "a"


def test_a_fragment_is_the_article_itself_and_its_fields_are_not_known() -> None:
    page = read_page("<h1>Head</h1><form>x</form><p>y</p>")
    assert page.html == "<h1>Head</h1><form>x</form><p>y</p>"
    assert (page.title, page.slug, page.meta_title, page.meta_description) == ("Head", None, None, None)


def test_a_page_without_a_description_lacks_one() -> None:
    page = read_page("<html><head></head><body>x</body></html>")
    assert (page.meta_title, page.meta_description) == ("", "")


@given(
    st.lists(st.sampled_from([*PAGE.split(), "<main>", "</main>", "<nav>", "<title>", "<link href='//['>"])).map(
        "".join
    )
)
@example("<link rel=canonical href='https://[/x'>")
@example("<html><main></body><nav></main>x")
def test_no_file_breaks_the_reading_and_every_character_keeps_its_place(html: str) -> None:
    page = read_page(html)
    assert len(page.html) == len(html)
    assert all(kept in {original, " "} for kept, original in zip(page.html, html, strict=True))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>Über".encode(), "<p>Über"),
        (codecs.BOM_UTF8 + "Über".encode(), "Über"),
        (codecs.BOM_UTF16_LE + "Über".encode("utf-16-le"), "Über"),
        (codecs.BOM_UTF16_BE + "Über".encode("utf-16-be"), "Über"),
        ("<p>Über €".encode("cp1252"), "<p>Über €"),
        ("<meta charset='windows-1251'>Привет".encode("cp1251"), "<meta charset='windows-1251'>Привет"),
        ("<META http-equiv=x content='text/html; charset=iso-8859-1'>€".encode("cp1252"), None),
        ("<meta charset=utf-16>Über".encode(), "<meta charset=utf-16>Über"),
        ("<meta charset=utf-8>Über".encode("cp1252"), "<meta charset=utf-8>Über"),
        ("<meta charset=no-such>Über".encode(), "<meta charset=no-such>Über"),
        ("<meta charset=base64>Über".encode(), "<meta charset=base64>Über"),
        ("<meta charset=gb2312>中文".encode("gb2312"), "<meta charset=gb2312>中文"),
        ("<meta charset=big5>中文".encode("big5"), "<meta charset=big5>中文"),
        ("<meta charset=euc-kr>한국".encode("euc_kr"), "<meta charset=euc-kr>한국"),
        ("<meta charset=koi8-r>Да".encode("koi8-r"), "<meta charset=koi8-r>Да"),
        ("<meta charset=shift_jis>日本".encode("shift_jis"), "<meta charset=shift_jis>日本"),
    ],
)
def test_bytes_become_text_as_in_browsers(content: bytes, text: str | None) -> None:
    assert decode(content) == (text or "<META http-equiv=x content='text/html; charset=iso-8859-1'>€")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidInput, match="NUL"):
        decode(b"\x89PNG\r\n\x1a\n\0\0")


@given(st.binary().filter(lambda content: b"\0" not in content))
@example(b"<meta charset=rot13>a")
@example(b"<meta charset=idna>\xff")
@example(b"<meta charset=unicode_escape>\\ud800")
def test_any_other_bytes_become_text_that_can_be_written(content: bytes) -> None:
    decode(content).encode()
