"""Accounts with credits."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import add_credits
from igny8_lib.models import Account, EntryType
from tests.factories.sites import make_account


def make_funded_account(session: Session, amount: int | str = 1000, **values: object) -> Account:
    """An active account that was granted so many credits."""
    account = make_account(session, **values)
    grant(session, account.id, amount)
    return account


def grant(session: Session, account_id: int, amount: int | str) -> None:
    """One more grant, under a key of its own."""
    key = f"grant:{uuid.uuid4()}"
    add_credits(session, account_id, Credits.of(amount), entry_type=EntryType.GRANT, key=key, created_by="test")
