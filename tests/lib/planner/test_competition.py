"""Which ideas compete with a page: a labelled set of pairs, and all ideas of the demo site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.models import CompetitionVerdict, SearchIntent
from igny8_lib.planner.competition import Judgement, Page, PageKind, judge
from igny8_lib.planner.hold_ideas import add, ways_of
from igny8_lib.planner.page_likeness import StemLikeness, Text, TextIndex, Weights
from igny8_lib.text.stop_words import stop_stems
from tests.lib.planner.demo_ideas import demo_ideas, demo_pages

THRESHOLD = 0.85
CLEAR, DOUBTFUL, COMPETING = CompetitionVerdict.CLEAR, CompetitionVerdict.DOUBTFUL, CompetitionVerdict.COMPETING
LEARN, COMPARE, BUY = SearchIntent.INFORMATIONAL, SearchIntent.COMMERCIAL, SearchIntent.TRANSACTIONAL


def page(number: int, title: str, *keywords: str, intent: SearchIntent | None = LEARN) -> Page:
    return Page(PageKind.IDEA, number, title, keywords, intent)


def hold(ideas: Sequence[Page], pages: Sequence[Page], language: str = "en") -> list[Judgement]:
    """Each idea against the pages and the ideas before it."""
    ways = ways_of(language, [*pages, *ideas], THRESHOLD)
    for known in pages:
        add(known, ways)
    judged = []
    for idea in ideas:
        judged.append(judge(idea, ways, THRESHOLD))
        if judged[-1].verdict != COMPETING:
            add(idea, ways)
    return judged


def verdict(one: Page, other: Page, language: str = "en", around: Sequence[Page] = ()) -> CompetitionVerdict:
    """How the first stands where the site has the second; `around` are pages with which neither has to do."""
    ways = ways_of(language, [*around, one, other], THRESHOLD)
    add(other, ways)
    return judge(one, ways, THRESHOLD).verdict


DEMO_PAGES = demo_pages()
"""A site to stand on, which says how telling a word is."""

PASS = [
    (("How to Prune Roses", "how to prune roses"), ("When to Prune Roses", "when to prune roses")),
    (("How to Prune Roses", "how to prune roses"), ("Rose Pruning Tools", "rose pruning tools")),
    (("When to Prune Roses", "when to prune roses"), ("Rose Pruning Tools", "rose pruning tools")),
    (("Roses: How to Prune", "how to prune roses"), ("Roses: When to Prune",)),
    (("How to Prune Roses", "how to prune roses"), ("Why Prune Roses", "why prune roses")),
    (("3 Bedroom House Plans", "3 bedroom house plans"), ("4 Bedroom House Plans", "4 bedroom house plans")),
    (("Stairlift Hire Sydney", "stairlift hire sydney"), ("Stairlift Hire Perth", "stairlift hire perth")),
    (("Stairlift Hire Perth", "stairlift hire perth"), ("Stairlift Cost Perth", "stairlift cost perth")),
    (("Best Running Shoes", "best running shoes"), ("Best Running Shoes for Women", "best running shoes for women")),
    (("Grab Rails vs Handrails", "grab rails vs handrails"), ("Grab Rails for Showers", "grab rails for showers")),
    (("Heat Pump Cost", "heat pump cost"), ("Heat Pump Maintenance", "heat pump maintenance")),
    (("Wheelchair Ramp", "wheelchair ramp"), ("Wheelchair Ramp Cost", "wheelchair ramp cost")),
    (
        ("Coffee Stains on Cotton", "how to remove coffee stains from white cotton shirts"),
        ("Coffee Stains on Wool", "how to remove coffee stains from white wool shirts"),
    ),
]
"""Title and main keyword (an imported page may have none) of two articles that answer different searches."""

SKIP = [
    (("A Guide to Pruning Roses", "pruning roses"), ("Rose Pruning Explained", "rose pruning")),
    (("How to prune roses!", "roses in spring"), ("How To  Prune Roses!", "secateurs")),
    (("Wheelchair Ramps: Hire or Buy", "wheelchair ramp hire"), ("Hiring a Ramp", "hire wheelchair ramp")),
    (("How to Prune Roses", "how to prune roses"), ("How to Prune a Rose",)),
    (("Stairlift Costs", "stairlift costs in perth"), ("Stairlift Cost Perth: The Bill", "stairlift cost perth")),
    (("Granny Flat Rules in WA", "granny flat rules in wa"), ("The WA Rules: Basics", "granny flat rules wa")),
]
"""Two articles for the same searches."""


@pytest.mark.parametrize(("one", "other"), PASS)
def test_articles_of_one_cluster_do_not_compete(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    for around in ((), DEMO_PAGES):
        assert verdict(page(901, *one), page(902, *other), around=around) == CLEAR
        assert verdict(page(902, *other), page(901, *one), around=around) == CLEAR


@pytest.mark.parametrize(("one", "other"), SKIP)
def test_articles_for_the_same_searches_compete(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert verdict(page(901, *one), page(902, *other), around=DEMO_PAGES) == COMPETING
    assert verdict(page(902, *other), page(901, *one), around=DEMO_PAGES) == COMPETING
    assert verdict(page(901, *one), page(902, *other)) != CLEAR, "also where the site has nothing else"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Grab Rail Installer", "grab rail installer"), ("Who Fits Them", "grab rail installer fremantle")),
        (("Granny Flat Builder", "granny flat builder"), ("Who Builds Them", "granny flat builder perth")),
    ],
)
def test_what_a_machine_cannot_tell_is_left_to_people(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert verdict(page(901, *one), page(902, *other), around=DEMO_PAGES) == DOUBTFUL


def test_of_the_demos_ideas_few_are_skipped_or_doubtful() -> None:
    judged = hold(demo_ideas(), ())
    found = Counter(judgement.verdict for judgement in judged)
    assert len(judged) > 150
    assert found[COMPETING] <= len(judged) * 0.02
    assert found[DOUBTFUL] <= len(judged) * 0.03


def test_an_idea_asked_for_again_in_other_words_is_found_among_the_demos() -> None:
    """Each main keyword once more, in another order and the plural, under a title of its own."""
    again = [
        replace(idea, id=idea.id + 1_000, title=f"Number {idea.id}", keywords=(" ".join(turned(idea.keywords[0])),))
        for idea in demo_ideas()
    ]
    judged = hold(again, demo_ideas())
    assert all(each.verdict == COMPETING for each in judged)
    assert {each.match.by for each in judged if each.match} == {"same main keyword"}


def turned(keyword: str) -> list[str]:
    words = keyword.split()
    return [*words[1:], words[0]]


def test_the_same_search_for_another_reason_is_doubtful_and_a_page_of_the_same_reason_comes_first() -> None:
    learn, buy = page(1, "All About Stairlifts", "stairlift perth"), page(2, "Buy One", "stairlift perth", intent=BUY)
    assert verdict(buy, learn) == DOUBTFUL
    assert verdict(buy, page(3, "Imported", "stairlift perth", intent=None)) == COMPETING
    (judged,) = hold([page(4, "Order Yours", "perth stairlifts", intent=BUY)], [learn, buy])
    assert (judged.verdict, judged.match.page.id if judged.match else 0) == (COMPETING, 2)


def test_lesser_keywords_in_common_never_skip_an_idea() -> None:
    shared = ("rose care", "rose soil", "rose frost", "rose water", "rose feed")
    one, other = page(1, "Rose Care in Frost", *shared), page(2, "Rose Frost and Care", *reversed(shared))
    assert verdict(one, other) in {CLEAR, DOUBTFUL}


def test_the_way_and_the_page_are_told() -> None:
    known = Page(PageKind.IMPORTED, 7, "Rose pruning", (), None, "https://a.example/roses")
    (title,) = hold([page(1, "ROSE  pruning", "secateurs")], [known])
    assert title.match is not None
    assert title.match.as_json() == {
        "kind": "imported",
        "id": 7,
        "title": "Rose pruning",
        "url": "https://a.example/roses",
        "score": 1.0,
        "by": "same title",
    }  # fmt: skip - one document
    (stems,) = hold([page(1, "Shears", "the rose pruning")], [known])
    assert stems.match is None or stems.match.by == "stems"


@pytest.mark.parametrize("language", ["ja", "th", "sw", "ru", "de"])
def test_other_languages_and_those_without_stems_are_compared_too(language: str) -> None:
    texts = {
        "ja": ("バラの剪定方法", "バラの剪定時期"),
        "th": ("วิธีตัดแต่งกุหลาบ", "เครื่องมือสวนครัว"),
        "sw": ("jinsi ya kupogoa waridi", "zana za bustani"),
        "ru": ("как обрезать розы", "когда обрезать розы"),
        "de": ("rosen richtig schneiden", "rosen im herbst schneiden"),
    }
    same, other = texts[language]
    assert verdict(page(1, "A", same), page(2, "B", same), language) == COMPETING
    assert verdict(page(1, same, same), page(2, other, other), language) == CLEAR


def test_texts_without_words_are_like_nothing() -> None:
    assert verdict(page(1, "!!!", "???"), page(2, "…", "—")) == CLEAR
    assert verdict(page(1, "Roses"), page(2, "!!!")) == CLEAR


WORDS = st.sampled_from(["how", "when", "to", "prune", "rose", "tool", "cost", "perth", "best", "cheap", "in", "a"])
TITLES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


@given(st.lists(TITLES, min_size=1, max_size=12), TITLES, st.sampled_from([0.5, 0.68, 0.85, 1.0]))
@settings(deadline=None)
def test_the_index_finds_what_comparing_with_every_page_finds(titles: list[str], title: str, least: float) -> None:
    pages = [page(number, text) for number, text in enumerate(titles)]
    idea = page(99, title)
    likeness = StemLikeness("en", [*pages, idea], least)
    weights = Weights(stop_stems("en"))
    for known in [*pages, idea]:
        weights.count(likeness.everything(known))
    for known in pages:
        likeness.add(known)
    mine = Text.of(likeness.stems(title), weights)
    scores = [mine.likeness(Text.of(likeness.stems(known.title), weights)) for known in pages]
    found = likeness.nearest(idea)
    if max(scores) >= least:
        assert found is not None
        assert (found.page.id, found.score) == (scores.index(max(scores)), max(scores))
    else:
        assert found is None


@given(TITLES, TITLES)
@settings(deadline=None)
def test_likeness_is_symmetric_from_0_to_1_and_1_only_for_the_same_words(one: str, other: str) -> None:
    weights = Weights()
    texts = [Text.of(frozenset(text.split()), weights) for text in (one, other)]
    there, back = texts[0].likeness(texts[1]), texts[1].likeness(texts[0])
    assert there == pytest.approx(back)
    assert 0 <= there <= 1 + 1e-9
    assert (there > 1 - 1e-9) == (set(one.split()) == set(other.split()))


def test_of_ten_thousand_pages_an_idea_is_compared_with_few() -> None:
    words = [f"{first}{second}" for first, second in combinations("bcdfghjklmnpqrstvwxz", 2)]
    texts = [f"garden {one} {words[(n * 7) % len(words)]} {n % 97}" for n in range(54) for one in words]
    weights = Weights()
    index = TextIndex(weights, 0.68)
    for text in texts[:10_000]:
        weights.count(frozenset(text.split()))
    for number, text in enumerate(texts[:10_000]):
        index.add(frozenset(text.split()), page(number, text))
    compared = [len(index.candidates(Text.of(frozenset(text.split()), weights))) for text in texts[-200:]]
    assert max(compared) < 500
