from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from igny8_lib.amounts import HIGHEST, ZERO, Credits
from igny8_lib.credits.entries import EntryFilter, history
from igny8_lib.credits.ledger import add_credits, balance_of
from igny8_lib.credits.replenishment import (
    ReplenishmentFailed,
    month_of,
    months_back_to,
    replenish,
    replenish_account,
)
from igny8_lib.db.session import Sessions
from igny8_lib.models import Account, AccountStatus, EntryType, Plan, Replenishment, ReplenishmentOutcome
from tests.factories.sites import make_account

MARCH = datetime(2026, 3, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
FEBRUARY_10 = datetime(2026, 2, 10, 9, tzinfo=UTC)


def make_customer(session: Session, credits_a_month: str = "500", **values: object) -> Account:
    plan = Plan(name=f"plan {credits_a_month} {values}", monthly_credits=Credits.of(credits_a_month), features={})
    session.add(plan)
    session.flush()
    account = make_account(session, plan_id=plan.id, **({"created_at": FEBRUARY_10} | values))
    session.commit()
    return account


def paid_months(session: Session, account: Account) -> list[str]:
    entries = history(session, account.id, chosen=EntryFilter(EntryType.MONTHLY_REPLENISHMENT)).entries
    return [entry.idempotency_key for entry in reversed(entries)]


def test_an_active_account_gets_its_plans_credits_on_the_first_of_the_month(
    session: Session, sessions: Sessions
) -> None:
    account = make_customer(session)
    result = replenish(sessions, MARCH)
    assert (result.paid, result.credits) == (1, Credits.of(500))
    assert balance_of(session, account.id).ledger_sum == Credits.of(500)
    assert paid_months(session, account) == ["replenish:2026-03"]


@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=5), timedelta(days=30, hours=23)])
def test_a_round_repeated_in_the_same_month_gives_nothing(
    session: Session, sessions: Sessions, later: timedelta
) -> None:
    account = make_customer(session)
    replenish(sessions, MARCH)
    assert replenish(sessions, MARCH + later).paid == 0
    assert balance_of(session, account.id).balance == Credits.of(500)


def test_rounds_at_the_same_time_pay_once(session: Session, sessions: Sessions) -> None:
    accounts = [make_customer(session, name=f"Customer {number}") for number in range(5)]
    with ThreadPoolExecutor(8) as pool:
        rounds = list(pool.map(lambda _: replenish(sessions, MARCH), range(8)))
    assert sum(result.paid for result in rounds) == 5
    assert [balance_of(session, account.id).balance for account in accounts] == [Credits.of(500)] * 5


def test_a_round_that_died_halfway_is_finished_by_the_next(session: Session, sessions: Sessions) -> None:
    first, second = make_customer(session, name="first"), make_customer(session, name="second")
    with sessions.begin() as reached:
        replenish_account(reached, first.id, month_of(MARCH))
    dying = sessions()
    replenish_account(dying, second.id, month_of(MARCH))
    dying.close()
    assert replenish(sessions, MARCH).paid == 1
    assert paid_months(session, first) == paid_months(session, second) == ["replenish:2026-03"]


def test_months_missed_by_an_outage_are_made_up_once(session: Session, sessions: Sessions) -> None:
    account = make_customer(session)
    replenish(sessions, MARCH)
    after_outage = datetime(2026, 6, 3, 17, tzinfo=UTC)
    assert replenish(sessions, after_outage).paid == 3
    assert replenish(sessions, after_outage).paid == 0
    assert paid_months(session, account) == [f"replenish:2026-{month:02}" for month in (3, 4, 5, 6)]


def test_an_old_round_that_is_run_again_later_gives_nothing(session: Session, sessions: Sessions) -> None:
    make_customer(session)
    replenish(sessions, APRIL)
    assert replenish(sessions, MARCH).paid == 0


def test_a_suspended_account_gets_nothing_and_that_month_stays_unpaid(session: Session, sessions: Sessions) -> None:
    account = make_customer(session, status=AccountStatus.SUSPENDED)
    assert replenish(sessions, MARCH).suspended == 1
    account.status = AccountStatus.ACTIVE
    session.commit()
    assert replenish(sessions, MARCH + timedelta(days=3)).paid == 0
    assert replenish(sessions, APRIL).paid == 1
    assert paid_months(session, account) == ["replenish:2026-04"]


