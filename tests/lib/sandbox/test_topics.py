"""Clusters measured against topics.txt, where an editor has mapped the demo's keywords."""

from __future__ import annotations

import random
import re
from collections import Counter
from math import comb
from pathlib import Path

import pytest

from igny8_lib.sandbox.answers.asked import Asked
from igny8_lib.sandbox.answers.clustering import keyword_clusters
from igny8_lib.sandbox.answers.naming import NAMELESS, fold
from tests.lib.sandbox.test_clustering import grouped

REQUEST = 20
INTENT = {"type": "object", "properties": {"clusters": {"items": {"properties": {"intent": {"type": "string"}}}}}}


def topics() -> dict[str, str]:
    """The topic of each keyword."""
    lines = Path(__file__).with_name("topics.txt").read_text(encoding="utf-8").splitlines()[1:]
    return {
        keyword: topic for topic, _, texts in (line.partition(": ") for line in lines) for keyword in texts.split("; ")
    }


def found(wanted: dict[str, str], seed: int) -> dict[str, str]:
    """The cluster of each keyword, topic by topic in requests that know the clusters before them."""
    chance, clusters = random.Random(seed), dict[str, str]()  # noqa: S311 - an order, not a secret
    keywords = sorted(wanted, key=lambda keyword: (wanted[keyword], chance.random()))
    for start in range(0, len(keywords), REQUEST):
        known = list(dict.fromkeys(clusters.values()))
        for name, members in grouped(keywords[start : start + REQUEST], known).items():
            clusters.update(dict.fromkeys(members, name))
    return clusters


def adjusted_rand_index(one: dict[str, str], other: dict[str, str]) -> float:
    """Agreement of two partitions, 0 for chance and 1 for the same (Hubert and Arabie 1985)."""

    def pairs(labels: list[object]) -> int:
        return sum(comb(count, 2) for count in Counter(labels).values())

    both = pairs([(one[text], other[text]) for text in one])
    left, right = pairs([*one.values()]), pairs([other[text] for text in one])
    expected = left * right / comb(len(one), 2)
    return (both - expected) / ((left + right) / 2 - expected)


@pytest.mark.parametrize("seed", range(3))
def test_the_demos_clusters_are_much_like_an_editors_and_few_have_one_keyword(seed: int) -> None:
    wanted = topics()
    clusters = found(wanted, seed)
    sizes = Counter(clusters.values())
    assert adjusted_rand_index(wanted, clusters) >= 0.5
    assert sum(size == 1 for size in sizes.values()) <= 0.3 * len(sizes)
    assert max(sizes.values()) <= REQUEST


def test_names_are_short_and_speak_of_the_topic() -> None:
    clusters = set(found(topics(), 0).values())
    assert {"Retirement Village", "Grab Rail", "Dementia Friendly", "Home Modifications Funding"} <= clusters
    assert all(len(re.findall(r"[a-z]{3,}", fold(name))) <= 6 for name in clusters)
    assert not [name for name in clusters if name == NAMELESS or name.endswith(("Perth", "WA", "Wa", "?"))]
    assert len([name for name in clusters if 2 <= len(name.split()) <= 5]) >= 0.9 * len(clusters)


def test_words_that_ask_for_the_same_thing_bring_keywords_together() -> None:
    texts = ["how much is a granny flat", "granny flat prices", "granny flat cost", "dog food", "rules for fences"]
    assert {"how much is a granny flat", "granny flat prices", "granny flat cost"} in grouped(texts).values()


def test_keywords_of_other_topics_stay_apart_though_they_share_a_place_an_audience_or_a_modifier() -> None:
    texts = ["best plumber perth", "best florist perth", "dog food for seniors", "yoga for seniors", "laptop price"]
    assert len(grouped(texts)) == len(texts)


def test_a_cluster_tells_the_intent_of_most_of_its_keywords_where_the_schema_asks_for_it() -> None:
    texts = ["granny flat cost", "granny flat prices", "how to build a granny flat", "dog training"]
    item = {"keywords": [{"n": n, "text": text} for n, text in enumerate(texts)]}
    clusters = keyword_clusters(item, Asked(INTENT))["clusters"]
    assert {cluster["name"]: cluster["intent"] for cluster in clusters} == {
        "Granny Flat Costs": "transactional",
        "Dog Training": "informational",
    }
    assert not any("intent" in cluster for cluster in keyword_clusters(item)["clusters"])
