"""Few links, far apart, each to another page, by words that vary; and where no link may stand there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from igny8_lib.linker.choosing import APART, Chosen, Rules, Uses, choose
from igny8_lib.linker.ranking import Candidate
from igny8_lib.linker.running_text import RunningText
from igny8_lib.linker.splicing import Placement, insert
from tests.lib.linker.fragments import clean

BASE = "https://blog.example/"
RULES = Rules(per_1000_words=3, to_one_target=20)
FIRST = "<p>First words.</p>"


def words(number: int) -> str:
    return " ".join(["word"] * number)


def candidate(html: str, anchor: str, target: int = 1, score: int = 80, nth: int = 0) -> Candidate:
    """A candidate whose anchor stands in the HTML, there for the time `nth`."""
    start = -1
    for _ in range(nth + 1):
        start = html.index(anchor, start + 1)
    href = f"https://blog.example/{target}/"
    return Candidate(target, href, f"Page {target}", anchor, start, start + len(anchor), "", score, {})


def pick(html: str, *some: Candidate, rules: Rules = RULES, uses: Uses | None = None) -> Chosen:
    return choose(RunningText(html), some, rules, uses or {}, base=BASE)


def spaced(*anchors: str, apart: int = 120) -> str:
    """Paragraphs with one anchor each, so many words apart, in a text that is long enough for them."""
    return FIRST + "".join(f"<p>{each} {words(apart)}</p>" for each in anchors) + f"<p>{words(2000)}</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<p>About roses.</p><p>More.</p>",
        FIRST + '<p>See <a href="https://other.example/">about roses</a>.</p>',
        FIRST + "<h2>About roses</h2>",
        FIRST + "<p>Type <code>roses</code>.</p>",
        FIRST + "<pre>roses</pre>",
        FIRST + "<figure><figcaption>The roses</figcaption></figure>",
        FIRST + "<blockquote>The roses</blockquote>",
        FIRST + "<blockquote><p>The roses</p></blockquote>",
        FIRST + "<table><caption>The roses</caption><tr><td>x</td></tr></table>",
        FIRST + "<table><tr><th>The roses</th></tr></table>",
        FIRST + "<table><tr><td><p>The roses</p></td></tr></table>",
        FIRST + "<button>The roses</button>",
        FIRST + '<p><img src="/roses.png" alt="the roses"></p>',
        FIRST + "the roses",
    ],
)
def test_links_stand_in_running_text_only(html: str) -> None:
    assert pick(html, candidate(html, "roses")).taken == []


@pytest.mark.parametrize(
    "around", ["{}", "<b>{}</b>", "<strong>so {} here</strong>", "<em>{}</em>", '<span lang="en">{}</span>']
)
@pytest.mark.parametrize(
    "block", ["<p>On {} again.</p>", "<ul><li>On {} again.</li></ul>", "<ol><li><p>On {}.</p></li></ol>"]
)
def test_paragraphs_and_list_items_bear_links_also_in_emphasis(around: str, block: str) -> None:
    html = FIRST + block.format(around.format("roses"))
    assert len(pick(html, candidate(html, "roses")).taken) == 1


def test_at_most_so_many_links_per_1000_words_the_surest_ones() -> None:
    anchors = [f"anchor{number}x" for number in range(9)]
    html = FIRST + "".join(f"<p>{each} {words(219)}</p>" for each in anchors)
    some = [candidate(html, each, at, score=60 + at) for at, each in enumerate(anchors)]
    assert [each.target_id for each in pick(html, *some).taken] == [4, 5, 6, 7, 8]
    assert len(pick(html, *some, rules=replace(RULES, per_1000_words=1)).taken) == 1
    assert pick(html, *some, rules=replace(RULES, per_1000_words=0)).taken == []


def test_a_short_article_may_have_one_link() -> None:
    html = FIRST + "<p>About roses and tulips.</p>" + f"<p>{words(110)} tulips</p>"
    assert len(pick(html, candidate(html, "roses"), candidate(html, "tulips", 2, nth=1)).taken) == 1


def test_links_that_are_there_already_count_whoever_put_them_in() -> None:
    html = spaced("one", "two", "three", "roses").replace("one", '<a href="/one">one</a>')
    left = f'<p><a href="https://www.blog.example/two/">x</a> {words(200)}</p>'
    html = FIRST + left + html.removeprefix(FIRST)
    rules = replace(RULES, per_1000_words=1)
    assert len(RunningText(html).standing) == 2
    assert [reason for _, reason in pick(html, candidate(html, "roses"), rules=rules).left] == [
        f"the article has 2 links, and {RunningText(html).words:,} words are not enough for more"
    ]


def test_links_to_other_websites_take_nothing_from_internal_ones() -> None:
    html = FIRST + '<p><a href="https://other.example/">x</a> and roses.</p>'
    assert len(pick(html, candidate(html, "roses")).taken) == 1


def test_one_link_per_paragraph() -> None:
    html = FIRST + f"<p>roses {words(150)} tulips {words(800)}</p>"
    chosen = pick(html, candidate(html, "roses"), candidate(html, "tulips", 2))
    assert [each.anchor for each in chosen.taken] == ["tulips"]
    assert [reason for _, reason in chosen.left] == ["its paragraph has a link already"]


@pytest.mark.parametrize(("apart", "taken"), [(APART - 1, 2), (APART - 2, 1)])
def test_links_are_a_hundred_words_apart(apart: int, taken: int) -> None:
    html = spaced("roses", "tulips", apart=apart)
    chosen = pick(html, candidate(html, "roses"), candidate(html, "tulips", 2))
    assert len(chosen.taken) == taken


@pytest.mark.parametrize("href", ["https://blog.example/1/", "http://www.blog.example/1", "/1/?utm_source=x#top"])
def test_never_twice_to_one_target_however_its_address_is_written(href: str) -> None:
    html = spaced("this", "roses").replace("this", f'<a href="{href}">this</a>')
    assert [reason for _, reason in pick(html, candidate(html, "roses")).left] == ["the article links to it already"]
    html = spaced("roses", "tulips")
    assert len(pick(html, candidate(html, "roses"), candidate(html, "tulips", 1)).taken) == 1


def test_the_same_words_never_lead_to_two_pages() -> None:
    html = spaced("roses", "roses")
    chosen = pick(html, candidate(html, "roses"), candidate(html, "roses", 2, nth=1))
    assert [reason for _, reason in chosen.left] == ["the same words lead to another page already"]


def test_the_longest_words_come_first_where_two_are_as_sure() -> None:
    html = FIRST + f"<p>About pruning roses. {words(400)}</p>"
    chosen = pick(html, candidate(html, "roses", 1), candidate(html, "pruning roses", 2))
    assert [each.anchor for each in chosen.taken] == ["pruning roses"]


def test_no_more_articles_lead_to_one_target_than_the_setting_says() -> None:
    html = spaced("roses")
    rules = replace(RULES, to_one_target=4)
    assert len(pick(html, candidate(html, "roses"), rules=rules, uses={1: {"red": 2, "tea": 1}}).taken) == 1
    chosen = pick(html, candidate(html, "roses"), rules=rules, uses={1: {"red": 2, "tea": 2}})
    assert [reason for _, reason in chosen.left] == ["4 articles lead to it already"]
    unlimited = replace(RULES, to_one_target=0)
    assert len(pick(html, candidate(html, "roses"), rules=unlimited, uses={1: {"red": 999, "roses": 999}}).taken) == 1


def test_words_vary_across_articles() -> None:
    html = spaced("roses", "rose bushes")
    some = (candidate(html, "roses", 1, 82), candidate(html, "rose bushes", 1, 80))
    assert [each.anchor for each in pick(html, *some).taken] == ["roses"]
    assert [each.anchor for each in pick(html, *some, uses={1: {"roses": 2}}).taken] == ["rose bushes"]
    rules = replace(RULES, to_one_target=4)
    chosen = pick(html, some[0], rules=rules, uses={1: {"roses": 2}})
    assert [reason for _, reason in chosen.left] == ["2 articles lead to it by these words already"]


@settings(max_examples=25)
@given(clean)
def test_chosen_again_with_these_links_in_the_text_nothing_more_is_chosen(html: str) -> None:
    html = FIRST + html * 3 + f"<p>{words(300)}</p>"
    spans = [(at, at + 5) for at in range(0, len(html) - 5, 7)]
    some = [
        Candidate(at % 7, f"https://blog.example/{at % 7}/", "", html[start:end], start, end, "", 50 + at % 50, {})
        for at, (start, end) in enumerate(spans)
    ]
    chosen = pick(html, *some)
    linked = insert(html, [Placement(each.start, each.end, each.href) for each in chosen.taken])
    moved = []
    for each in some:
        before = sum(1 for other in chosen.taken if other.end <= each.start)
        shift = before * len('<a href="https://blog.example/0/"></a>')
        moved.append(replace(each, start=each.start + shift, end=each.end + shift))
    assert pick(linked, *moved).taken == []
