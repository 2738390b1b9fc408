"""Merges of lone clusters: the same topic only, each lone one answered once, no chains."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.sandbox.answers.merging import cluster_merges
from tests.lib.sandbox.test_clustering import KEYWORDS

TOPICS = {
    21: ("Granny Flat Costs", ["granny flat cost perth", "cheap granny flat"]),
    22: ("Stairlift Costs", ["stairlift cost", "stairlift price"]),
}


def merge(*alone: str, topics: dict[int, tuple[str, list[str]]] | None = None) -> dict[int, int | None]:
    """What each lone cluster is merged into, by number; the lone ones are numbered from 1."""
    item: dict[str, Any] = {
        "alone": [{"n": n, "name": text.title(), "keyword": text} for n, text in enumerate(alone, start=1)],
        "topics": [{"n": n, "name": name, "keywords": texts} for n, (name, texts) in (topics or {}).items()],
    }
    return {found["n"]: found["into"] for found in cluster_merges(item)["merges"]}


def test_a_lone_cluster_goes_into_the_topic_whose_page_answers_it() -> None:
    assert merge("how much is a granny flat", "curved stairlift price", topics=TOPICS) == {1: 21, 2: 22}


def test_another_topic_stays_alone_though_it_asks_for_a_price_too() -> None:
    assert merge("dog food price", "wedding rings cost perth", topics=TOPICS) == {1: None, 2: None}


def test_lone_clusters_of_one_page_go_together_without_a_topic() -> None:
    assert merge("dog training tips", "cat food", "training for dogs", "best dog training") == {
        1: None,
        2: None,
        3: 1,
        4: 1,
    }


@settings(max_examples=100, deadline=None)
@given(alone=KEYWORDS, topics=st.lists(st.lists(st.sampled_from(["payday loans", "taller motos"]), max_size=3)))
def test_each_is_answered_once_and_nothing_is_merged_into_what_is_merged(
    alone: list[str], topics: list[list[str]]
) -> None:
    known = {n: (" ".join(texts) or "Loans", texts) for n, texts in enumerate(topics, start=100)}
    into = merge(*alone, topics=known)
    assert list(into) == list(range(1, len(alone) + 1))
    homes = {home for home in into.values() if home is not None}
    assert homes <= into.keys() | known.keys()
    assert all(into.get(home) is None for home in homes)
