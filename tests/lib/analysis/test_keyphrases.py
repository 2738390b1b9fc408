"""Where a text speaks of its keyphrase."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.analysis.keyphrases import find_keyphrase
from igny8_lib.analysis.sentences import sentences


def found(text: str, phrase: str, language: str) -> tuple[list[str], list[str]]:
    """The stretches that hold all content words, and the exact phrases."""
    matches, exact = find_keyphrase(text, sentences(text, language), phrase, language)
    return [text[start:end] for start, end in matches], [text[start:end] for start, end in exact]


@pytest.mark.parametrize(
    ("language", "phrase", "text", "match"),
    [
        ("en", "pruning apple trees", "Prune the apple tree.", "Prune the apple tree"),
        ("en", "prune an apple tree", "My apple trees were pruned badly.", "apple trees were pruned"),
        ("en", "apple tree", "The tree’s apples are red.", "tree’s apples"),
        ("en", "apple tree", "“Apple-Tree” care", "Apple-Tree"),
        ("de", "Apfelbaum schneiden", "Er schneidet den Apfelbaum.", "schneidet den Apfelbaum"),
        ("de", "Krankenhaus", "Viele Kranken\u00adhäuser", "Kranken\u00adhäuser"),
        ("es", "receta de pan", "Panes según recetas viejas", "Panes según recetas"),
        ("fr", "recette du pain", "Du pain, une recette", "pain, une recette"),
        ("it", "ricetta del pane", "Le ricette per il pane", "ricette per il pane"),
        ("nl", "brood bakken", "Wij bakken zelf brood", "bakken zelf brood"),
        ("pt", "receita de pão", "O pão e a receita", "pão e a receita"),
        ("ru", "рецепт хлеба", "О хлебе: рецепты", "хлебе: рецепты"),
        ("pl", "przepis na chleb", "Chleb: przepis", "Chleb: przepis"),
        ("ja", "東京 観光", "観光なら東京都です。", "観光なら東京"),
        ("zh", "苹果树", "修剪苹果树的方法", "苹果树"),
        ("en", "CAFE\u0301 table", "The café’s tables", "café’s tables"),
    ],
)
def test_all_content_words_in_one_sentence_match_in_any_inflection_and_order(
    language: str, phrase: str, text: str, match: str
) -> None:
    assert found(text, phrase, language)[0] == [match]


def test_content_words_in_two_sentences_are_no_match() -> None:
    assert found("The apple fell. The tree stood.", "apple tree", "en") == ([], [])


def test_a_sentence_that_says_everything_twice_matches_twice() -> None:
    text = "Apple trees need care, and an old apple tree needs more."
    assert found(text, "apple tree", "en")[0] == ["Apple trees", "apple tree"]
    assert found("Apple, apple, apple tree.", "apple tree", "en")[0] == ["apple tree"]


def test_a_match_is_the_shortest_stretch_that_ends_where_it_ends() -> None:
    assert found("Apple cake under the apple tree", "apple tree", "en")[0] == ["apple tree"]


def test_function_words_of_the_phrase_may_be_missing_and_content_words_may_not() -> None:
    assert found("How a fire alarm works", "what is the fire alarm of a home", "en")[0] == []
    assert found("A fire alarm for each home", "what is the fire alarm of a home", "en")[0] != []


def test_a_phrase_of_function_words_alone_is_found_with_all_of_them() -> None:
    assert found("To be or not to be.", "to be or not to be", "en") == (["To be or not"], ["To be or not to be"])
    assert found("To be.", "to be or not to be", "en") == ([], [])


@pytest.mark.parametrize(
    ("language", "phrase", "text", "exact"),
    [
        ("en", "apple tree", "An apple tree. Two apple trees. APPLE  TREE! Tree apple.", ["apple tree", "APPLE  TREE"]),
        ("en", "don't panic", "Don’t panic, don't worry", ["Don’t panic"]),
        ("en", "apple", "pineapple applesauce", []),
        ("en", "a a", "a a a a", ["a a", "a a"]),
        ("ja", "観光地", "東京の観光地、観光", ["観光地"]),
        ("zh", "苹果", "苹果树和苹果", ["苹果", "苹果"]),
        ("th", "กรุงเทพ", "เที่ยวกรุงเทพวันนี้", ["กรุงเทพ"]),
        ("de", "Straße", "Die STRASSE", ["STRASSE"]),
    ],
)
def test_the_exact_phrase_is_found_apart_from_case_and_typography(
    language: str, phrase: str, text: str, exact: list[str]
) -> None:
    assert found(text, phrase, language)[1] == exact


def test_the_exact_phrase_does_not_run_over_the_end_of_a_sentence() -> None:
    assert found("He sold the apple. Tree surgeons came.", "apple tree", "en")[1] == []


@pytest.mark.parametrize("phrase", ["", "  ", "!!!", "—", "'"])
def test_a_phrase_without_words_is_found_nowhere(phrase: str) -> None:
    assert found("Anything at all!!!", phrase, "en") == ([], [])


@given(
    st.text(alphabet="ab 漢か'’.-é\u00ad\n", max_size=60),
    st.text(alphabet="ab 漢か'’-é", max_size=12),
    st.sampled_from(["en", "ja", "pl"]),
)
def test_every_place_lies_within_one_sentence(text: str, phrase: str, language: str) -> None:
    spans = sentences(text, language)
    places = find_keyphrase(text, spans, phrase, language)
    for start, end in [*places.matches, *places.exact]:
        assert start < end
        assert any(first <= start and end <= last for first, last in spans)


@given(
    st.lists(st.sampled_from(["apple", "tree", "house", "trees", "漢字"]), min_size=1, max_size=4), st.integers(0, 3)
)
def test_a_phrase_is_found_in_a_sentence_that_quotes_it(phrase: list[str], before: int) -> None:
    typed = " ".join(phrase)
    text = f"{'word ' * before}{typed} word"
    matches, exact = found(text, typed, "en")
    assert typed in exact
    assert matches
