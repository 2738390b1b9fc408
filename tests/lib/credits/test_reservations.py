from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.clock import now
from igny8_lib.credits.budgets import spent_by_run
from igny8_lib.credits.ledger import KeyReused, Usage, balance_of, deduct_credits
from igny8_lib.credits.reservations import ReservationClosed, expire, release, release_run, reserve, settle
from igny8_lib.errors import InsufficientCredits, InvalidInput, NotFound
from igny8_lib.models import Operation, Reservation, ReservationStatus
from tests.factories.credits import make_funded_account
from tests.factories.sites import make_account

ARTICLE = Usage(Operation.CONTENT_GENERATION, site_id=1, run_id=2, stage=4, related_type="task", related_id=3)


def hold(session: Session, account_id: int, amount: str = "4", key: str = "article:3") -> Reservation:
    return reserve(session, account_id, Credits.of(amount), key=key, usage=ARTICLE)


def figures(session: Session, account_id: int) -> tuple[str, str]:
    """Balance and reserved; the ledger always agrees."""
    balance = balance_of(session, account_id)
    assert balance.ledger_sum == balance.balance
    return str(balance.balance), str(balance.reserved)


@pytest.fixture
def account_id(session: Session) -> int:
    return make_funded_account(session, 10).id


def test_a_reservation_holds_credits_without_spending_them(session: Session, account_id: int) -> None:
    held = hold(session, account_id)
    assert held.status is ReservationStatus.PENDING
    assert figures(session, account_id) == ("10", "4")


def test_what_is_reserved_cannot_be_spent_or_reserved_again(session: Session, account_id: int) -> None:
    hold(session, account_id)
    with pytest.raises(InsufficientCredits):
        hold(session, account_id, "6.01", key="other")
    with pytest.raises(InsufficientCredits):
        deduct_credits(session, account_id, Credits.of(7), key="d", usage=ARTICLE)
    assert figures(session, account_id) == ("10", "4")


def test_settling_charges_what_was_used_and_gives_the_rest_back(session: Session, account_id: int) -> None:
    entry = settle(session, hold(session, account_id), Credits.of("2.5"), usage=ARTICLE)
    assert entry is not None
    assert (entry.amount, entry.idempotency_key, entry.run_id) == (Credits.of("-2.5"), "article:3", 2)
    assert figures(session, account_id) == ("7.5", "0")


def test_settling_more_than_reserved_takes_it_from_what_is_available(session: Session, account_id: int) -> None:
    entry = settle(session, hold(session, account_id), Credits.of(9), usage=ARTICLE)
    assert entry is not None
    assert entry.amount == Credits.of(-9)
    assert entry.metadata_ == {"reserved": 4, "used": 9, "waived": 0}
    assert figures(session, account_id) == ("1", "0")


def test_what_nothing_covers_is_waived_and_said(session: Session, account_id: int) -> None:
    other = hold(session, account_id, "5", key="other")
    entry = settle(session, hold(session, account_id), Credits.of(9), usage=ARTICLE)
    assert entry is not None
    assert (entry.amount, entry.metadata_["waived"]) == (Credits.of(-5), 4)
    assert other.status is ReservationStatus.PENDING
    assert figures(session, account_id) == ("5", "5")


def test_settling_twice_charges_once(session: Session, account_id: int) -> None:
    held = hold(session, account_id)
    first = settle(session, held, Credits.of(3), usage=ARTICLE)
    again = settle(session, held.id, Credits.of(3), usage=ARTICLE)
    assert first is not None
    assert again is not None
    assert again.id == first.id
    assert figures(session, account_id) == ("7", "0")


def test_settling_again_with_another_amount_is_a_conflict_also_after_a_waiver(
    session: Session, account_id: int
) -> None:
    held = hold(session, account_id)
    settle(session, held, Credits.of(12), usage=ARTICLE)
    settle(session, held, Credits.of(12), usage=ARTICLE)
    with pytest.raises(KeyReused):
        settle(session, held, Credits.of(10), usage=ARTICLE)


def test_settling_with_nothing_used_is_a_release(session: Session, account_id: int) -> None:
    held = hold(session, account_id)
    assert settle(session, held, ZERO, usage=ARTICLE) is None
    assert settle(session, held, ZERO, usage=ARTICLE) is None
    assert held.status is ReservationStatus.RELEASED
    assert figures(session, account_id) == ("10", "0")


def test_releasing_is_repeatable_and_leaves_a_settled_one_alone(session: Session, account_id: int) -> None:
    held = hold(session, account_id)
    release(session, held)
    release(session, held.id)
    assert figures(session, account_id) == ("10", "0")
    paid = hold(session, account_id)
    settle(session, paid, Credits.of(1), usage=ARTICLE)
    release(session, paid)
    assert paid.status is ReservationStatus.SETTLED


def test_a_released_or_expired_reservation_cannot_be_settled(session: Session, account_id: int) -> None:
    held = hold(session, account_id)
    release(session, held)
    with pytest.raises(ReservationClosed, match="released"):
        settle(session, held, Credits.of(1), usage=ARTICLE)
    again = hold(session, account_id)
    expire(session, again.expires_at)
    with pytest.raises(ReservationClosed, match="expired"):
        settle(session, again, Credits.of(1), usage=ARTICLE)
    assert figures(session, account_id) == ("10", "0")


def test_reserving_the_same_work_twice_holds_once_and_lives_longer(session: Session, account_id: int) -> None:
    held = hold(session, account_id)
    until = held.expires_at
    again = hold(session, account_id)
    assert again.id == held.id
    assert again.expires_at > until
    assert figures(session, account_id) == ("10", "4")


