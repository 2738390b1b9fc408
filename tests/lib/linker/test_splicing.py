"""Only the bytes of a link change: it is put in by offset, and what is put in comes out again to the letter."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from igny8_lib.linker.splicing import (
    Fate,
    NotWhole,
    Placement,
    clean_href,
    find,
    insert,
    is_whole,
    lead_to,
    opening,
    read_links,
    remove,
)
from igny8_lib.text.html import plain_text, sanitise
from tests.lib.linker.fragments import clean

HREF = "https://blog.example/roses/?a=1&b=2"
hrefs = st.sampled_from(
    (HREF, "/roses", 'https://x.example/"quoted" <b>', "https://x.example/ä ö", "https://x.example/it's")
)


def outside_links(html: str) -> list[tuple[int, int]]:
    """Places that may bear a link: words, and pairs of neighbours, that stand in no link yet."""
    words = [found.span() for found in re.finditer(r"[^\s<>&;]+", html)]
    spans = words + [(one[0], other[1]) for one, other in pairwise(words)]
    inside = [(link.start, link.end) for link in read_links(html)]
    free = [span for span in spans if not any(start < span[1] and span[0] < end for start, end in inside)]
    return [span for span in free if is_whole(html, *span)]


@given(clean, hrefs, st.randoms(use_true_random=False))
def test_outside_the_link_not_one_byte_changes_and_what_was_put_in_comes_out_to_the_letter(
    html: str, href: str, random: Random
) -> None:
    places = outside_links(html)
    assume(places)
    chosen, end = [], 0
    for span in sorted(random.sample(places, min(3, len(places)))):
        if span[0] >= end:
            chosen.append(Placement(*span, href))
            end = span[1]
    linked = insert(html, chosen)
    tag, done, at = opening(clean_href(href)), 0, 0
    for place in chosen:
        told = html[done : place.start] + tag + html[place.start : place.end] + "</a>"
        assert linked[at : at + len(told)] == told
        done, at = place.end, at + len(told)
    assert linked[at:] == html[done:]
    links = [link for link in read_links(linked) if link.href == clean_href(href)]
    already = [link for link in read_links(html) if link.href == clean_href(href)]
    assert len(links) == len(chosen) + len(already)
    assert plain_text(linked) == plain_text(html)
    assume(not already)
    assert remove(linked, links) == html


@given(clean, hrefs)
def test_an_article_that_people_save_later_still_has_the_link_to_the_letter(html: str, href: str) -> None:
    places = outside_links(html)
    assume(places)
    linked = insert(html, [Placement(*places[-1], href)])
    assert sanitise(linked) == linked


@given(clean, st.integers(0, 300), st.integers(0, 300))
def test_a_place_anywhere_is_either_whole_or_refused_and_never_breaks_the_html(
    html: str, start: int, size: int
) -> None:
    inside = any(link.start < start + size and start < link.end for link in read_links(html))
    assume(not inside)
    try:
        linked = insert(html, [Placement(start, start + size, HREF)])
    except NotWhole:
        return
    assert sanitise(linked) == linked
    assert plain_text(linked) == plain_text(html)


@given(st.text(), st.integers(-5, 50), st.integers(-5, 50))
def test_no_text_makes_it_raise_anything_else(html: str, start: int, end: int) -> None:
    read_links(html)
    try:
        insert(html, [Placement(start, end, HREF)])
    except NotWhole:
        return


@pytest.mark.parametrize(
    ("html", "place"),
    [
        ("<p>one <b>two</b> three</p>", "two</b> three"),
        ("<p>one <b>two</b> three</p>", "one <b>two"),
        ("<p>one</p><p>two</p>", "one</p><p>two"),
        ("<p>one<br>two</p>", "one<br>two"),
        ('<p>one <img src="/x"> two</p>', 'one <img src="/x"> two'),
        ('<p>one <a href="/x">two</a> three</p>', 'one <a href="/x">two</a> three'),
        ("<p>one <code>two</code></p>", "one <code>two</code>"),
        ('<p><img src="/roses.png" alt="roses"></p>', "roses"),
        ("<p>salt &amp; pepper</p>", "amp"),
        ("<p>salt &amp; pepper</p>", "salt &am"),
        ("<p>one   two</p>", "   "),
    ],
)
def test_no_link_cuts_an_element_a_tag_or_a_reference(html: str, place: str) -> None:
    start = html.index(place)
    with pytest.raises(NotWhole):
        insert(html, [Placement(start, start + len(place), HREF)])


def test_a_link_may_hold_whole_emphasis_and_keep_the_case_that_stands_there() -> None:
    html = "<p>About <strong>Pruning</strong> Roses &amp; more.</p>"
    start, end = html.index("<strong>"), html.index(" &amp;")
    linked = insert(html, [Placement(start, end, HREF)])
    tag = '<a href="https://blog.example/roses/?a=1&amp;b=2">'
    assert linked == f"<p>About {tag}<strong>Pruning</strong> Roses</a> &amp; more.</p>"
    assert read_links(linked)[0].text == "Pruning Roses"


def test_two_links_at_one_place_are_refused() -> None:
    with pytest.raises(NotWhole):
        insert("<p>one two</p>", [Placement(3, 10, HREF), Placement(7, 10, "/x")])


def test_what_became_of_a_link_is_told_apart() -> None:
    html = '<p><a href="/a">one</a> <a href="/b">two</a> <a href="/a">one</a></p>'
    links = read_links(html)
    fate, nearest = find(links, "/a", "one", 60)
    assert (fate, nearest) == (Fate.THERE, links[2])
    assert find(links, "/a", "two", 0) == (Fate.REWORDED, None)
    assert find(links, "/c", "two", 0) == (Fate.REDIRECTED, None)
    assert find(links, "/c", "three", 0) == (Fate.GONE, None)


def test_a_link_that_was_given_a_title_comes_out_and_leads_elsewhere_with_it() -> None:
    html = '<p>x <a title="a" href="/a?b=1&amp;c=2" rel="nofollow"><em>one</em> two</a></p>'
    (link,) = read_links(html)
    assert (link.href, link.text) == ("/a?b=1&c=2", "one two")
    assert lead_to(html, [(link, "/d?e&f")]) == html.replace("/a?b=1&amp;c=2", "/d?e&amp;f")
    assert remove(html, [link]) == "<p>x <em>one</em> two</p>"


def test_reading_links_takes_time_in_proportion_to_the_text() -> None:
    began = time.process_time()
    for hostile in ('<a href="', "<a ", '<a "', "<a x=", "<a><a>", "</a>"):
        read_links(hostile * 100_000)
    assert time.process_time() - began < 5
