import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.cost_changes import cost_history, cost_lines, set_cost, write_defaults
from igny8_lib.credits.costs import (
    DEFAULT_COSTS,
    RUN_OPERATIONS,
    CostTable,
    ImageQuality,
    costs_in_force,
    get_credit_cost,
)
from igny8_lib.errors import ChangedMeanwhile, InvalidInput
from igny8_lib.models import CreditCostConfig, Operation

O = Operation  # noqa: E741 - the table below reads as SPEC's


@pytest.mark.parametrize(
    ("operation", "units", "credits"),
    [
        (O.CLUSTERING, 5, "1"),
        (O.CLUSTERING, 6, "2"),
        (O.CLUSTERING, 20, "4"),
        (O.IDEA_GENERATION, 5, "10"),
        (O.CONTENT_GENERATION, 1, "1"),
        (O.CONTENT_GENERATION, 500, "1"),
        (O.CONTENT_GENERATION, 1001, "3"),
        (O.IMAGE_PROMPT_EXTRACTION, 1, "0.5"),
        (O.IMAGE_PROMPT_EXTRACTION, 4, "2"),
        (O.IMAGE_GENERATION, 1, "1"),
        (O.LINKING, 1, "8"),
        (O.OPTIMIZATION, 201, "2"),
        (O.SITE_STRUCTURE_GENERATION, 1, "50"),
        (O.SITE_PAGE_GENERATION, 3, "60"),
    ],
)
def test_the_nine_operations_cost_what_the_price_list_says(operation: Operation, units: int, credits: str) -> None:  # noqa: A002
    assert DEFAULT_COSTS.charge(operation, units) == Credits.of(credits)
    assert set(DEFAULT_COSTS.costs) == set(Operation)


def test_an_image_costs_1_to_4_by_quality_and_quality_changes_nothing_else() -> None:
    charges = [DEFAULT_COSTS.charge(O.IMAGE_GENERATION, 2, quality=quality) for quality in ImageQuality]
    assert [str(charge) for charge in charges] == ["2", "4", "6", "8"]
    assert DEFAULT_COSTS.charge(O.LINKING, 1, quality=ImageQuality.PREMIUM) == Credits.of(8)


@pytest.mark.parametrize("operation", Operation)
def test_nothing_costs_nothing_and_less_than_nothing_is_an_error(operation: Operation) -> None:
    assert DEFAULT_COSTS.charge(operation, 0) == ZERO
    with pytest.raises(ValueError, match="-1"):
        DEFAULT_COSTS.charge(operation, -1)


@given(operation=st.sampled_from(Operation), units=st.integers(1, 10**6), more=st.integers(0, 10**6))
def test_more_units_never_cost_less_and_splitting_a_request_never_saves(
    operation: Operation, units: int, more: int
) -> None:
    together = DEFAULT_COSTS.charge(operation, units + more)
    assert together >= DEFAULT_COSTS.charge(operation, units)
    assert together <= DEFAULT_COSTS.charge(operation, units) + DEFAULT_COSTS.charge(operation, more)


def test_an_active_override_replaces_the_constant_and_an_inactive_one_does_not(session: Session) -> None:
    set_cost(session, O.CONTENT_GENERATION, by="ada", cost="1.5", unit_size=100, minimum=2)
    assert get_credit_cost(session, O.CONTENT_GENERATION, 250) == Credits.of("4.5")
    assert get_credit_cost(session, O.CONTENT_GENERATION, 1) == Credits.of(2)
    set_cost(session, O.CONTENT_GENERATION, by="ada", is_active=False)
    assert costs_in_force(session) == DEFAULT_COSTS
    set_cost(session, O.CONTENT_GENERATION, by="ada", is_active=True)
    assert get_credit_cost(session, O.CONTENT_GENERATION, 250) == Credits.of("4.5")


def test_without_overrides_the_constants_hold(session: Session) -> None:
    assert costs_in_force(session) == DEFAULT_COSTS


