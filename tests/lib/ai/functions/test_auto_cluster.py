"""Clustering: which answers are accepted, and how a truncated request is halved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.ai.functions.auto_cluster import ClusterAnswer, KeywordClusters, KeywordItem, check, merge, request
from igny8_lib.ai.requests import SiteBrief

SITE = SiteBrief("Garden", "garden.example", "en", "")
KEYWORDS = [KeywordItem(n, f"keyword {n}", n * 10) for n in range(1, 6)]


def clusters(*groups: tuple[str, list[int]]) -> KeywordClusters:
    return KeywordClusters(clusters=[ClusterAnswer(name=name, description="", keywords=ns) for name, ns in groups])


def test_every_keyword_once_is_accepted() -> None:
    check(clusters(("Roses", [5, 1]), ("Lawns", [2, 3, 4])), KEYWORDS)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (clusters(("Roses", [1, 2, 3])), "keywords numbered 4, 5 are in no cluster"),
        (clusters(("Roses", [1, 2, 3, 4, 5, 6])), "no keywords numbered 6"),
        (clusters(("Roses", [1, 2, 3]), ("Lawns", [3, 4, 5])), "numbered 3 are given more than once"),
        (clusters(("Roses", [1, 2, 3, 4, 5, 5])), "numbered 5 are given more than once"),
        (clusters(("  ", [1, 2, 3, 4, 5])), "empty name"),
        (clusters(("Roses", [1, 2]), ("roses ", [3, 4, 5])), "Two clusters are called 'roses'"),
        (clusters(("Roses", [1, 2, 3, 4, 5]), ("Lawns", [])), "'Lawns' has no keywords"),
        (clusters(), "in no cluster"),
    ],
)
def test_other_answers_are_refused_with_a_sentence_for_the_model(answer: KeywordClusters, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check(answer, KEYWORDS)


@given(st.lists(st.integers(1, 5), max_size=8), st.integers(1, 4))
def test_only_partitions_of_the_keywords_are_accepted(numbers: list[int], cut: int) -> None:
    groups = [(name, part) for name, part in (("Roses", numbers[:cut]), ("Lawns", numbers[cut:])) if part]
    answer = clusters(*groups)
    if sorted(numbers) == [1, 2, 3, 4, 5]:
        check(answer, KEYWORDS)
    else:
        with pytest.raises(ValueError, match=r"\.$"):
            check(answer, KEYWORDS)


def test_a_request_is_halved_and_its_answers_become_one_again() -> None:
    whole = request(SITE, KEYWORDS, ["Old"])
    assert whole.split is not None
    split = whole.split()
    assert [len(part.prompt.user) < len(whole.prompt.user) for part in split.parts] == [True, True]
    assert {part.prompt.system for part in split.parts} == {whole.prompt.system}
    first, second = clusters(("Roses", [1, 2])), clusters(("ROSES", [3]), ("Lawns", [4, 5]))
    split.parts[0].check(first)
    split.parts[1].check(second)
    merged = split.merge([first, second])
    whole.check(merged)
    assert [(cluster.name, cluster.keywords) for cluster in merged.clusters] == [
        ("Roses", [1, 2, 3]),
        ("Lawns", [4, 5]),
    ]
    assert first.clusters[0].keywords == [1, 2]
    assert merge([]) == clusters()


def test_a_single_keyword_cannot_be_halved_but_gets_more_room() -> None:
    single = request(SITE, KEYWORDS[:1])
    assert single.split is None
    assert single.with_more_room().max_output_tokens == 2 * single.max_output_tokens
