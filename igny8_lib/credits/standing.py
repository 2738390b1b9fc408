"""Where an account stands: what it has, what holds some of it now, what comes next, and how long it will last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.replenishment import month_of, outcome_for, start_of
from igny8_lib.models import (
    Account,
    AutomationRun,
    CreditBalance,
    Operation,
    Replenishment,
    Reservation,
    ReservationStatus,
    Site,
)

LOOKED_BACK = timedelta(days=30)
"""Whole days that the usual pace is taken from."""
KNOWN_AFTER_DAYS = 3
"""Whole days of use before there is a usual pace: one first import would look like the rule."""


@dataclass(frozen=True)
class Standing:
    """Balance and what is reserved of it."""

    balance: Credits
    reserved: Credits

    @property
    def available(self) -> Credits:
        """What may be spent."""
        return self.balance - self.reserved


@dataclass(frozen=True)
class Hold:
    """What one run (or work outside of runs) has reserved for one operation."""

    site: str | None
    """Slug."""
    run_id: str | None
    run_number: int | None
    operation: Operation
    requests: int
    amount: Credits


@dataclass(frozen=True)
class Grant:
    """The next monthly credits."""

    at: datetime
    amount: Credits


def standing_of(session: Session, account_id: int) -> Standing:
    """Balance and reserved, without adding up the ledger; zeros before the first entry. One statement."""
    row = session.execute(
        select(CreditBalance.balance, CreditBalance.reserved).where(CreditBalance.account_id == account_id)
    ).one_or_none()
    return Standing(row.balance, row.reserved) if row else Standing(ZERO, ZERO)


def holds_of(session: Session, account_id: int) -> list[Hold]:
    """What is reserved now, the largest first, of the sites that the session sees. One statement."""
    held = func.sum(Reservation.amount).label("held")
    keys = (Site.slug, AutomationRun.run_id, AutomationRun.run_number, Reservation.operation)
    query = (
        select(*keys, func.count(), held)
        .select_from(Reservation)
        .join(Site, Site.id == Reservation.site_id, isouter=True)
        .join(AutomationRun, AutomationRun.id == Reservation.run_id, isouter=True)
        .where(Reservation.account_id == account_id, Reservation.status == ReservationStatus.PENDING)
        .group_by(*keys)
        .order_by(held.desc(), Site.slug, AutomationRun.run_number, Reservation.operation)
    )
    return [Hold(*row) for row in session.execute(query)]


def next_grant(account: Account, now: datetime) -> Grant | None:
    """The next month's credits as account and plan are now; None for a suspended account and a plan without any."""
    _, amount = outcome_for(account, account.plan)
    following = (month_of(now) + timedelta(days=31)).replace(day=1)
    return Grant(start_of(following), amount) if amount else None


def decisions_of(session: Session, account_id: int, *, limit: int, offset: int = 0) -> list[Replenishment]:
    """What was decided about the account's months, the newest first. One statement."""
    query = select(Replenishment).where(Replenishment.account_id == account_id).order_by(Replenishment.month.desc())
    return list(session.scalars(query.limit(limit).offset(offset)))


def count_decisions(session: Session, account_id: int) -> int:
    """How many months were decided."""
    query = select(func.count()).select_from(Replenishment).where(Replenishment.account_id == account_id)
    return session.scalar(query) or 0


def pace_of(days: Mapping[date, Credits], now: datetime) -> Credits | None:
    """Credits per day as usual: the average of the last 30 whole days (UTC), or of those since the first use.

    None where fewer than three whole days are known, or nothing was used in them: then nobody can say how long credits
    last.
    """
    today = now.astimezone(UTC).date()
    first = max(min(days, default=today), today - LOOKED_BACK)
    known = (today - first).days
    used = Credits.total(amount for day, amount in days.items() if first <= day < today)
    if known < KNOWN_AFTER_DAYS or used <= ZERO:
        return None
    return Credits(max(used.hundredths // known, 1))


def days_left(available: Credits, pace: Credits | None) -> int | None:
    """Whole days that the credits last at this pace; None where there is no pace."""
    return None if pace is None else max(available, ZERO).hundredths // pace.hundredths