@pytest.mark.parametrize("amount", ["1", "5", "10", "0"])
def test_work_that_costs_another_amount_now_is_reserved_anew(session: Session, account_id: int, amount: str) -> None:
    before = hold(session, account_id)
    again = hold(session, account_id, amount)
    assert (before.status, again.status, again.attempt) == (ReservationStatus.RELEASED, ReservationStatus.PENDING, 2)
    assert figures(session, account_id) == ("10", amount)
    with pytest.raises(ReservationClosed):
        settle(session, before, Credits.of(1), usage=ARTICLE)


def test_work_that_moved_to_another_run_is_reserved_anew_there(session: Session, account_id: int) -> None:
    hold(session, account_id)
    moved = reserve(session, account_id, Credits.of(4), key="article:3", usage=replace(ARTICLE, run_id=3))
    assert (moved.attempt, moved.run_id) == (2, 3)
    assert spent_by_run(session, account_id, 2) == {Operation.CONTENT_GENERATION: ZERO}
    assert spent_by_run(session, account_id, 3) == {Operation.CONTENT_GENERATION: Credits.of(4)}


def test_another_amount_that_is_not_there_leaves_the_first_reservation(session: Session, account_id: int) -> None:
    held = hold(session, account_id)
    with pytest.raises(InsufficientCredits, match=r"10\.01 credits are needed, 10 are available"):
        hold(session, account_id, "10.01")
    assert held.status is ReservationStatus.PENDING
    assert figures(session, account_id) == ("10", "4")


def test_settled_work_stays_settled_whatever_it_would_cost_now(session: Session, account_id: int) -> None:
    settle(session, hold(session, account_id), Credits.of(4), usage=ARTICLE)
    again = hold(session, account_id, "5")
    assert (again.status, again.attempt) == (ReservationStatus.SETTLED, 1)
    assert figures(session, account_id) == ("6", "0")


def test_reserving_work_that_is_paid_returns_the_settled_reservation(session: Session, account_id: int) -> None:
    held = hold(session, account_id)
    settle(session, held, Credits.of(4), usage=ARTICLE)
    again = hold(session, account_id)
    assert (again.id, again.status) == (held.id, ReservationStatus.SETTLED)
    assert figures(session, account_id) == ("6", "0")


def test_released_work_may_be_tried_again_as_the_next_attempt(session: Session, account_id: int) -> None:
    release(session, hold(session, account_id))
    again = hold(session, account_id)
    assert (again.attempt, again.status) == (2, ReservationStatus.PENDING)
    settle(session, again, Credits.of(4), usage=ARTICLE)
    assert figures(session, account_id) == ("6", "0")


def test_a_key_that_was_deducted_at_once_cannot_be_settled_too(session: Session, account_id: int) -> None:
    deduct_credits(session, account_id, Credits.of(1), key="article:3", usage=ARTICLE)
    with pytest.raises(KeyReused):
        settle(session, hold(session, account_id), Credits.of(1), usage=ARTICLE)


def test_the_reaper_expires_only_what_is_over_time(session: Session, account_id: int) -> None:
    other = make_funded_account(session, 10).id
    old = hold(session, account_id)
    old.expires_at = now() - timedelta(seconds=1)
    session.flush()
    hold(session, account_id, "1", key="young")
    dead = reserve(session, other, Credits.of(2), key="dead", usage=ARTICLE, ttl=timedelta(seconds=-1))
    assert expire(session, now()) == 2
    assert expire(session, now()) == 0
    session.refresh(dead)
    assert dead.status is ReservationStatus.EXPIRED
    assert figures(session, account_id) == ("10", "1")
    assert figures(session, other) == ("10", "0")


def test_releasing_a_run_releases_all_it_holds_and_nothing_else(session: Session, account_id: int) -> None:
    hold(session, account_id, "1", key="a")
    hold(session, account_id, "2", key="b")
    other_run = Usage(Operation.CONTENT_GENERATION, run_id=9)
    reserve(session, account_id, Credits.of(3), key="c", usage=other_run)
    assert release_run(session, 2) == 2
    assert release_run(session, 2) == 0
    assert figures(session, account_id) == ("10", "3")


def test_free_work_can_be_reserved_without_credits(session: Session) -> None:
    account = make_account(session)
    held = hold(session, account.id, "0")
    assert settle(session, held, ZERO, usage=ARTICLE) is None


def test_free_work_that_turned_out_to_cost_is_waived_on_an_empty_account(session: Session) -> None:
    account = make_account(session)
    entry = settle(session, hold(session, account.id, "0"), Credits.of(2), usage=ARTICLE)
    assert entry is not None
    assert (entry.amount, entry.metadata_["waived"]) == (ZERO, 2)


def test_negative_amounts_and_empty_keys_are_refused(session: Session, account_id: int) -> None:
    with pytest.raises(InvalidInput):
        hold(session, account_id, "-1")
    with pytest.raises(InvalidInput):
        hold(session, account_id, "1", key="")
    with pytest.raises(InvalidInput):
        settle(session, hold(session, account_id), Credits.of(-1), usage=ARTICLE)


def test_an_unknown_reservation_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match="reservation 77"):
        release(session, 77)


def test_a_key_is_looked_up_without_reading_the_account_s_other_entries(session: Session) -> None:
    """The functions' plans are made once a session, here while nothing is known of the tables."""
    account_id = make_funded_account(session, 1000).id
    for number in range(60):
        settle(session, hold(session, account_id, key=f"article:{number}"), Credits.of(1), usage=ARTICLE)
    fetched = text("SELECT idx_tup_fetch FROM pg_stat_xact_all_tables WHERE relname = 'credit_ledger'")
    before = session.scalar(fetched)
    settle(session, hold(session, account_id, key="the last"), Credits.of(1), usage=ARTICLE)
    assert session.scalar(fetched) == before
