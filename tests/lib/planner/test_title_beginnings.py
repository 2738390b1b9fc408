"""Titles that begin alike, and ideas for which people overruled a page."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.models import CompetitionVerdict
from igny8_lib.planner.competition import Judgement, Page, PageKind
from igny8_lib.planner.hold_ideas import add, judge_held, ways_of

THRESHOLD = 0.85
CLEAR, DOUBTFUL, COMPETING = CompetitionVerdict.CLEAR, CompetitionVerdict.DOUBTFUL, CompetitionVerdict.COMPETING


def hold(idea: Page, *pages: Page, language: str = "en") -> Judgement:
    """The idea against the pages."""
    ways = ways_of(language, [*pages, idea], THRESHOLD)
    for page in pages:
        add(page, ways)
    return judge_held(idea, ways, THRESHOLD)


def both_ways(one: str, other: str, language: str = "en") -> set[CompetitionVerdict]:
    """How an idea of each title stands beside an imported post of the other, on a site that has nothing else."""
    titles = ((one, other), (other, one))
    return {
        hold(Page(PageKind.IDEA, 1, idea), Page(PageKind.IMPORTED, 2, post), language=language).verdict
        for idea, post in titles
    }


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("How to Prune Roses", "How to Prune Roses: A Guide", "en"),
        ("How to Prune Roses", "How to Prune Roses – The Complete Guide for Beginners", "en"),
        ("How to prune roses - step by step", "How to Prune Roses | Everything You Need to Know", "en"),
        ("How to Prune Roses (2026)", "How to prune roses (2026): Explained", "en"),
        ("Stairlift Costs", "Stairlift Costs: 2026", "en"),
        ("Rosen richtig schneiden", "Rosen richtig schneiden: Der Ratgeber", "de"),
        ("バラの剪定方法", "バラの剪定方法：2026", "ja"),
    ],
)
def test_a_subtitle_that_says_nothing_makes_no_other_article(one: str, other: str, language: str) -> None:
    assert both_ways(one, other, language) == {COMPETING}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How to Prune Roses", "How to Prune Roses | Bloomington Garden Centre"),
        ("How to Prune Roses", "How to Prune Roses: Climbers, Ramblers and Old Shrubs"),
        ("How to Prune Roses – Hybrid Teas", "How to Prune Roses: Old Shrubs and Standards"),
    ],
)
def test_the_same_long_beginning_is_for_people_to_look_at(one: str, other: str) -> None:
    assert both_ways(one, other) == {DOUBTFUL}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Roses: How to Prune", "Roses: When to Prune"),
        ("Roses", "Roses: When to Prune Them"),
        ("Heat Pump: Cost", "Heat Pump: Maintenance"),
        ("Do-It-Yourself Decks", "Do-It-Yourself Fences"),
        ("Opening at 10:30 on Sundays", "Opening at 10:45 on Mondays Only"),
    ],
)
def test_a_head_term_in_front_says_nothing(one: str, other: str) -> None:
    assert both_ways(one, other) == {CLEAR}


def test_a_weaker_second_page_is_looked_at_where_people_overruled_the_strongest() -> None:
    same = Page(PageKind.IMPORTED, 1, "How to Prune Roses")
    guide = Page(PageKind.IMPORTED, 2, "How to Prune Roses: A Guide")
    overruled = frozenset({("imported", 1)})
    idea = Page(PageKind.IDEA, 9, "How to prune roses", overruled=overruled)
    alone, beside = hold(idea, same), hold(idea, same, guide)
    assert (alone.verdict, alone.match.page.id if alone.match else 0) == (DOUBTFUL, 1)
    assert (beside.verdict, beside.match.page.id if beside.match else 0) == (COMPETING, 2)


@pytest.mark.parametrize(
    "second", [Page(PageKind.IMPORTED, 2, "Cutting", ("prune roses",)), Page(PageKind.ARTICLE, 2, "Prune roses")]
)
def test_a_second_page_behind_the_same_text_is_found_too(second: Page) -> None:
    first = Page(second.kind, 1, second.title, second.keywords)
    idea = Page(PageKind.IDEA, 9, "Prune roses", ("prune roses",), overruled=frozenset({(second.kind.value, 1)}))
    found = hold(idea, first, second)
    assert (found.verdict, found.match.page.id if found.match else 0) == (COMPETING, 2)


TITLES = st.lists(st.sampled_from(["how", "to", "prune", "rose", "tool", ":", "guide"]), min_size=1, max_size=6)


@given(st.lists(TITLES.map(" ".join), min_size=1, max_size=6), TITLES.map(" ".join), st.sets(st.integers(0, 5)))
@settings(deadline=None)
def test_an_overruled_page_never_skips_and_hides_no_other_page(titles: list[str], title: str, told: set[int]) -> None:
    pages = [Page(PageKind.IMPORTED, number, text) for number, text in enumerate(titles)]
    overruled = frozenset(("imported", number) for number in told)
    idea = Page(PageKind.IDEA, 99, title, overruled=overruled)
    ways = ways_of("en", [*pages, idea], THRESHOLD)
    rest = ways_of("en", [*pages, idea], THRESHOLD)
    for page in pages:
        add(page, ways)
        if page.id not in told:
            add(page, rest)
    with_all, without = judge_held(idea, ways, THRESHOLD), judge_held(idea, rest, THRESHOLD)
    if without.verdict == CLEAR:
        assert with_all.verdict != COMPETING
    else:
        assert with_all == without
