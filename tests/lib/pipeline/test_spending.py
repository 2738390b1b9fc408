"""What a run may still spend: shares, the balance, retries, and telling one dear item from a budget at its end."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from igny8_lib.ai.metered_call import Charge
from igny8_lib.amounts import HIGHEST, ZERO, Credits
from igny8_lib.credits.budgets import Budget
from igny8_lib.credits.costs import DEFAULT_COSTS, RUN_OPERATIONS
from igny8_lib.credits.ledger import Usage, available_credits
from igny8_lib.credits.reservations import release_run, reserve, settle
from igny8_lib.errors import InsufficientCredits
from igny8_lib.models import Operation
from igny8_lib.pipeline.spending import BudgetUsedUp, allow
from tests.factories.credits import make_funded_account

RUN = 3
CONTENT = Operation.CONTENT_GENERATION
WRITING = Usage(CONTENT, run_id=RUN, stage=4)
BUDGET = Budget.open(Credits.of(100), ZERO, DEFAULT_COSTS.shares)
"""65 credits for all up to writing."""


def charge(amount: str, key: str = "article") -> Charge:
    return Charge(key, CONTENT, Credits.of(amount))


@pytest.fixture
def account_id(session: Session) -> int:
    return make_funded_account(session, 1000).id


def hold(session: Session, account_id: int, amount: str, key: str) -> int:
    return reserve(session, account_id, Credits.of(amount), key=key, usage=WRITING).id


def test_an_operation_may_spend_its_share_and_what_rolled_on_to_it(session: Session, account_id: int) -> None:
    allow(session, account_id, RUN, BUDGET, charge("65"))
    with pytest.raises(BudgetUsedUp, match=r"needs 65.5 credits, 65 are left"):
        allow(session, account_id, RUN, BUDGET, charge("65.5"))


def test_one_item_that_is_too_dear_is_told_from_a_share_that_is_used_up(session: Session, account_id: int) -> None:
    hold(session, account_id, "60", "earlier")
    with pytest.raises(BudgetUsedUp) as refused:
        allow(session, account_id, RUN, BUDGET, charge("500"))
    error = refused.value
    assert (error.needed, error.left, error.left_of_run) == (Credits.of(500), Credits.of(5), Credits.of(40))
    assert (error.fits(Credits.of(5)), error.fits(Credits.of("5.01"))) == (True, False)
    allow(session, account_id, RUN, BUDGET, charge("5"))


def test_a_balance_that_is_too_small_tells_what_would_fit_the_budget_too(session: Session) -> None:
    account_id = make_funded_account(session, 80).id
    with pytest.raises(InsufficientCredits) as refused:
        allow(session, account_id, RUN, BUDGET, charge("10000"))
    error = refused.value
    assert (error.needed, error.available, error.left) == (Credits.of(10_000), Credits.of(80), Credits.of(65))
    assert (error.fits(Credits.of(65)), error.fits(Credits.of(66))) == (True, False)
    assert error.facts == {"needed": 10_000, "available": 80, "left": 65}


def test_an_absurd_number_of_units_costs_the_highest_amount_and_is_refused_like_any_other(
    session: Session, account_id: int
) -> None:
    absurd = DEFAULT_COSTS.charge(CONTENT, 10**30)
    assert absurd == HIGHEST
    with pytest.raises(InsufficientCredits, match="1000000000 credits are needed, 1000 are available") as refused:
        allow(session, account_id, RUN, BUDGET, Charge("absurd", CONTENT, absurd))
    assert refused.value.fits(DEFAULT_COSTS.charge(CONTENT, 1))


@pytest.mark.parametrize("amount", ["60", "10", "65"])
def test_a_retry_does_not_count_its_own_earlier_reservation(session: Session, account_id: int, amount: str) -> None:
    hold(session, account_id, "60", "article")
    allow(session, account_id, RUN, BUDGET, charge(amount))
    hold(session, account_id, amount, "article")
    with pytest.raises(BudgetUsedUp):
        allow(session, account_id, RUN, BUDGET, charge("65.01"))


def test_a_reservation_that_another_run_left_under_the_key_is_no_spending_of_this_one(
    session: Session, account_id: int
) -> None:
    reserve(session, account_id, Credits.of(60), key="article", usage=replace(WRITING, run_id=RUN + 1))
    with pytest.raises(BudgetUsedUp):
        allow(session, account_id, RUN, BUDGET, charge("65.01"))
    allow(session, account_id, RUN, BUDGET, charge("65"))


def test_settled_work_is_let_through_although_nothing_is_left(session: Session, account_id: int) -> None:
    settle(session, hold(session, account_id, "65", "article"), Credits.of(65), usage=WRITING)
    allow(session, account_id, RUN, BUDGET, charge("65"))
    with pytest.raises(BudgetUsedUp) as refused:
        allow(session, account_id, RUN, BUDGET, charge("0.5", key="next"))
    assert not refused.value.fits(Credits(1))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(RUN_OPERATIONS),
        st.integers(0, 6000).map(Credits),
        st.sampled_from([None, 50, 100]),
    ),
    max_size=15,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whoever_asks_first_never_spends_beyond_the_budget_and_is_let_through_exactly_where_it_fits(
    session: Session, steps: list[tuple[str, Operation, Credits, int | None]]
) -> None:
    account_id = make_funded_account(session, 90).id
    run = account_id + 1000
    spent: dict[tuple[str, Operation], Credits] = {}
    settled: set[tuple[str, Operation]] = set()
    for name, operation, amount, percent in steps:
        key, mine = f"{name}/{operation}", (name, operation)
        others = {o: Credits.total(v for (n, p), v in spent.items() if p == o and (n, p) != mine) for o in Operation}
        free = min(BUDGET.available_for(operation, others), Credits.of(90) - Credits.total(others.values()))
        usage = Usage(operation, run_id=run, stage=1)
        if mine not in settled and amount > free:
            with pytest.raises((BudgetUsedUp, InsufficientCredits)) as refused:
                allow(session, account_id, run, BUDGET, Charge(key, operation, amount))
            assert getattr(refused.value, "left") == free  # noqa: B009 - both errors have it, their base has not
            continue
        allow(session, account_id, run, BUDGET, Charge(key, operation, amount))
        held = reserve(session, account_id, amount, key=key, usage=usage)
        if mine in settled:
            continue
        spent[mine] = amount
        if percent and (used := Credits(amount.hundredths * percent // 100)):
            settle(session, held, used, usage=usage)
            spent[mine] = used
            settled.add(mine)
    assert available_credits(session, account_id) == Credits.of(90) - Credits.total(spent.values())
    release_run(session, run)
