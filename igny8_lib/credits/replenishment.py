"""Monthly credits: on the first of the month at midnight UTC every active account gets its plan's, exactly once.

Every account and month is decided once and for ever: paid, suspended, or nothing due (no plan, or a plan without
credits). An account's first month is the first that begins after it was created. Months that an outage missed are
decided by the next round, each once, by what the account's status and plan are then. A month that found the account
suspended stays unpaid when it is active again: what the owner should have is granted by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.exc import DataError, IntegrityError, InternalError, ProgrammingError
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.ledger import add_credits, lock_balance
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Igny8Error
from igny8_lib.models import Account, AccountStatus, EntryType, Plan, Replenishment, ReplenishmentOutcome

MADE_UP_AT_MOST = 12
"""Months that one round makes up for an account, this one included; no outage is longer, a wrong date may be."""


REFUSALS = (IntegrityError, DataError, InternalError, ProgrammingError)
"""What the database does not take of one account. An outage is none of these: it ends the round at once."""

FAILURES_TOLD = 5


@dataclass(frozen=True)
class Round:
    """What one round of replenishment did."""

    month: date
    paid: int
    suspended: int
    nothing_due: int
    credits: Credits

    def as_json(self) -> dict[str, Any]:
        """Months of accounts by outcome, and the credits given."""
        return {
            "month": f"{self.month:%Y-%m}",
            "paid": self.paid,
            "suspended": self.suspended,
            "nothing_due": self.nothing_due,
            "credits": self.credits.as_number(),
        }


class ReplenishmentFailed(Igny8Error):
    """Some accounts could not be given this month's credits; all others were."""

    def __init__(self, done: Round, failed: Mapping[int, str]) -> None:
        first = "; ".join(f"account {account}: {reason}" for account, reason in list(failed.items())[:FAILURES_TOLD])
        more = f" (and {len(failed) - FAILURES_TOLD} more)" if len(failed) > FAILURES_TOLD else ""
        decided = done.paid + done.suspended + done.nothing_due
        super().__init__(
            f"{len(failed)} accounts could not be replenished for {done.month:%Y-%m}: {first}{more}. "
            f"{decided} months of the others were decided. Mend the cause and run it again."
        )
        self.done = done.as_json()
        self.failed = dict(failed)


def replenish(sessions: Sessions, now: datetime) -> Round:
    """Decide this month, and months missed before it, for every account; safe to repeat and to kill at any point.

    One short transaction per account, so that a round that died goes on with the accounts it had not reached. An
    account that cannot be decided does not keep the others from theirs: ReplenishmentFailed is raised at the end.
    """
    month = month_of(now)
    with sessions() as session:
        accounts = list_undecided(session, month)
    decided: list[Replenishment] = []
    failed: dict[int, str] = {}
    for account_id in accounts:
        try:
            with sessions.begin() as session:
                decided += replenish_account(session, account_id, month)
        except Igny8Error as error:
            failed[account_id] = str(error)
        except REFUSALS as error:
            failed[account_id] = str(error.orig).partition("\n")[0]
    done = sum_up(month, decided)
    if failed:
        raise ReplenishmentFailed(done, failed)
    return done


def sum_up(month: date, decided: Sequence[Replenishment]) -> Round:
    """The round's decisions by outcome."""
    outcomes = Counter(decision.outcome for decision in decided)
    return Round(
        month,
        outcomes[ReplenishmentOutcome.PAID],
        outcomes[ReplenishmentOutcome.SUSPENDED],
        outcomes[ReplenishmentOutcome.NOTHING_DUE],
        Credits.total(decision.amount for decision in decided),
    )


def list_undecided(session: Session, month: date) -> list[int]:
    """Accounts that were there when the month began and have no decision for it yet."""
    decision = exists().where(Replenishment.account_id == Account.id, Replenishment.month == month)
    query = select(Account.id).where(~decision, Account.created_at <= start_of(month)).order_by(Account.id)
    return list(session.scalars(query))


def replenish_account(session: Session, account_id: int, month: date) -> list[Replenishment]:
    """Decide the account's open months up to this one; the balance lock keeps two rounds at once apart."""
    lock_balance(session, account_id)
    account = session.get_one(Account, account_id, populate_existing=True)
    known = set(session.scalars(select(Replenishment.month).where(Replenishment.account_id == account_id)))
    due = [m for m in islice(months_back_to(month, account.created_at), MADE_UP_AT_MOST) if m not in known]
    outcome, amount = outcome_for(account, session.get(Plan, account.plan_id) if account.plan_id else None)
    decisions = [
        Replenishment(account_id=account_id, month=open_month, outcome=outcome, amount=amount)
        for open_month in reversed(due)
    ]
    session.add_all(decisions)
    for decision in decisions:
        pay(session, decision)
    session.flush()
    return decisions


def outcome_for(account: Account, plan: Plan | None) -> tuple[ReplenishmentOutcome, Credits]:
    """What a month brings the account as it is now."""
    if account.status is not AccountStatus.ACTIVE:
        return ReplenishmentOutcome.SUSPENDED, ZERO
    if plan is None or not plan.monthly_credits:
        return ReplenishmentOutcome.NOTHING_DUE, ZERO
    return ReplenishmentOutcome.PAID, plan.monthly_credits


def pay(session: Session, decision: Replenishment) -> None:
    """Write the ledger entry of a paid month; its key forbids a second one whatever else happens."""
    if decision.outcome is ReplenishmentOutcome.PAID:
        add_credits(
            session,
            decision.account_id,
            decision.amount,
            entry_type=EntryType.MONTHLY_REPLENISHMENT,
            key=f"replenish:{decision.month:%Y-%m}",
            created_by="replenishment",
        )


def months_back_to(month: date, created_at: datetime) -> Iterator[date]:
    """This month and those before it that began when the account was there, newest first."""
    while start_of(month) >= created_at:
        yield month
        month = date(month.year - 1, 12, 1) if month.month == 1 else date(month.year, month.month - 1, 1)


def month_of(moment: datetime) -> date:
    """The first day of the moment's month in UTC."""
    return moment.astimezone(UTC).date().replace(day=1)


def start_of(month: date) -> datetime:
    """Midnight UTC of the month's first day."""
    return datetime(month.year, month.month, 1, tzinfo=UTC)
