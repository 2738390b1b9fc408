"""Clusters: every keyword once, alike together, in any script."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.ai.functions import auto_cluster
from igny8_lib.sandbox.answers.clustering import MOST_AT_ONCE, keyword_clusters
from igny8_lib.sandbox.answers.naming import LONGEST_NAME
from igny8_lib.sandbox.answers.words import guess_language
from igny8_lib.text.names import clean_name
from igny8_lib.text.normalisation import normalise, refusal_reason

HOUSING = (
    "supported independent living perth",
    "ndis housing",
    "supported independent living",
    "ndis housing perth",
    "independent living support",
    "respite care near me",
    "best respite care",
    "how does respite care work",
)
REPAIRS = (
    "поклейка обоев цена",
    "поклейка обоев под покраску",
    "мастер по поклейке обоев",
    "укладка плитки в ванной",
    "укладка плитки цена за м2",
    "укладка плитки",
)
GARAGE = ("cambio de aceite", "cambio aceite precio", "cambio de aceite y filtro", "taller de motos", "taller motos")

TEXT = (
    "payday loans online best how to get out of near me отделка квартиры москва цена под ключ taller motos cerca de mi"
    " 住宅 ローン قرض سريع हिन्दी ऋण loan-shark's 24/7 ndis €500 🏠"
)
WORDS = st.sampled_from(TEXT.split())
ANYTHING = st.text(max_size=40).map(clean_name).filter(lambda text: refusal_reason(text) is None)
"""Whatever an import takes for a keyword."""
KEYWORDS = st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join) | ANYTHING, max_size=30)


def grouped(keywords: tuple[str, ...] | list[str], existing: tuple[str, ...] | list[str] = ()) -> dict[str, set[str]]:
    """Cluster names, each with its keywords' texts."""
    item = {"keywords": [{"n": n, "text": text, "volume": None} for n, text in enumerate(keywords)]}
    answer = keyword_clusters({**item, "existing_clusters": list(existing)})
    return {cluster["name"]: {keywords[n] for n in cluster["keywords"]} for cluster in answer["clusters"]}


def test_keywords_of_one_topic_come_together() -> None:
    clusters = grouped(HOUSING)
    assert {frozenset(members) for members in clusters.values()} == {
        frozenset({"supported independent living perth", "supported independent living", "independent living support"}),
        frozenset({"ndis housing", "ndis housing perth"}),
        frozenset({"respite care near me", "best respite care", "how does respite care work"}),
    }


def test_russian_keywords_come_together_by_their_stems() -> None:
    clusters = grouped(REPAIRS)
    assert set(map(frozenset, clusters.values())) == {frozenset(REPAIRS[:3]), frozenset(REPAIRS[3:])}


def test_spanish_keywords_come_together_and_their_names_are_no_title_case() -> None:
    clusters = grouped(GARAGE)
    assert clusters == {"Cambio de aceite": set(GARAGE[:3]), "Taller motos": set(GARAGE[3:])}


def test_names_are_statements_in_title_case_where_there_is_one() -> None:
    assert set(grouped(["how do payday loans work", "payday loans work", "what payday loans work"])) == {
        "Payday Loans Work"
    }


def test_what_all_keywords_share_does_not_make_one_cluster_of_them() -> None:
    topics = (
        "consolidate",
        "how to consolidate my",
        "garnish wages",
        "bankruptcy",
        "bank account",
        "guaranteed lender",
    )
    clusters = grouped([f"{topic} payday loans" for topic in topics] * 2 + ["garnish wages for payday loans"])
    assert len(clusters) >= 4
    together = {"consolidate payday loans", "how to consolidate my payday loans"}
    assert together in clusters.values()


def test_scripts_without_spaces_are_clustered_by_pieces() -> None:
    clusters = grouped(["住宅ローン金利", "住宅ローン比較", "自動車保険料", "自動車保険比較"])
    assert {frozenset(members) for members in clusters.values()} == {
        frozenset({"住宅ローン金利", "住宅ローン比較"}),
        frozenset({"自動車保険料", "自動車保険比較"}),
    }


def test_clusters_are_named_after_what_their_keywords_share() -> None:
    flats = ["modern granny flat ideas", "granny flat floor plans", "cheap granny flats perth", "granny flat rules"]
    assert list(grouped(flats)) == ["Granny Flat"]


def test_a_keyword_of_an_existing_cluster_joins_it_by_its_exact_name() -> None:
    clusters = grouped(HOUSING, ["Respite CARE", "Payday Loans"])
    assert "respite care near me" in clusters["Respite CARE"]
    assert "Payday Loans" not in clusters


def test_a_list_longer_than_what_is_compared_at_once_is_clustered_too() -> None:
    keywords = [f"{text} {number}" for number in range(MOST_AT_ONCE // 4) for text in HOUSING[:5]]
    clusters = grouped(keywords)
    assert sum(map(len, clusters.values())) == len(keywords)


@settings(max_examples=150, deadline=None)
@given(keywords=KEYWORDS, existing=st.lists(st.text(min_size=1, max_size=20), max_size=5))
def test_every_keyword_is_in_exactly_one_cluster_whatever_it_says(keywords: list[str], existing: list[str]) -> None:
    names = {normalise(name): name for name in map(clean_name, existing) if normalise(name)}
    items = [auto_cluster.KeywordItem(n, text) for n, text in enumerate(keywords, start=1)]
    document = {"keywords": [vars(item) for item in items], "existing_clusters": list(names.values())}
    answer = keyword_clusters(document)
    auto_cluster.check(auto_cluster.KeywordClusters.model_validate(answer), items)
    assert all(len(cluster["name"]) <= LONGEST_NAME for cluster in answer["clusters"])
    assert all(cluster["description"].strip() for cluster in answer["clusters"])
    assert answer == keyword_clusters(document)


def test_languages_are_guessed_by_script_and_by_small_words() -> None:
    assert guess_language(["чистовая отделка"]) == "russian"
    assert guess_language(["taller de motos", "mecanico cerca de mi"]) == "spanish"
    assert guess_language(["auto reparatur in der nähe", "was kostet das"]) == "german"
    assert guess_language(["payday loans"]) == "english"
    assert guess_language([]) == "english"
