"""The credits beside the list: the caller's account's, or for an admin of the platform the accounts with the fewest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.ledger import Funds, funds_of
from igny8_lib.credits.replenishment import month_of, start_of
from igny8_lib.models import Account, AccountStatus, CreditBalance, Plan

ACCOUNTS_SHOWN = 6


@dataclass(frozen=True)
class Grant:
    """The next monthly credits."""

    at: datetime
    amount: Credits


@dataclass(frozen=True)
class Aside:
    """One account's credits, or the accounts with the fewest."""

    account: str = ""
    """Its slug."""
    funds: Funds | None = None
    grant: Grant | None = None
    poorest: Sequence[tuple[str, str, Credits]] = ()
    """Slug, name and available credits of active accounts."""

    @property
    def share(self) -> float:
        """Percent of the balance that is available."""
        funds = self.funds or Funds()
        return 100 * funds.available.hundredths / funds.balance.hundredths if funds.balance > ZERO else 0.0


def aside_of(session: Session, account: Account | None, now: datetime) -> Aside:
    """Two statements for an account, one for the platform."""
    if account is None:
        return Aside(poorest=poorest_accounts(session))
    plan = session.get(Plan, account.plan_id) if account.plan_id else None
    return Aside(account.slug, funds_of(session, account.id), next_grant(account, plan, now))


def next_grant(account: Account, plan: Plan | None, now: datetime) -> Grant | None:
    """On the first of the next month, where the account is active and its plan has credits."""
    if account.status is not AccountStatus.ACTIVE or plan is None or not plan.monthly_credits:
        return None
    month = month_of(now)
    following = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    return Grant(start_of(following), plan.monthly_credits)


def poorest_accounts(session: Session) -> list[tuple[str, str, Credits]]:
    """The active accounts with the fewest available credits."""
    available = CreditBalance.balance - CreditBalance.reserved
    query = (
        select(Account.slug, Account.name, CreditBalance.balance, CreditBalance.reserved)
        .join(CreditBalance, CreditBalance.account_id == Account.id)
        .where(Account.status == AccountStatus.ACTIVE)
        .order_by(available, Account.slug)
    )
    rows = session.execute(query.limit(ACCOUNTS_SHOWN))
    return [(slug, name, Funds(balance, reserved).available) for slug, name, balance, reserved in rows]
