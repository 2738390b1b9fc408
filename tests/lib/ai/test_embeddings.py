"""Embeddings as they come: whatever cannot be compared is no answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.ai.embeddings import read_embeddings
from igny8_lib.ai.errors import AnswerInvalid

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["index", "embedding"]), inner),
    max_leaves=12,
)


def body(*found: object) -> dict[str, Any]:
    return {"data": [{"embedding": vector} for vector in found]}


def test_vectors_come_in_the_order_of_their_index() -> None:
    mixed = {"data": [{"index": 1, "embedding": [3, 4]}, {"index": 0, "embedding": [1, 2]}]}
    assert read_embeddings(mixed, 2).tolist() == [[1, 2], [3, 4]]
    assert read_embeddings(body([1.5], [2]), 2).tolist() == [[1.5], [2]]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (body([1]), "1 embeddings for 2 texts"),
        (body([1], [2], [3]), "3 embeddings for 2 texts"),
        (body([1, 2], [3]), "one length"),
        (body([], []), "one length"),
        (body([[1]], [[2]]), "one length"),
        (body([1], ["x"]), "one length"),
        (body([1], [None]), "not finite"),
        (body([1], "AACAPw=="), "no list"),
        (body([1], None), "no list"),
        (json.loads('{"data": [{"embedding": [NaN]}, {"embedding": [1]}]}'), "not finite"),
        (json.loads('{"data": [{"embedding": [1e999]}, {"embedding": [1]}]}'), "not finite"),
        (body([0.0], [0.0]), "all the same"),
        ({"data": [1, "x"]}, "no list"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_reason(found: dict[str, Any], told: str) -> None:
    with pytest.raises(AnswerInvalid, match=told):
        read_embeddings(found, 2)


@given(st.lists(JSON, max_size=3), st.integers(1, 3))
def test_whatever_comes_is_numbers_or_a_bad_answer(items: list[object], number: int) -> None:
    try:
        found = read_embeddings({"data": items}, number)
    except AnswerInvalid:
        return
    assert found.shape[0] == number
