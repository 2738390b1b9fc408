"""Columns over days, parts of a whole, and numbers at the edge of a chart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from igny8_web.pages.charts import FLOOR, TOP, chart_of, compact, round_up
from igny8_web.pages.credits.rows import signed
from igny8_web.pages.operations import parts_by_operation

from igny8_lib.amounts import Credits
from igny8_lib.models import Operation

FIRST = date(2026, 11, 1)


@given(used=st.lists(st.integers(-(10**6), 10**11), min_size=1, max_size=31))
def test_no_column_leaves_the_chart_and_the_highest_stays_below_the_top_line(used: list[int]) -> None:
    days = {FIRST + timedelta(days=number): Credits(amount) for number, amount in enumerate(used)}
    chart = chart_of(days, FIRST, max(days))
    assert len(chart.columns) == len(used)
    for column in chart.columns:
        assert TOP - 0.001 <= column.y <= FLOOR
        assert column.y + column.height == pytest.approx(FLOOR)
        assert column.x >= 0
        assert column.x + column.width <= 100
    assert [column.current for column in chart.columns] == [False] * (len(used) - 1) + [True]


@given(value=st.floats(0, 1e12))
def test_the_top_of_a_chart_is_a_round_number_above_its_highest_column(value: float) -> None:
    assert value <= round_up(value) <= max(2.5 * value, 1)


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (0.5, "0.5"), (250, "250"), (1_500, "1.5k"), (2_000_000, "2M"), (250_000_000, "250M"), (10**9, "1bn")],
)
def test_numbers_at_the_edge_are_short(value: float, said: str) -> None:
    assert compact(value) == said


def test_kinds_of_work_without_a_colour_of_their_own_are_one_part_and_refunds_none() -> None:
    amounts = {
        Operation.LINKING: Credits.of(8),
        Operation.OPTIMIZATION: Credits.of(4),
        Operation.IDEA_GENERATION: Credits.of(6),
        Operation.CLUSTERING: Credits.of(-2),
    }
    parts = parts_by_operation(amounts)
    assert [(part.kind, part.name, part.value) for part in parts] == [
        ("f6", "Links, Optimizing", "12"),
        ("f2", "Ideas", "6"),
    ]
    assert sum(part.share for part in parts) == pytest.approx(100)


def test_credits_that_come_and_go_have_a_sign() -> None:
    assert (signed(Credits.of(250)), signed(Credits.of("-2.5")), signed(Credits.of(0))) == ("+250", "−2.5", "0")
