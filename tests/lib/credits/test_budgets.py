import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.budgets import (
    Budget,
    clear_site_shares,
    set_site_shares,
    shares_in_force,
    site_shares,
    spent_by_run,
)
from igny8_lib.credits.costs import DEFAULT_COSTS, REST_OPERATIONS, RUN_OPERATIONS
from igny8_lib.credits.ledger import Usage
from igny8_lib.credits.reservations import reserve, settle
from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import Operation
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_site

CLUSTERING, IDEAS, CONTENT, PROMPTS, IMAGES = RUN_OPERATIONS
LINKING, OPTIMIZATION = REST_OPERATIONS
DEFAULTS = DEFAULT_COSTS.shares

amounts = st.integers(0, 10**9).map(Credits)
shares_of_100 = st.lists(st.integers(0, 100), min_size=4, max_size=4).map(
    lambda cuts: dict(
        zip(
            RUN_OPERATIONS,
            (b - a for a, b in zip([0, *sorted(cuts)], [*sorted(cuts), 100], strict=True)),
            strict=True,
        )
    )
)


def test_the_default_shares_are_15_10_40_5_30() -> None:
    budget = Budget.open(Credits.of(1000), ZERO, DEFAULTS)
    assert [str(budget.share_of(operation)) for operation in RUN_OPERATIONS] == ["150", "100", "400", "50", "300"]


@pytest.mark.parametrize(("available", "limit", "total"), [(100, 0, 100), (100, 40, 40), (100, 400, 100), (-1, 5, 0)])
def test_the_total_is_the_lower_of_balance_and_limit_and_0_is_no_limit(available: int, limit: int, total: int) -> None:
    assert Budget.open(Credits.of(available), Credits.of(limit), DEFAULTS).total == Credits.of(total)


def test_what_an_earlier_stage_left_rolls_on_to_the_later_ones() -> None:
    budget = Budget.open(Credits.of(1000), ZERO, DEFAULTS)
    assert budget.available_for(CLUSTERING, {}) == Credits.of(150)
    assert budget.available_for(IDEAS, {CLUSTERING: Credits.of(30)}) == Credits.of(220)
    assert budget.available_for(CONTENT, {CLUSTERING: Credits.of(30), IDEAS: Credits.of(220)}) == Credits.of(400)
    assert budget.available_for(IMAGES, {}) == Credits.of(1000)


def test_an_earlier_stage_cannot_take_the_share_of_a_later_one() -> None:
    budget = Budget.open(Credits.of(1000), ZERO, DEFAULTS)
    assert budget.available_for(CLUSTERING, {CLUSTERING: Credits.of(150)}) == ZERO


def test_what_was_spent_beyond_a_share_is_missing_later() -> None:
    budget = Budget.open(Credits.of(1000), ZERO, DEFAULTS)
    assert budget.available_for(IDEAS, {CLUSTERING: Credits.of(200)}) == Credits.of(50)
    assert budget.available_for(CLUSTERING, {IMAGES: Credits.of(950)}) == Credits.of(50)


def test_an_operation_that_no_run_pays_for_has_no_budget() -> None:
    assert Budget.open(Credits.of(1000), ZERO, DEFAULTS).available_for(Operation.SITE_PAGE_GENERATION, {}) == ZERO


def test_linking_and_optimizing_may_spend_what_all_others_have_left_and_linking_comes_first() -> None:
    budget = Budget.open(Credits.of(1000), ZERO, DEFAULTS)
    spent = {CLUSTERING: Credits.of(100), CONTENT: Credits.of(500), IMAGES: Credits.of(320)}
    assert budget.available_for(LINKING, spent) == Credits.of(80)
    spent[LINKING] = Credits.of(72)
    assert budget.available_for(OPTIMIZATION, spent) == Credits.of(8)
    spent[OPTIMIZATION] = Credits.of(8)
    assert [budget.available_for(operation, spent) for operation in (*RUN_OPERATIONS, LINKING)] == [ZERO] * 6


def test_linking_and_optimizing_get_nothing_where_the_shares_are_spent() -> None:
    budget = Budget.open(Credits.of(100), ZERO, DEFAULTS)
    spent = {operation: budget.share_of(operation) for operation in RUN_OPERATIONS}
    assert (budget.available_for(LINKING, spent), budget.rest(spent)) == (ZERO, ZERO)


@given(total=amounts, shares=shares_of_100, wanted=st.lists(amounts, min_size=7, max_size=7))
def test_on_a_run_s_way_nobody_takes_what_another_may_still_need_and_the_total_holds(
    total: Credits, shares: dict[Operation, int], wanted: list[Credits]
) -> None:
    budget, spent = Budget.open(total, ZERO, shares), dict[Operation, Credits]()
    for operation, amount in zip((*RUN_OPERATIONS, LINKING, OPTIMIZATION), wanted, strict=True):
        left = budget.available_for(operation, spent)
        if operation in RUN_OPERATIONS:
            assert left >= budget.share_of(operation), "whatever the earlier ones took, its share is there"
        else:
            assert left == total - Credits.total(spent.values())
        spent[operation] = min(amount, left)
    assert Credits.total(spent.values()) <= total


