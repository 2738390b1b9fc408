"""Ideas: by search intent, no more than the keywords carry, with titles found nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.ai.functions import generate_ideas
from igny8_lib.sandbox.answers.idea_phrases import LANGUAGES, idea_phrases
from igny8_lib.sandbox.answers.ideas import content_ideas
from igny8_lib.sandbox.answers.intents import PLANS, Angle, angle_of
from igny8_lib.sandbox.answers.titling import LONGEST_TITLE
from tests.lib.sandbox.test_clustering import KEYWORDS

LOANS = [
    "payday loans",
    "how to get payday loans",
    "best payday loans",
    "payday loans near me",
    "payday loans vs credit",
]


def plan(*clusters: list[str], most: int = 7, existing: list[str] | None = None) -> list[list[dict[str, Any]]]:
    """The ideas of each cluster."""
    item = {
        "clusters": [
            {"n": n, "name": texts[0], "description": "", "keywords": texts} for n, texts in enumerate(clusters)
        ],
        "ideas_per_cluster": most,
        "existing_titles": existing or [],
    }
    return [found["ideas"] for found in content_ideas(item)["clusters"]]


@pytest.mark.parametrize(
    ("keyword", "angle"),
    [
        ("how to pay off payday loans", Angle.HOW_TO),
        ("what are payday loans", Angle.FAQ),
        ("best payday loans online", Angle.LIST),
        ("payday loans vs installment loans", Angle.COMPARISON),
        ("is viva payday loans legit", Angle.REVIEW),
        ("buy a car", Angle.BUY),
        ("plumber near me", Angle.LOCAL),
        ("plumber cost", Angle.PRICE),
        ("ndis portal", Angle.FIND),
        ("payday loans", Angle.GUIDE),
        ("поклейка обоев цена за м2", Angle.PRICE),
        ("taller mecanico cerca de mi", Angle.LOCAL),
        ("", Angle.GUIDE),
    ],
)
def test_the_words_of_a_keyword_tell_its_angle(keyword: str, angle: Angle) -> None:
    assert angle_of(keyword) is angle


def test_each_intent_of_a_cluster_gets_an_article_of_its_form() -> None:
    (ideas,) = plan(LOANS)
    forms = {(idea["content_type"], idea["intent"]) for idea in ideas}
    assert {("guide", "informational"), ("how_to", "informational"), ("list", "commercial")} <= forms
    assert {("article", "transactional"), ("comparison", "commercial")} <= forms


def test_a_cluster_with_one_keyword_gets_one_idea_and_a_rich_one_gets_as_many_as_allowed() -> None:
    assert [len(ideas) for ideas in plan(LOANS[:1], LOANS, LOANS[:3])] == [1, 5, 3]
    assert [len(ideas) for ideas in plan(LOANS, most=2)] == [2]


def test_no_keyword_is_lost_when_the_number_of_ideas_is_bounded() -> None:
    (ideas,) = plan(LOANS, most=2)
    assert {keyword for idea in ideas for keyword in idea["target_keywords"]} == set(LOANS)


def test_each_main_keyword_is_copied_from_the_cluster_and_used_once() -> None:
    (ideas,) = plan(LOANS)
    mains = [idea["target_keywords"][0] for idea in ideas]
    assert len(set(mains)) == len(mains)
    assert set(mains) <= set(LOANS)


def test_titles_that_exist_are_not_given_again_in_no_case() -> None:
    titles: list[str] = []
    for _ in range(12):
        (ideas,) = plan(LOANS[:1], existing=[title.upper() for title in titles])
        titles += [idea["title"] for idea in ideas]
    assert len({title.casefold() for title in titles}) == 12


def test_two_clusters_of_the_same_keywords_get_different_titles() -> None:
    titles = [idea["title"] for ideas in plan(LOANS, LOANS) for idea in ideas]
    assert len(set(titles)) == len(titles)


def test_russian_and_spanish_clusters_get_titles_of_their_language() -> None:
    (russian,) = plan(["чистовая отделка квартиры"])
    (spanish,) = plan(["cambio de aceite de motor"])
    assert "Чистовая отделка квартиры" in russian[0]["title"]
    assert not any(letter.isascii() and letter.isalpha() for point in russian[0]["outline"] for letter in point)
    assert any("Errores" in point or "Qué" in point for point in spanish[0]["outline"])


@pytest.mark.parametrize(
    ("keyword", "beginning"),
    [
        ("how to prune roses", "How to Prune Roses"),
        ("can you rent out a granny flat in wa", "Can You Rent Out a Granny Flat in WA?"),
        ("where to put grab rails", "Where to Put Grab Rails"),
        ("wheelchair ramp builder perth", "Wheelchair Ramp Builder in Perth"),
        ("plumber near me", "Plumber Near You"),
    ],
)
def test_a_title_has_the_grammar_of_its_keyword(keyword: str, beginning: str) -> None:
    ((idea,),) = plan([keyword])
    assert idea["title"].startswith(beginning)
    assert "?" not in idea["title"].removeprefix(beginning)
    assert idea["title"].count(":") <= 1


def test_the_titles_of_a_site_have_different_shapes() -> None:
    titles: list[str] = []
    for topic in ("rose", "ramp", "loan", "shower", "dog", "lamp", "tea", "car"):
        ((idea,),) = plan([f"{topic} care"], existing=titles)
        titles.append(idea["title"])
    assert len({title.split(" Care")[-1] + title.split(" ")[0][:4] for title in titles}) == len(titles)
    assert len({title.partition(":")[2] for title in titles}) >= 6


def test_a_title_says_no_word_of_its_keyword_twice_and_is_short_where_it_can_be() -> None:
    for keyword in ("granny flat guide", "loan basics", "essentials of tea", "beginners yoga", "planning a garden"):
        ((idea,),) = plan([keyword])
        words = [word for word in idea["title"].lower().replace(":", "").split() if len(word) > 3]
        assert len(set(words)) == len(words)
        assert len(idea["title"]) <= LONGEST_TITLE


@settings(max_examples=120, deadline=None)
@given(
    clusters=st.lists(KEYWORDS, min_size=1, max_size=5),
    most=st.integers(1, 9),
    existing=st.lists(st.text(max_size=30), max_size=4),
)
def test_any_clusters_get_ideas_that_pass_the_products_check(
    clusters: list[list[str]], most: int, existing: list[str]
) -> None:
    items = [generate_ideas.ClusterItem(n, "Topic", "", texts) for n, texts in enumerate(clusters, start=1)]
    document = {"clusters": [vars(item) for item in items], "ideas_per_cluster": most, "existing_titles": existing}
    answer = generate_ideas.ContentIdeas.model_validate(content_ideas(document))
    generate_ideas.check(answer, items, most)
    for ideas, item in zip(answer.clusters, items, strict=True):
        texts = {keyword for keyword in item.keywords if keyword.strip()} or {"Topic"}
        assert len(ideas.ideas) <= len(texts)
        assert all(set(idea.target_keywords) <= texts for idea in ideas.ideas)
        assert all(800 <= idea.estimated_word_count <= 1600 for idea in ideas.ideas)
        assert all(idea.title.casefold() not in {title.casefold() for title in existing} for idea in ideas.ideas)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_titles_and_sections_for_every_angle(language: str) -> None:
    phrases = idea_phrases(language)
    assert set(phrases) == set(Angle) == set(PLANS)
    for found in phrases.values():
        assert len(found.titles) >= 3
        assert 4 <= len(found.outline) <= 8
        assert all("{}" in title for title in found.titles)
        assert any("{}" in text for section in found.outline for text in section)
        assert all("{}" in title for title in found.questions)
