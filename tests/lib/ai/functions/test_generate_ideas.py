"""Ideas: which answers are accepted, and how a truncated request is halved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.ai.functions.generate_ideas import (
    ClusterIdeas,
    ClusterItem,
    ContentIdeas,
    IdeaAnswer,
    check,
    keep_right,
    merge,
    request,
)
from igny8_lib.ai.requests import SiteBrief
from igny8_lib.models.planner import ContentType, SearchIntent

SITE = SiteBrief("Garden", "garden.example", "en", "")
CLUSTERS = [ClusterItem(n, f"Cluster {n}", "", [f"keyword {n}"]) for n in (1, 2, 3)]


def idea(title: str, **values: object) -> IdeaAnswer:
    fields = {
        "title": title,
        "outline": ["When", "How"],
        "content_type": ContentType.HOW_TO,
        "intent": SearchIntent.INFORMATIONAL,
        "target_keywords": ["keyword"],
        "estimated_word_count": 900,
    }
    return IdeaAnswer.model_validate(fields | values)


def ideas(**titles: list[IdeaAnswer]) -> ContentIdeas:
    """`ideas(c1=[…], c2=[…])`: the ideas of clusters 1 and 2."""
    return ContentIdeas(clusters=[ClusterIdeas(n=int(name[1:]), ideas=given) for name, given in titles.items()])


GOOD = {"c1": [idea("A")], "c2": [idea("B"), idea("C")], "c3": [idea("D")]}


def test_one_to_n_ideas_for_every_cluster_are_accepted() -> None:
    check(ideas(**GOOD), CLUSTERS, 2)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (ideas(c1=[idea("A")], c2=[idea("B")]), "each of the clusters 1, 2, 3 exactly once"),
        (ideas(**GOOD | {"c2": [idea("B"), idea("C"), idea("E")]}), "Cluster 2 has 3 ideas; give 1 to 2"),
        (ideas(**GOOD | {"c3": []}), "Cluster 3 has 0 ideas"),
        (ideas(**GOOD | {"c3": [idea("  ")]}), "empty title"),
        (ideas(**GOOD | {"c3": [idea("a")]}), "'a' is given twice"),
        (ideas(**GOOD | {"c3": [idea("D", outline=[" "])]}), "no outline"),
        (ideas(**GOOD | {"c3": [idea("D", target_keywords=[])]}), "no target keywords"),
        (ideas(**GOOD | {"c3": [idea("D", estimated_word_count=0)]}), "word count of 200 to 5000"),
    ],
)
def test_other_answers_are_refused_with_a_sentence_for_the_model(answer: ContentIdeas, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check(answer, CLUSTERS, 2)


def test_a_request_is_halved_and_a_title_found_twice_stays_with_the_first() -> None:
    whole = request(SITE, CLUSTERS, 2)
    assert whole.split is not None
    split = whole.split()
    first, second = ideas(c1=[idea("A")]), ideas(c2=[idea("a"), idea("B")], c3=[idea("C")])
    split.parts[0].check(first)
    split.parts[1].check(second)
    merged = split.merge([first, second])
    whole.check(merged)
    assert [[idea.title for idea in cluster.ideas] for cluster in merged.clusters] == [["A"], ["B"], ["C"]]


def test_one_cluster_cannot_be_halved() -> None:
    assert request(SITE, CLUSTERS[:1], 7).split is None


def test_room_grows_with_what_is_asked_for() -> None:
    assert request(SITE, CLUSTERS, 7).max_output_tokens > request(SITE, CLUSTERS, 2).max_output_tokens


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (idea("D", estimated_word_count=10**30), "word count of 200 to 5000"),
        (idea("D", estimated_word_count=199), "word count of 200 to 5000"),
        (idea("x" * 201), "The title .* has 201 characters; use at most 200"),
        (idea("\ufdfa" * 190), "The title .* use at most 200"),
        (idea("\u200b\u2060\u202e"), "empty title"),
        (idea("Ａ"), "'Ａ' is given twice"),
        (idea("OLD  title"), "exists already"),
        (idea("D", outline=["\u200d", "\u200b"]), "no outline"),
        (idea("D", outline=["x" * 301]), "The section .* use at most 300"),
        (idea("D", outline=["When"] * 31), "at most 30 sections"),
        (idea("D", target_keywords=["k"] * 21), "20 target keywords"),
        (idea("D", target_keywords=["x" * 201]), "The target keyword .* use at most 200"),
    ],
)
def test_plans_are_bounded_and_titles_new(wrong: IdeaAnswer, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        check(ideas(**GOOD | {"c3": [wrong]}), CLUSTERS, 2, ["Old title"])


def test_what_is_right_of_a_wrong_answer_is_kept_and_word_counts_come_within_bounds() -> None:
    answer = ideas(
        c1=[idea("A", estimated_word_count=5_000_000), idea("B", outline=["When", "x" * 301])],
        c2=[idea("a"), idea("Old TITLE")],
        c3=[idea("C"), idea("D"), idea("E")],
        c9=[idea("F")],
    )
    kept = keep_right(answer, CLUSTERS, 2, ["Old title"])
    assert kept == ideas(
        c1=[idea("A", estimated_word_count=5000), idea("B", outline=["When"])], c3=[idea("C"), idea("D")]
    )
    assert keep_right(ideas(c1=[idea("", estimated_word_count=1)]), CLUSTERS, 2) is None


def test_a_cluster_whose_ideas_the_other_half_has_is_left_out() -> None:
    assert merge([ideas(c1=[idea("A")]), ideas(c2=[idea("a")])]) == ideas(c1=[idea("A")])


TEXTS = st.one_of(st.sampled_from(["A", "a ", "", "\u200b", "x" * 400, "Old title"]), st.text())
IDEAS = st.builds(
    lambda title, outline, keywords, words: idea(
        title, outline=outline, target_keywords=keywords, estimated_word_count=words
    ),
    TEXTS,
    st.lists(TEXTS, max_size=4),
    st.lists(TEXTS, max_size=4),
    st.one_of(st.integers(), st.just(900)),
)
ANSWERS = st.lists(st.builds(ClusterIdeas, n=st.integers(0, 4), ideas=st.lists(IDEAS, max_size=4)), max_size=5)


@given(ANSWERS)
def test_what_is_kept_of_any_answer_passes_for_the_clusters_that_it_has(given_ideas: list[ClusterIdeas]) -> None:
    answer = ContentIdeas(clusters=given_ideas)
    if kept := keep_right(answer, CLUSTERS, 2, ["Old title"]):
        covered = {ideas.n for ideas in kept.clusters}
        check(kept, [cluster for cluster in CLUSTERS if cluster.n in covered], 2, ["Old title"])


@given(ANSWERS)
def test_a_right_answer_is_kept_whole(given_ideas: list[ClusterIdeas]) -> None:
    answer = ContentIdeas(clusters=given_ideas)
    try:
        check(answer, CLUSTERS, 2)
    except ValueError:
        return
    kept = keep_right(answer, CLUSTERS, 2)
    assert kept is not None
    assert {each.n: len(each.ideas) for each in kept.clusters} == {each.n: len(each.ideas) for each in given_ideas}


def test_ideas_for_a_number_that_stands_for_no_cluster_are_nobodys_and_spoil_no_paid_answer() -> None:
    check(ideas(**GOOD, c4=[idea("E")]), CLUSTERS, 2)
