"""Whether what is kept beside the ledger and the journal still is their sum: read in full, once a night.

The database keeps balances, runs' spending and daily rows by triggers and refuses any other change, so nothing should
ever be found here. What is found is nothing to mend by a statement: stop and look how it came about.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from igny8_lib.credits.usage_sums import TOLD, day_of
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Igny8Error
from igny8_lib.models import (
    Account,
    AICall,
    AIUsageDay,
    CreditBalance,
    CreditUsageDay,
    LedgerEntry,
    Reservation,
    ReservationStatus,
    RunSpending,
    Site,
)

TOLD_AT_MOST = 5


class BooksDiffer(Igny8Error):
    """Something that is kept is not the sum of what it sums up."""

    def __init__(self, findings: Sequence[str]) -> None:
        more = f" (and {len(findings) - TOLD_AT_MOST} more)" if len(findings) > TOLD_AT_MOST else ""
        super().__init__(
            f"The books do not agree: {'; '.join(findings[:TOLD_AT_MOST])}{more}. Stop all runs and look how that came "
            "about before anything is changed: docs/credits.md."
        )
        self.findings = list(findings)


def check_all(sessions: Sessions) -> int:
    """Check every account, each in a transaction of its own; returns how many. Raises BooksDiffer at the end."""
    with sessions() as session:
        accounts = session.scalars(select(Account.id).order_by(Account.id)).all()
    findings: list[str] = []
    for account_id in accounts:
        with sessions() as session:
            findings += check_account(session, account_id)
    if findings:
        raise BooksDiffer(findings)
    return len(accounts)


def check_account(session: Session, account_id: int) -> list[str]:
    """What does not agree, in words. Five statements, each of one instant, which read all that the account ever did."""
    questions = {
        "entries whose running sum is wrong": wrong_entries(account_id),
        "differences of the balance": wrong_balance(account_id),
        "rows of runs' spending that are wrong": wrong_spending(account_id),
        "daily rows of credits that are wrong": wrong_credit_days(account_id),
        "daily rows of AI requests that are wrong": wrong_ai_days(account_id),
    }
    counted = {what: session.scalar(question) or 0 for what, question in questions.items()}
    return [f"account {account_id} has {count} {what}" for what, count in counted.items() if count]


def wrong_entries(account_id: int) -> Any:  # noqa: ANN401 - a Select of one number
    """How many entries do not have the sum of all up to them."""
    running = func.sum(LedgerEntry.amount).over(order_by=LedgerEntry.id).label("running")
    summed = select(LedgerEntry.balance_after, running).where(LedgerEntry.account_id == account_id).subquery()
    return select(func.count()).select_from(summed).where(summed.c.balance_after != summed.c.running)


def wrong_balance(account_id: int) -> Any:  # noqa: ANN401 - a Select of one number
    """1 where balance or reserved is not the sum of the entries or of the pending reservations, else 0."""
    pending = (Reservation.account_id == account_id, Reservation.status == ReservationStatus.PENDING)
    kept = select(CreditBalance.balance, CreditBalance.reserved).where(CreditBalance.account_id == account_id)
    entries = select(-LedgerEntry.amount, literal(0)).where(LedgerEntry.account_id == account_id)
    held = select(literal(0), -Reservation.amount).where(*pending)
    return differing([kept, entries, held], keys=0)


def wrong_spending(account_id: int) -> Any:  # noqa: ANN401 - a Select of one number
    """How many runs, stages and operations have other sums than their row says."""
    places: tuple[Any, ...] = (RunSpending.run_id, RunSpending.stage, RunSpending.operation)
    kept = select(*places, RunSpending.settled, RunSpending.reserved).where(RunSpending.account_id == account_id)
    places = (LedgerEntry.run_id, none_is_0(LedgerEntry.stage), LedgerEntry.operation)
    entries = select(*places, LedgerEntry.amount, literal(0)).where(LedgerEntry.account_id == account_id)
    entries = entries.where(LedgerEntry.run_id.is_not(None), LedgerEntry.operation.is_not(None))
    places = (Reservation.run_id, none_is_0(Reservation.stage), Reservation.operation)
    held = select(*places, literal(0), -Reservation.amount).where(Reservation.account_id == account_id)
    held = held.where(Reservation.run_id.is_not(None), Reservation.status == ReservationStatus.PENDING)
    return differing([kept, entries, held], keys=3)


def wrong_credit_days(account_id: int) -> Any:  # noqa: ANN401 - a Select of one number
    """How many places of a day have other sums than their row says."""
    day = CreditUsageDay
    kept = select(day.day, day.site_id, day.run_id, day.stage, day.operation, day.entries, day.credits)
    entry = LedgerEntry
    places = (day_of(entry.created_at), *(none_is_0(c) for c in (entry.site_id, entry.run_id, entry.stage)))
    entries = select(*places, entry.operation, literal(-1), entry.amount)
    entries = entries.where(entry.account_id == account_id, entry.operation.is_not(None))
    return differing([kept.where(day.account_id == account_id), entries], keys=5)


def wrong_ai_days(account_id: int) -> Any:  # noqa: ANN401 - a Select of one number
    """How many places of a day have other sums than their rows together say."""
    sites = select(Site.id).where(Site.account_id == account_id)
    day = AIUsageDay
    figures = [getattr(day, name) for pair in TOLD.items() for name in pair]
    kept = select(day.day, day.site_id, day.run_id, day.stage, day.operation, day.calls, *figures)
    call = AICall
    places = (day_of(call.created_at), call.site_id, none_is_0(call.run_id), none_is_0(call.stage), call.operation)
    told = [
        column
        for known in (getattr(call, name) for name in TOLD)
        for column in (-func.coalesce(known, 0), -func.num_nonnulls(known))
    ]
    asked = select(*places, literal(-1), *told).where(call.site_id.in_(sites))
    return differing([kept.where(day.site_id.in_(sites)), asked], keys=5)


def none_is_0(column: Any) -> ColumnElement[Any]:  # noqa: ANN401 - any mapped number
    """As the rows have it."""
    return func.coalesce(column, 0)


def differing(parts: Sequence[Any], *, keys: int) -> Any:  # noqa: ANN401 - a Select of one number
    """How many keys (the first columns) have figures (all others) that do not add up to 0: kept less summed up."""
    width = len(parts[0].selected_columns)
    named = [part.with_only_columns(*(c.label(f"c{n}") for n, c in enumerate(part.selected_columns))) for part in parts]
    rows = union_all(*named).subquery()
    together = rows.c
    figures = [func.sum(together[f"c{number}"]) != literal(0) for number in range(keys, width)]
    groups = (
        select(literal(1).label("one")).select_from(rows).group_by(*(together[f"c{number}"] for number in range(keys)))
    )
    return select(func.count()).select_from(groups.having(or_(*figures)).subquery())
