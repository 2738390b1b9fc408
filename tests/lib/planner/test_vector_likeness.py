"""Pages alike by vectors: other words for the same searches are left to people, and nothing is skipped by vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from igny8_lib.planner.competition import Judgement, Page, judge
from igny8_lib.planner.hold_ideas import add, ways_of
from igny8_lib.planner.vector_likeness import rows_of
from igny8_lib.sandbox.answers.embeddings import embed
from tests.lib.planner.demo_ideas import demo_ideas
from tests.lib.planner.test_competition import BUY, CLEAR, COMPETING, DOUBTFUL, PASS, SKIP, THRESHOLD, page, verdict

if TYPE_CHECKING:
    from igny8_lib.planner.vectors import Rows


def look(texts: Sequence[str]) -> Rows:
    """A model that takes these words for the same."""
    same = [text.lower().replace("seniors", "elderly").replace("price", "costs") for text in texts]
    return np.array([embed(text, 512) for text in same], dtype=np.float32)


def hold(one: Page, other: Page) -> Judgement:
    ways = ways_of("en", [one, other], THRESHOLD, rows_of([one, other], look))
    add(other, ways)
    return judge(one, ways, THRESHOLD)


OTHER_WORDS = [
    (("Elderly Bathroom Ideas", "elderly bathroom ideas"), ("Seniors Bathroom Ideas", "seniors bathroom ideas")),
    (("Stairlift Price", "stairlift price"), ("Stairlift Costs", "stairlift costs")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), OTHER_WORDS)
def test_the_same_search_in_other_words_is_left_to_people(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert verdict(page(1, *one), page(2, *other)) == CLEAR, "stems see no synonyms"
    judged = hold(page(1, *one), page(2, *other))
    assert judged.verdict == DOUBTFUL
    assert judged.match is not None
    assert (judged.match.by, judged.match.page.id) == ("vectors", 2)


def test_people_search_for_two_reasons_for_two_pages() -> None:
    (one, other), *_ = OTHER_WORDS
    assert hold(page(1, *one), page(2, *other, intent=BUY)).verdict == CLEAR
    assert hold(page(1, *one), page(2, *other, intent=None)).verdict == DOUBTFUL


def test_a_page_that_people_overruled_is_not_found_by_vectors_either() -> None:
    (one, other), *_ = OTHER_WORDS
    restored = replace(page(1, *one), overruled=frozenset({("idea", 2)}))
    assert hold(restored, page(2, *other)).verdict == CLEAR
    assert hold(restored, page(3, *other)).verdict == DOUBTFUL


@pytest.mark.parametrize(("one", "other"), PASS)
def test_articles_of_one_cluster_are_not_doubtful_by_vectors(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert hold(page(901, *one), page(902, *other)).verdict == CLEAR


@pytest.mark.parametrize(("one", "other"), SKIP)
def test_what_words_find_is_found_with_vectors_just_the_same(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    by_words = verdict(page(901, *one), page(902, *other))
    assert hold(page(901, *one), page(902, *other)).verdict == by_words or by_words == CLEAR


def test_the_same_vector_alone_skips_nothing() -> None:
    one, other = page(1, "Alpha"), page(2, "Beta")
    same = np.ones((2, 1), dtype=np.float32)
    ways = ways_of("en", [one, other], THRESHOLD, same)
    add(other, ways)
    assert judge(one, ways, THRESHOLD).verdict == DOUBTFUL


def test_a_page_without_a_vector_is_near_to_none() -> None:
    one, other = page(1, "Alpha"), page(2, "Beta")
    ways = ways_of("en", [one, other], THRESHOLD, np.array([[0], [1]], dtype=np.float32))
    add(other, ways)
    assert judge(one, ways, THRESHOLD).verdict == CLEAR
    assert rows_of([one], lambda _: None) is None


def test_of_the_demos_ideas_none_is_doubtful_by_vectors() -> None:
    ideas = demo_ideas()
    ways = ways_of("en", ideas, THRESHOLD, rows_of(ideas, look))
    judged = []
    for idea in ideas:
        judged.append(judge(idea, ways, THRESHOLD))
        if judged[-1].verdict != COMPETING:
            add(idea, ways)
    assert Counter(each.match.by for each in judged if each.match)["vectors"] == 0
