"""Ideas: which answers are accepted, and how a truncated request is halved."""

from __future__ import annotations

import pytest

from igny8_lib.ai.functions.generate_ideas import (
    ClusterIdeas,
    ClusterItem,
    ContentIdeas,
    ContentType,
    IdeaAnswer,
    check,
    request,
)
from igny8_lib.ai.requests import SiteBrief
from igny8_lib.models.planner import SearchIntent

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
        (ideas(**GOOD, c4=[idea("E")]), "exactly once"),
        (ideas(**GOOD | {"c2": [idea("B"), idea("C"), idea("E")]}), "Cluster 2 has 3 ideas; give 1 to 2"),
        (ideas(**GOOD | {"c3": []}), "Cluster 3 has 0 ideas"),
        (ideas(**GOOD | {"c3": [idea("  ")]}), "empty title"),
        (ideas(**GOOD | {"c3": [idea("a")]}), "'a' is given twice"),
        (ideas(**GOOD | {"c3": [idea("D", outline=[" "])]}), "no outline"),
        (ideas(**GOOD | {"c3": [idea("D", target_keywords=[])]}), "no target keywords"),
        (ideas(**GOOD | {"c3": [idea("D", estimated_word_count=0)]}), "no estimated word count"),
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