@given(total=amounts, shares=shares_of_100)
def test_no_hundredth_is_lost_by_rounding(total: Credits, shares: dict[Operation, int]) -> None:
    budget = Budget.open(total, ZERO, shares)
    parts = [budget.share_of(operation) for operation in RUN_OPERATIONS]
    assert Credits.total(parts) == budget.total
    exact = [total.hundredths * share / 100 for share in shares.values()]
    assert all(abs(part.hundredths - share) < 1.001 for part, share in zip(parts, exact, strict=True))


@given(
    total=amounts,
    shares=shares_of_100,
    appetite=st.lists(st.tuples(st.sampled_from([*RUN_OPERATIONS, LINKING, OPTIMIZATION]), amounts), max_size=20),
)
def test_a_run_that_asks_its_budget_never_spends_more_than_the_total(
    total: Credits, shares: dict[Operation, int], appetite: list[tuple[Operation, Credits]]
) -> None:
    budget = Budget.open(total, ZERO, shares)
    spent: dict[Operation, Credits] = {}
    for operation, wanted in appetite:
        taken = min(wanted, budget.available_for(operation, spent))
        assert taken >= ZERO
        spent[operation] = spent.get(operation, ZERO) + taken
    assert Credits.total(spent.values()) <= total
    last = [operation for operation in RUN_OPERATIONS if shares[operation]][-1]
    assert budget.available_for(last, spent) == total - Credits.total(spent.values())


@given(total=amounts, limit=amounts, shares=shares_of_100)
def test_a_budget_survives_the_journey_through_a_snapshot(
    total: Credits, limit: Credits, shares: dict[Operation, int]
) -> None:
    budget = Budget.open(total, limit, shares)
    assert Budget.from_json(json.loads(json.dumps(budget.as_json()))) == budget


def test_default_shares_that_do_not_sum_to_100_are_weights() -> None:
    budget = Budget.open(Credits.of(90), ZERO, {CLUSTERING: 30, CONTENT: 60})
    assert (budget.share_of(CLUSTERING), budget.share_of(CONTENT)) == (Credits.of(30), Credits.of(60))


@pytest.mark.parametrize("shares", [{}, {CLUSTERING: 0}, {CLUSTERING: -1}, {Operation.LINKING: 100}])
def test_a_budget_without_usable_shares_is_refused(shares: dict[Operation, int]) -> None:
    with pytest.raises(InvalidInput):
        Budget.open(Credits.of(1), ZERO, shares)


def test_a_site_follows_the_default_shares_until_it_sets_its_own(session: Session) -> None:
    site = make_site(session)
    assert shares_in_force(session, site.id) == DEFAULTS
    set_site_shares(session, site.id, {CLUSTERING: 20, CONTENT: 80})
    set_site_shares(session, site.id, {CLUSTERING: 10, CONTENT: 90})
    assert shares_in_force(session, site.id) == {CLUSTERING: 10, IDEAS: 0, CONTENT: 90, PROMPTS: 0, IMAGES: 0}
    clear_site_shares(session, site.id)
    assert site_shares(session, site.id) == {}
    assert shares_in_force(session, site.id) == DEFAULTS


@pytest.mark.parametrize(
    ("shares", "reason"),
    [
        ({CLUSTERING: 50, IDEAS: 49}, "sum to 99"),
        ({CLUSTERING: 101}, "0 to 100"),
        ({CLUSTERING: 110, IDEAS: -10}, "0 to 100"),
        ({Operation.LINKING: 100}, "no run pays"),
        ({}, "sum to 0"),
    ],
)
def test_site_shares_that_make_no_sense_are_refused_with_the_reason(
    session: Session, shares: dict[Operation, int], reason: str
) -> None:
    site = make_site(session)
    with pytest.raises(InvalidInput, match=reason):
        set_site_shares(session, site.id, shares)


def test_shares_of_an_unknown_site_are_refused(session: Session) -> None:
    with pytest.raises(NotFound):
        set_site_shares(session, 999, {CLUSTERING: 100})


def test_the_database_refuses_site_shares_that_do_not_sum_to_100(session: Session) -> None:
    site = make_site(session)
    set_site_shares(session, site.id, {CLUSTERING: 20, CONTENT: 80})
    session.commit()
    session.execute(text("UPDATE site_ai_budget_allocations SET percentage = 21 WHERE operation = 'clustering'"))
    with pytest.raises(IntegrityError, match="sum to 101"):
        session.commit()


def test_a_run_has_spent_what_it_was_charged_and_what_it_holds(session: Session) -> None:
    account = make_funded_account(session, 100)
    content = Usage(Operation.CONTENT_GENERATION, run_id=5)
    settle(session, reserve(session, account.id, Credits.of(4), key="a", usage=content), Credits.of(3), usage=content)
    reserve(session, account.id, Credits.of(2), key="b", usage=content)
    reserve(session, account.id, Credits.of(1), key="c", usage=Usage(Operation.CLUSTERING, run_id=5))
    reserve(session, account.id, Credits.of(9), key="d", usage=Usage(Operation.CLUSTERING, run_id=6))
    assert spent_by_run(session, account.id, 5) == {CONTENT: Credits.of(5), CLUSTERING: Credits.of(1)}