def test_writing_the_constants_is_repeatable_and_keeps_what_was_changed(session: Session) -> None:
    set_cost(session, O.LINKING, by="ada", cost=9)
    assert write_defaults(session) == 8
    assert write_defaults(session) == 0
    assert get_credit_cost(session, O.LINKING) == Credits.of(9)
    assert session.get_one(CreditCostConfig, O.CLUSTERING).budget_percentage == 15
    assert {**costs_in_force(session).costs, O.LINKING: None} == {**DEFAULT_COSTS.costs, O.LINKING: None}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"cost": "-1"}, "from 0 to"),
        ({"cost": "cheap"}, "is not an amount"),
        ({"cost": "NaN"}, "is not an amount"),
        ({"cost": "Infinity"}, "is not an amount"),
        ({"cost": "0.005"}, "two decimals"),
        ({"cost": "1e30"}, "is beyond 1000000000 credits"),
        ({"minimum": "-0.5"}, "minimum"),
        ({"unit_size": 0}, "unit size"),
        ({"unit_size": "many"}, "whole number"),
        ({"unit": "  "}, "needs a name"),
        ({"budget_percentage": 101}, "0 to 100"),
        ({"budget_percentage": -1}, "0 to 100"),
        ({"budget_percentage": 16}, "sum to 101"),
        ({"cost": 1, "by": " "}, "who"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_its_reason(
    session: Session, change: dict[str, object], reason: str
) -> None:
    with pytest.raises(InvalidInput, match=reason):
        set_cost(session, O.CLUSTERING, **({"by": "ada"} | change))  # type: ignore[arg-type]


def test_an_operation_outside_runs_has_no_share(session: Session) -> None:
    with pytest.raises(InvalidInput, match="no share"):
        set_cost(session, O.LINKING, by="ada", budget_percentage=5)


def test_shares_move_by_lowering_one_and_raising_another_but_never_to_nothing(session: Session) -> None:
    set_cost(session, O.CLUSTERING, by="ada", budget_percentage=10)
    set_cost(session, O.IMAGE_GENERATION, by="ada", budget_percentage=35)
    assert list(costs_in_force(session).shares.values()) == [10, 10, 40, 5, 35]
    for operation in RUN_OPERATIONS[:-1]:
        set_cost(session, operation, by="ada", budget_percentage=0)
    with pytest.raises(InvalidInput, match="sum to 0"):
        set_cost(session, RUN_OPERATIONS[-1], by="ada", budget_percentage=0)


def test_every_change_is_recorded_with_who_and_from_what_to_what(session: Session) -> None:
    set_cost(session, O.LINKING, by="ada", cost="7.5")
    set_cost(session, O.LINKING, by="bob", cost="7.5")
    set_cost(session, O.LINKING, by="bob", cost=9, minimum=1)
    newest, first = cost_history(session, O.LINKING)
    assert (first.changed_by, first.old, first.new["cost"]) == ("ada", None, 7.5)
    assert (newest.changed_by, newest.old) == ("bob", first.new)
    assert newest.new == {
        "cost": 9,
        "unit": "content",
        "unit_size": 1,
        "minimum": 1,
        "is_active": True,
        "budget_percentage": None,
    }
    assert cost_history(session, O.CLUSTERING) == []
    assert len(cost_history(session)) == 2


prices = st.builds(Credits, st.integers(0, 10**9))


@given(data=st.data())
def test_a_cost_table_survives_the_journey_through_a_snapshot(data: st.DataObject) -> None:
    lines = {
        operation: type(line)(
            operation,
            data.draw(prices),
            line.unit,
            data.draw(st.integers(1, 10**6)),
            data.draw(prices),
            data.draw(st.integers(0, 20)),
        )
        for operation, line in DEFAULT_COSTS.costs.items()
    }
    table = CostTable(lines)
    assert CostTable.from_json(json.loads(json.dumps(table.as_json()))) == table


def test_an_operation_that_an_old_snapshot_does_not_know_costs_what_the_code_says() -> None:
    old = {"linking": DEFAULT_COSTS.costs[O.LINKING].as_json() | {"cost": 3}}
    table = CostTable.from_json(old)
    assert (table.charge(O.LINKING, 1), table.charge(O.CLUSTERING, 5)) == (Credits.of(3), Credits.of(1))


def test_a_change_keeps_its_reason_and_is_refused_for_a_version_that_has_passed(session: Session) -> None:
    set_cost(session, O.LINKING, by="ada", cost=7, reason=" dearer model ", version=0)
    (change,) = cost_history(session, O.LINKING)
    line = next(line for line in cost_lines(session) if line.in_force.operation is O.LINKING)
    assert (change.reason, line.reason, line.changed_by, line.is_default) == (
        "dearer model",
        "dearer model",
        "ada",
        False,
    )
    with pytest.raises(ChangedMeanwhile):
        set_cost(session, O.LINKING, by="ada", cost=6, version=0)
    assert set_cost(session, O.LINKING, by="ada", cost=6, version=line.version).cost == Credits.of(6)


def test_an_article_costs_its_writing_and_its_pictures() -> None:
    assert DEFAULT_COSTS.article(1_200, 4) == Credits.of(9)  # 3 + 4 × 0.5 + 4 × 1
    assert DEFAULT_COSTS.article(1_200, 4, ImageQuality.HIGH) == Credits.of(17)
    assert DEFAULT_COSTS.article(500, 0) == Credits.of(1)
