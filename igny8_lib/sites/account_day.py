"""The account's day: which day it is where the account is at home."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import Account
from igny8_lib.sites.schedule import zone
from igny8_lib.sites.sites import check_timezone


def day_of(session: Session, account_id: int, at: datetime) -> date:
    """The account's day at this instant. Raises NotFound for an account that does not exist."""
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no zone: an account's day is asked of an instant")
    return at.astimezone(zone(timezone_of(session, account_id))).date()


def timezone_of(session: Session, account_id: int) -> str:
    """The IANA name of the account's zone. Raises NotFound for an account that does not exist."""
    name = session.scalar(select(Account.timezone).where(Account.id == account_id))
    if name is None:
        raise NotFound(f"There is no account number {account_id}.")
    return name


def set_timezone(session: Session, account_id: int, timezone: str) -> None:
    """Let the account's day begin at midnight in this zone, from now on.

    Raises InvalidInput for a name that is no zone's, NotFound for an account that does not exist.
    """
    changed = update(Account).where(Account.id == account_id).values(timezone=check_timezone(timezone))
    if session.execute(changed.returning(Account.id)).scalar_one_or_none() is None:
        raise NotFound(f"There is no account number {account_id}.")
