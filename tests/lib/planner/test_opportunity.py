"""What a keyword may bring: the formula's bounds and directions, and that the database computes the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from igny8_lib.models import Keyword
from igny8_lib.planner.opportunity import (
    ATTAINABLE_CTR,
    CLICKS_OF_A_HUNDRED,
    ORGANIC_CTR,
    ctr_at,
    default_priority,
    expected_clicks,
    score,
)
from tests.factories.sites import make_site

DEMAND = st.integers(0, 10**12)
POSITION = st.decimals(0, 9999, places=2)
DIFFICULTY = st.decimals(0, 100, places=2)
MEASURES = st.fixed_dictionaries(
    {
        "volume": st.none() | DEMAND,
        "impressions": st.none() | DEMAND,
        "position": st.none() | POSITION,
        "difficulty": st.none() | st.decimals(-5, 999, places=2),
    }
)


def test_the_curve_falls_and_its_top_three_is_what_is_attainable() -> None:
    assert list(ORGANIC_CTR) == sorted(ORGANIC_CTR, reverse=True)
    assert pytest.approx(sum(ORGANIC_CTR[:3]) / 3) == ATTAINABLE_CTR
    assert [ctr_at(place) for place in (1, 1.49, 1.5, 10.4, 10.5, 500, None)] == [
        *(0.285, 0.285, 0.157),
        *(0.025, 0, 0, 0),
    ]


@given(MEASURES)
def test_a_score_is_between_0_and_100_and_known_exactly_where_the_demand_is(measures: dict[str, Any]) -> None:
    clicks = expected_clicks(**measures)
    demand = measures["impressions"] if measures["volume"] is None else measures["volume"]
    assert (clicks is None) == (score(clicks) is None) == (default_priority(score(clicks)) is None) == (demand is None)
    if clicks is not None:
        assert 0 <= clicks <= demand * ATTAINABLE_CTR
        assert 0 <= (score(clicks) or 0) <= 100


@given(DEMAND, DEMAND, st.none() | POSITION, st.none() | DIFFICULTY)
def test_more_demand_is_never_less(one: int, other: int, position: Decimal | None, difficulty: Decimal | None) -> None:
    low, high = sorted((one, other))
    for name in ("volume", "impressions"):
        less, more = (
            expected_clicks(**{name: each}, position=position, difficulty=difficulty) or 0.0 for each in (low, high)
        )
        assert less <= more
        assert (score(less) or 0) <= (score(more) or 0)


@given(DEMAND, st.lists(POSITION, min_size=2, max_size=2), st.none() | DIFFICULTY)
def test_who_ranks_better_already_has_less_to_win_and_who_does_not_rank_the_most(
    demand: int, positions: list[Decimal], difficulty: Decimal | None
) -> None:
    best_first = [*sorted(positions), None]
    clicks = [expected_clicks(volume=demand, position=place, difficulty=difficulty) or 0.0 for place in best_first]
    assert clicks == sorted(clicks)


@given(DEMAND, st.none() | POSITION, st.lists(DIFFICULTY, min_size=2, max_size=2))
def test_what_is_harder_brings_no_more_and_an_unknown_difficulty_is_left_out(
    demand: int, position: Decimal | None, difficulties: list[Decimal]
) -> None:
    easy_first = [None, Decimal(0), *sorted(difficulties)]
    clicks = [expected_clicks(volume=demand, position=position, difficulty=hard) or 0.0 for hard in easy_first]
    assert clicks == sorted(clicks, reverse=True)
    assert clicks[0] == clicks[1]
    assert expected_clicks(volume=demand, position=position, difficulty=100) == 0


def test_the_volume_stands_before_the_impressions_also_where_it_is_0() -> None:
    assert expected_clicks(volume=0, impressions=900) == 0
    assert expected_clicks(impressions=1000, difficulty=50, position=4) == pytest.approx(1000 * (0.184 - 0.08) / 2)


def test_the_scale_is_logarithmic_and_ends_at_ten_thousand_clicks() -> None:
    assert [score(clicks) for clicks in (0, 10, 100, 1_000, CLICKS_OF_A_HUNDRED, 10**9)] == [0, 26, 50, 75, 100, 100]
    assert score(None) is None


@given(st.lists(MEASURES, min_size=1, max_size=40))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_database_computes_what_the_formula_says(session: Session, measures: list[dict[str, Any]]) -> None:
    site_id = make_site(session).id
    rows = [
        {"site_id": site_id, "text": f"k{n}", "normalized": f"k{n}", "status": "new"} | each
        for n, each in enumerate(measures)
    ]
    session.execute(insert(Keyword), rows)
    stored = session.scalars(select(Keyword.expected_clicks).where(Keyword.site_id == site_id).order_by(Keyword.id))
    for found, given_measures in zip(stored, measures, strict=True):
        told = expected_clicks(**given_measures)
        assert found is None if told is None else found == pytest.approx(told, rel=1e-9, abs=1e-9)


def test_the_stored_figure_follows_its_measures(session: Session) -> None:
    keyword = Keyword(site_id=make_site(session).id, text="lamp", normalized="lamp", difficulty=Decimal(50))
    session.add(keyword)
    session.flush()
    assert keyword.expected_clicks is None
    keyword.volume = 1000
    session.flush()
    assert keyword.expected_clicks == pytest.approx(92)