def test_an_account_that_was_not_there_when_the_month_began_gets_nothing_for_it(
    session: Session, sessions: Sessions
) -> None:
    account = make_customer(session, created_at=MARCH + timedelta(seconds=1))
    replenish(sessions, MARCH + timedelta(days=2))
    assert session.scalars(select(Replenishment)).all() == []
    replenish(sessions, APRIL)
    assert paid_months(session, account) == ["replenish:2026-04"]


def test_an_account_without_plan_or_with_a_free_one_gets_nothing(session: Session, sessions: Sessions) -> None:
    free = make_customer(session, "0")
    make_account(session, created_at=FEBRUARY_10)
    session.commit()
    assert replenish(sessions, MARCH).nothing_due == 2
    assert balance_of(session, free.id).balance == ZERO


def test_a_wrong_date_of_creation_cannot_pay_for_more_than_a_year(session: Session, sessions: Sessions) -> None:
    make_customer(session, created_at=datetime(1970, 1, 1, tzinfo=UTC))
    assert replenish(sessions, MARCH).paid == 12


def test_an_account_that_cannot_be_decided_does_not_keep_the_others_from_their_credits(
    session: Session, sessions: Sessions
) -> None:
    used_key, too_rich, usual = (make_customer(session, name=name) for name in ("used key", "too rich", "usual"))
    for account, amount, key in ((used_key, Credits(1), "replenish:2026-03"), (too_rich, HIGHEST, "gift")):
        add_credits(session, account.id, amount, entry_type=EntryType.GRANT, key=key, created_by="ada")
    session.commit()
    with pytest.raises(ReplenishmentFailed, match="2 accounts could not be replenished for 2026-03") as failed:
        replenish(sessions, MARCH)
    assert paid_months(session, usual) == ["replenish:2026-03"]
    assert failed.value.done["paid"] == 1
    assert set(failed.value.failed) == {used_key.id, too_rich.id}
    assert f"account {used_key.id}: Key 'replenish:2026-03' is recorded for grant of 0.01" in str(failed.value)
    assert f"account {too_rich.id}: 500 credits cannot be added" in str(failed.value)


def test_a_row_that_the_database_refuses_stops_only_its_own_account(session: Session, sessions: Sessions) -> None:
    broken, usual = make_customer(session, name="broken"), make_customer(session, name="usual")
    refuse = "CHECK (account_id <> :id) NOT VALID".replace(":id", str(broken.id))
    session.execute(text(f"ALTER TABLE credit_replenishments ADD CONSTRAINT odd {refuse}"))
    session.commit()
    with pytest.raises(ReplenishmentFailed, match="odd"):
        replenish(sessions, MARCH)
    assert (paid_months(session, broken), paid_months(session, usual)) == ([], ["replenish:2026-03"])
    session.execute(text("ALTER TABLE credit_replenishments DROP CONSTRAINT odd"))
    session.commit()
    assert replenish(sessions, MARCH).paid == 1


def test_a_decision_is_final(session: Session, sessions: Sessions) -> None:
    make_customer(session)
    replenish(sessions, MARCH)
    assert session.scalars(select(Replenishment.outcome)).one() is ReplenishmentOutcome.PAID
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text("DELETE FROM credit_replenishments"))


def test_the_round_tells_what_it_did(session: Session, sessions: Sessions) -> None:
    make_customer(session, "0.5")
    assert replenish(sessions, MARCH).as_json() == {
        "month": "2026-03",
        "paid": 1,
        "suspended": 0,
        "nothing_due": 0,
        "credits": 0.5,
    }


@given(seconds=st.integers(0, 10**9), days=st.integers(0, 3000))
def test_the_months_owed_are_the_midnights_between_creation_and_now(seconds: int, days: int) -> None:
    created = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    now = created + timedelta(days=days)
    months = list(months_back_to(month_of(now), created))
    firsts = [created.date() + timedelta(days=n) for n in range(days + 1)]
    expected = {day for day in firsts if day.day == 1 and datetime(day.year, day.month, 1, tzinfo=UTC) >= created}
    assert set(months) == {day for day in expected if day <= now.date()}
    assert months == sorted(set(months), reverse=True)
    assert all(isinstance(month, date) and month.day == 1 for month in months)
