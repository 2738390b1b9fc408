"""Clustering: which answers are accepted, and how a truncated request is halved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.ai.functions.auto_cluster import (
    ClusterAnswer,
    KeywordClusters,
    KeywordItem,
    check,
    keep_right,
    merge,
    request,
)
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


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (clusters(("x" * 121, [1, 2, 3, 4, 5])), "has 121 characters; use at most 120"),
        (clusters(("\ufdfa" * 119, [1, 2, 3, 4, 5])), "use at most 120"),
        (clusters(("\u200b\u200d\u202e", [1, 2, 3, 4, 5])), "empty name"),
        (clusters(("Rosés", [1, 2]), ("Rose\u0301s", [3, 4, 5])), "merge them into one"),
        (clusters(("Lawn’s", [1, 2]), ("Ｌawn’s", [3, 4, 5])), "merge them into one"),
    ],
)
def test_names_are_bounded_seen_and_compared_as_people_would(answer: KeywordClusters, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check(answer, KEYWORDS)


def test_a_description_has_a_bound_and_an_existing_name_none() -> None:
    long = clusters(("Roses", [1, 2, 3, 4, 5]))
    long.clusters[0].description = "x" * 601
    with pytest.raises(ValueError, match="description"):
        check(long, KEYWORDS)
    known = "A name that people gave " + "x" * 200
    check(clusters((known, [1, 2, 3, 4, 5])), KEYWORDS, [known])


def test_hidden_characters_and_line_ends_leave_names_as_they_are_read() -> None:
    named = ClusterAnswer(name=" Ro\u202ese\x00s\n and \u2067 more ", description="a\tb", keywords=[])
    assert (named.name, named.description) == ("Roses and more", "a b")


NAMES = st.one_of(st.sampled_from(["Roses", "roses ", "", "\u200b", "x" * 121, "Lawns", "Old " + "y" * 130]), st.text())
ANSWERS = st.lists(st.tuples(NAMES, st.lists(st.integers(-1, 7), max_size=9)), max_size=6)


@given(ANSWERS)
def test_what_is_kept_of_any_answer_passes_for_the_keywords_that_it_has(groups: list[tuple[str, list[int]]]) -> None:
    existing = ["Old " + "y" * 130]
    answer = clusters(*groups)
    kept = keep_right(answer, KEYWORDS, existing)
    covered = {n for cluster in kept.clusters for n in cluster.keywords} if kept else set()
    if kept:
        check(kept, [keyword for keyword in KEYWORDS if keyword.n in covered], existing)
    placed = {n for name, ns in groups if name in ("Roses", "Lawns") for n in ns}
    assert covered >= placed & {1, 2, 3, 4, 5}, "nothing that was placed in a good cluster is lost"


@given(ANSWERS)
def test_a_right_answer_is_kept_whole(groups: list[tuple[str, list[int]]]) -> None:
    answer = clusters(*groups)
    try:
        check(answer, KEYWORDS)
    except ValueError:
        return
    assert keep_right(answer, KEYWORDS) == answer


def test_eighteen_of_twenty_keywords_are_kept() -> None:
    keywords = [KeywordItem(n, f"keyword {n}") for n in range(1, 21)]
    kept = keep_right(clusters(("Roses", [*range(1, 10)]), ("Lawns", [*range(9, 19), 99])), keywords)
    assert kept == clusters(("Roses", [*range(1, 10)]), ("Lawns", [*range(10, 19)]))
    assert keep_right(clusters(("", [1])), keywords) is None


def test_a_number_that_stands_for_no_keyword_is_nobodys_and_spoils_no_paid_answer() -> None:
    check(clusters(("Roses", [1, 2, 3, 4, 5, 6, 10**4000])), KEYWORDS)
