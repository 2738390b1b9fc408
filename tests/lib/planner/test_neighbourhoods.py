"""Keywords go into requests by neighbourhood: a topic is never cut by a request's border (SPEC §3)."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.planner import neighbourhoods
from igny8_lib.planner.likeness import MOST_HINTED, Text, cosine, find_hints, likeness
from igny8_lib.planner.neighbourhoods import oldest_with_company, requests, requests_within
from tests.factories.planner import keyword_texts

WORDS = st.sampled_from(
    ["rose", "prune", "garden", "bike", "chain", "repair", "cost", "best", "how", "the", "лампа", "園芸", "über"]
)
LISTS = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=60, unique=True)


def texts_of(found: list[str], **more: dict[int, str]) -> list[Text]:
    return [
        Text(n, text, **{name: values.get(n) for name, values in more.items()}) for n, text in enumerate(found, start=1)
    ]


@settings(max_examples=60)
@given(LISTS, st.integers(1, 20), st.sampled_from(["en", "ru", "ja", "xx"]))
def test_every_keyword_is_in_exactly_one_request_and_none_is_too_long(
    found: list[str], most: int, language: str
) -> None:
    made = requests(texts_of(found), language, most)
    assert Counter(item for request in made for item in request) == Counter(range(1, len(found) + 1))
    assert all(1 <= len(request) <= most for request in made)


@settings(max_examples=40)
@given(LISTS, st.randoms(use_true_random=False))
def test_the_order_of_the_file_plays_no_part(found: list[str], dice: random.Random) -> None:
    shuffled = found.copy()
    dice.shuffle(shuffled)

    def groups(order: list[str]) -> list[list[str]]:
        by_id = dict(enumerate(order, start=1))
        return [[by_id[item] for item in request] for request in requests(texts_of(order), "en", 7)]

    assert groups(found) == groups(shuffled)


def test_what_an_export_puts_together_is_in_one_request_whatever_the_words() -> None:
    found = [
        f"{word} {n}"
        for n, word in enumerate(["abc", "def", "ghi", "jkl", "mno", "pqr", "stu", "vwx", "yza", "bcd"] * 6)
    ]
    together = {3, 17, 28, 40, 59}
    for hint in (
        {"parent_keyword": dict.fromkeys(together, "Abroad")},
        {"page_url": dict.fromkeys(together, "https://x/y")},
    ):
        made = requests(texts_of(found, **hint), "en", 20)
        assert sum(bool(together & set(request)) for request in made) == 1, hint


def test_a_parent_keyword_stands_with_its_children_and_a_home_page_says_nothing() -> None:
    assert find_hints([Text(1, "Roof Repair"), Text(2, "x", parent_keyword="roof repair"), Text(3, "y")]) == [[0, 1]]
    crowd = [Text(n, f"word {n}", page_url="https://home/") for n in range(MOST_HINTED + 1)]
    assert find_hints(crowd) == []


def test_topics_are_not_cut_that_fit_into_a_request() -> None:
    topics = ["rose pruning", "bike chain", "oak flooring", "tax advice", "espresso machine", "puppy training"]
    asked = ["cost", "ideas", "near me", "best", "for beginners", "vs hiring", "plans", "mistakes"]
    found = [f"{topic} {more}" for more in asked for topic in topics]
    made = requests(texts_of(found), "en", 20)
    homes = [{n for n, request in enumerate(made) for item in request if topic in found[item - 1]} for topic in topics]
    assert len(made) <= 4
    assert all(len(home) == 1 for home in homes), homes


def test_a_run_s_limit_takes_the_oldest_and_completes_their_groups() -> None:
    found = [
        "prune roses",
        "bike chain cost",
        "oak floor",
        "pruning roses when",
        "bike chain price",
        "rose prune tools",
    ]
    taken = [text.id for text in oldest_with_company(texts_of(found), "en", 3, 20)]
    assert taken == [1, 4, 6], "the oldest one's whole topic, before the next topic begins"
    assert sorted(item for request in requests_within(texts_of(found), "en", 4, 20) for item in request) == [1, 2, 4, 6]


def test_long_lists_are_compared_in_blocks_and_none_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhoods, "BLOCK", 50)
    found = keyword_texts(500)
    compared = [len(block) for block in neighbourhoods.blocks(texts_of(found), "en")]
    assert max(compared) <= 50
    assert sum(compared) == 500
    made = requests(texts_of(found), "en", 20)
    assert sorted(item for request in made for item in request) == list(range(1, 501))
    assert len(made) <= 1.3 * 500 / 20, "requests are nearly full"


def test_no_edge_of_a_block_runs_through_what_an_export_puts_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhoods, "BLOCK", 50)
    plain = texts_of(keyword_texts(400))
    pages = {text.id: f"https://a.example/{text.id * 7 % 100}" for text in plain}
    texts = [replace(text, page_url=pages[text.id]) for text in plain]
    home = {text.id: number for number, block in enumerate(neighbourhoods.blocks(texts, "en")) for text in block}
    blocks_of_page = {
        page: {home[number] for number, other in pages.items() if other == page} for page in pages.values()
    }
    assert len(set(home.values())) >= 8
    assert {len(found) for found in blocks_of_page.values()} == {1}
    shuffled = neighbourhoods.blocks(texts[::-1], "en")
    assert [text.id for block in shuffled for text in block] == list(home), "the order of the file plays no part"


def test_a_chain_of_hints_through_a_whole_list_is_cut_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhoods, "BLOCK", 50)
    plain = texts_of(keyword_texts(300))
    chain = [replace(text, parent_keyword=after.text) for text, after in pairwise(plain)]
    compared = [len(block) for block in neighbourhoods.blocks(chain, "en")]
    assert max(compared) <= 50
    assert sum(compared) == 299


@given(st.lists(st.lists(WORDS, max_size=4), min_size=1, max_size=12))
def test_similarities_are_symmetric_and_between_0_and_1(documents: list[list[str]]) -> None:
    alike = cosine(documents, light={"the"})
    assert (alike == alike.T).all()
    assert alike.min() >= 0
    assert alike.max() <= 1.0001


def test_forms_of_a_word_are_alike_and_stop_words_hardly_count() -> None:
    alike = likeness(texts_of(["pruning roses", "prune a rose", "how long to wait", "how long to walk", "bike"]), "en")
    assert alike[0, 1] > 0.7
    assert alike[0, 1] > alike[2, 3]
    assert alike[0, 4] < 0.1
