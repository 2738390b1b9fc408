"""Vectors of texts: cached by the text, of length 1, and read against what all pairs have in common."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.models import TextVector
from igny8_lib.planner import vectors
from igny8_lib.planner.likeness import Text, likeness
from igny8_lib.planner.neighbourhoods import requests
from igny8_lib.planner.vectors import background, encode, spread
from igny8_lib.sandbox.answers.embeddings import embed
from tests.factories.sites import make_site
from tests.factories.tenants import make_tenant

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


def rows_of(texts: list[str]) -> vectors.Rows:
    return np.array([embed(text, 512) for text in texts], dtype=np.float32)


def test_a_text_is_asked_for_once_however_it_is_written(session: Session) -> None:
    site = make_site(session)
    assert vectors.missing(session, site.id, "m", ["Prune  Roses", "prune roses", "!", "bike"])[:2] == [
        "prune roses",
        "!",
    ]
    vectors.store(session, site.id, "m", {"prune roses": [3.0, 4.0]})
    assert vectors.missing(session, site.id, "m", ["PRUNE roses", "bike"]) == ["bike"]
    assert vectors.missing(session, site.id, "other model", ["prune roses"]) == ["prune roses"]
    found = vectors.rows(session, site.id, "m", ["bike", "Prune Roses", "prune  roses"])
    assert found is not None
    assert found == pytest.approx(np.array([[0, 0], [0.6, 0.8], [0.6, 0.8]]), abs=1e-3)
    assert vectors.rows(session, site.id, "", ["prune roses"]) is None
    assert vectors.rows(session, site.id, "m", ["bike"]) is None


def test_what_is_kept_stays_and_what_has_no_direction_is_not_kept(session: Session) -> None:
    site = make_site(session)
    assert vectors.store(session, site.id, "m", {"a": [1.0, 0.0], "b": [0.0, 0.0], "c": [math.nan, 1.0]}) == 1
    vectors.store(session, site.id, "m", {"a": [0.0, 1.0]})
    found = vectors.rows(session, site.id, "m", ["a", "b"])
    assert found is not None
    assert found.tolist() == [[1, 0], [0, 0]]


def test_where_a_model_has_changed_its_dimensions_those_of_most_texts_count(session: Session) -> None:
    site = make_site(session)
    vectors.store(session, site.id, "m", {"a": [1.0], "b": [1.0, 0.0], "c": [0.0, 1.0]})
    found = vectors.rows(session, site.id, "m", ["a", "b", "c"])
    assert found is not None
    assert found.tolist() == [[0, 0], [1, 0], [0, 1]]


def test_a_tenant_reads_and_writes_no_vector_of_another(sessions: Sessions) -> None:
    with sessions.begin() as made:
        mine, theirs = make_tenant(made), make_tenant(made)
        vectors.store(made, theirs.site_ids[0], "m", {"prune roses": [1.0]})
    own = scoped(sessions, Scope.of_sites(mine.account_id, mine.site_ids))
    with own.begin() as narrow:
        assert vectors.rows(narrow, theirs.site_ids[0], "m", ["prune roses"]) is None
        vectors.store(narrow, mine.site_ids[0], "m", {"prune roses": [1.0]})
        assert vectors.rows(narrow, mine.site_ids[0], "m", ["prune roses"]) is not None
    with pytest.raises(Exception, match="is not of sites"), own.begin() as narrow:
        vectors.store(narrow, theirs.site_ids[0], "m", {"other": [1.0]})
    with sessions() as all_of_them:
        count = select(func.count()).where(TextVector.site_id == theirs.site_ids[0], TextVector.model == "m")
        assert all_of_them.scalar(count) == 1


@given(st.lists(NUMBERS, min_size=1, max_size=8))
def test_a_vector_is_kept_at_length_1_or_not_at_all(numbers: list[float]) -> None:
    kept = np.frombuffer(encode(numbers), dtype=vectors.STORED).astype(float)
    assert not len(kept) or math.hypot(*kept) == pytest.approx(1, abs=0.01)
    if all(map(math.isfinite, numbers)) and any(numbers):
        assert len(kept) == len(numbers)


@settings(max_examples=40)
@given(st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3), min_size=2, max_size=12))
def test_the_mean_is_the_mean_of_all_pairs_and_likeness_is_from_0_to_1(numbers: list[list[float]]) -> None:
    kept = [np.frombuffer(encode(each), dtype=vectors.STORED) for each in numbers if encode(each)]
    found = np.array([*kept, np.zeros(3)], dtype=np.float32)
    cosines = found @ found.T
    pairs = [cosines[a, b] for a in range(len(kept)) for b in range(a)]
    assert background(found) == pytest.approx(max(0, sum(pairs) / (len(pairs) + vectors.PAIRS_BEFORE)), abs=0.01)
    alike = spread(cosines, background(found))
    assert ((alike >= 0) & (alike <= 1)).all()


def test_vectors_know_synonyms_that_words_do_not_and_words_stay_what_most_depends_on() -> None:
    texts = ["elderly bathroom", "seniors shower", "bathroom tiles", "bike chain"]
    given = [Text(n, text) for n, text in enumerate(texts)]
    by_words, by_both = likeness(given, "en"), likeness(given, "en", rows_of(texts))
    assert by_words[0, 1] < 0.05
    assert by_both[0, 1] > by_words[0, 1] + 0.03
    assert by_both[0, 3] == pytest.approx(by_words[0, 3], abs=0.05)
    assert (by_both == by_both.T).all()
    assert (likeness(given, "en", rows_of(texts)) == by_both).all(), "the same vectors, the same likeness"


def test_texts_without_a_vector_are_compared_by_their_words() -> None:
    texts = ["prune roses", "rose pruning", "pruning a rose", "bike"]
    given = [Text(n, text) for n, text in enumerate(texts)]
    some = rows_of(texts)
    some[1:3] = 0
    by_words, by_some = likeness(given, "en"), likeness(given, "en", some)
    assert (by_some[1] == by_words[1]).all()
    assert (by_some[2] == by_words[2]).all()
    assert (likeness(given, "en", np.zeros((4, 3), dtype=np.float32)) == by_words).all()


def test_a_model_that_finds_everything_alike_moves_nothing_together() -> None:
    texts = ["prune roses", "rose pruning", "bike chain", "bike chain cost"] * 10
    given = [Text(n, f"{text} {n}") for n, text in enumerate(texts)]
    same = np.ones((40, 1), dtype=np.float32)
    assert requests(given, "en", 20, lambda _: same) == requests(given, "en", 20)


def test_the_vectors_of_one_block_are_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("igny8_lib.planner.neighbourhoods.BLOCK", 10)
    looked: list[int] = []

    def look(texts: object) -> None:
        looked.append(len(list(texts)))  # type: ignore[call-overload]

    requests([Text(n, f"word {n} {n % 7}") for n in range(45)], "en", 5, look)
    assert max(looked) <= 10
    assert sum(looked) == 45
