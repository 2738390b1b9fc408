"""The ledger: append-only entries, one balance per account that always equals their sum.

The database keeps the rules (migration 0005): an entry moves the balance in the same statement, nothing rewrites
an entry, a key is used once per account. This module gives them names and errors. Its functions lock the account's
balance row until the caller's transaction ends: call them as the transaction's last statements, and never hold the
transaction open across an AI request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import ScalarSelect, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.orm import Session

from igny8_lib.amounts import HIGHEST, ZERO, Credits
from igny8_lib.errors import Conflict, InsufficientCredits, InvalidInput, NotFound
from igny8_lib.models import Account, CreditBalance, EntryType, LedgerEntry, Operation


class KeyReused(Conflict):
    """The idempotency key stands for another movement already."""

    def __init__(self, key: str, recorded: str, asked: str) -> None:
        super().__init__(f"Key {key!r} is recorded for {recorded} and cannot be used for {asked}: use another key.")
        self.key = key
        self.recorded = recorded
        self.asked = asked


@dataclass(frozen=True)
class Funds:
    """An account's credits, as its balance row has them."""

    balance: Credits = ZERO
    reserved: Credits = ZERO

    @property
    def available(self) -> Credits:
        """What a new reservation or deduction may take."""
        return self.balance - self.reserved


@dataclass(frozen=True)
class Balance(Funds):
    """The same with `ledger_sum`, the running sum that the newest entry has: it equals `balance`, or something is
    wrong."""

    ledger_sum: Credits = ZERO


@dataclass(frozen=True)
class Usage:
    """What credits were used for.

    `related_type` names the object paid for by its singular table name (task, content, image, cluster …); articles'
    costs are added up by it.
    """

    operation: Operation
    site_id: int | None = None
    run_id: int | None = None
    stage: int | None = None
    related_type: str | None = None
    related_id: int | None = None
    ai_call_id: int | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)

    def columns(self) -> dict[str, object]:
        """The facts as columns of a ledger entry."""
        return {name: value for name, value in vars(self).items() if name != "metadata"} | {
            "metadata_": dict(self.metadata)
        }


def balance_of(session: Session, account_id: int) -> Balance:
    """Balance, what is reserved of it, and the newest entry's sum, all of one snapshot; zeros before the first entry.

    Two rows, however long the ledger is. That each entry's sum follows from the one before is checked every night
    (checking.py). To know only what may be spent, ask `available_credits`.
    """
    newest = select(LedgerEntry.balance_after).where(LedgerEntry.account_id == account_id)
    newest = newest.order_by(LedgerEntry.id.desc()).limit(1)
    row = session.execute(
        select(Account.id, CreditBalance.balance, CreditBalance.reserved, newest.scalar_subquery().label("summed"))
        .join(CreditBalance, CreditBalance.account_id == Account.id, isouter=True)
        .where(Account.id == account_id)
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no account {account_id}.")
    return Balance(row.balance or ZERO, row.reserved or ZERO, row.summed or ZERO)


def available_credits(session: Session, account_id: int) -> Credits:
    """Balance minus reservations, without a lock: it may be less an instant later."""
    return funds_of(session, account_id).available


def funds_of(session: Session, account_id: int) -> Funds:
    """Balance and what is reserved of it, without a lock and without the ledger; zeros before the first entry."""
    row = session.execute(
        select(CreditBalance.balance, CreditBalance.reserved).where(CreditBalance.account_id == account_id)
    ).one_or_none()
    return Funds(row.balance, row.reserved) if row else Funds()


def check_credits(session: Session, account_id: int, needed: Credits) -> None:
    """Raise InsufficientCredits unless the available credits cover what is needed. Holds nothing: reserve for that."""
    require(needed, available_credits(session, account_id))


def require(needed: Credits, available: Credits) -> None:
    """Raise InsufficientCredits unless the second covers the first."""
    if needed > available:
        raise InsufficientCredits(needed=needed, available=available)


def lock_balance(session: Session, account_id: int) -> Credits:
    """Lock the account's balance row for this transaction and return what is available.

    Raises NotFound where there is no such account.
    """
    available = lock_row(session, account_id)
    if available is None:
        accounts = select(Account.id).where(Account.id == account_id)
        opened = postgresql_insert(CreditBalance).from_select(["account_id"], accounts).on_conflict_do_nothing()
        session.execute(opened)
        available = lock_row(session, account_id)
    if available is None:
        raise NotFound(f"There is no account {account_id}.")
    return available


def lock_row(session: Session, account_id: int | ScalarSelect[int], *, skip_locked: bool = False) -> Credits | None:
    """Lock the balance row of the account and return what is available; None where there is no row.

    With `skip_locked` None also where another transaction has it, instead of waiting.
    """
    row = session.execute(
        select(CreditBalance.balance, CreditBalance.reserved)
        .where(CreditBalance.account_id == account_id)
        .with_for_update(skip_locked=skip_locked)
    ).one_or_none()
    return row.balance - row.reserved if row else None


def add_credits(
    session: Session,
    account_id: int,
    amount: Credits,
    *,
    entry_type: EntryType,
    key: str,
    created_by: str,
    note: str = "",
    usage: Usage | None = None,
) -> LedgerEntry:
    """Grant, replenish, refund or adjust; once per key, a repetition returns the entry that is there.

    `usage` names what a refund pays back. An adjustment may be negative, as far as credits are available. Raises
    InvalidInput for an amount that does not fit the type and for one that would bring the balance beyond HIGHEST,
    KeyReused for a key of another movement, InsufficientCredits, NotFound.
    """
    if entry_type is EntryType.USAGE:
        raise InvalidInput("Usage is deducted, not added: use deduct_credits or a reservation.")
    if amount == ZERO or (amount < ZERO and entry_type is not EntryType.ADJUSTMENT):
        raise InvalidInput(f"A {entry_type} of {amount} credits is not possible: give an amount above 0.")
    facts = usage.columns() if usage else {"metadata_": {}}
    facts["metadata_"] = facts["metadata_"] | ({"note": note} if note else {})  # type: ignore[operator]  # a dict
    return post(session, account_id, amount, entry_type=entry_type, key=key, created_by=created_by, **facts)


def deduct_credits(
    session: Session, account_id: int, amount: Credits, *, key: str, usage: Usage, created_by: str = ""
) -> LedgerEntry:
    """Charge a single operation at once, without a reservation; once per key.

    Raises InvalidInput for an amount that is not above 0, KeyReused, InsufficientCredits, NotFound.
    """
    if amount <= ZERO:
        raise InvalidInput(f"Cannot deduct {amount} credits: give an amount above 0.")
    return post(
        session,
        account_id,
        -amount,
        entry_type=EntryType.USAGE,
        key=key,
        created_by=created_by,
        **usage.columns(),
    )


def post(
    session: Session, account_id: int, amount: Credits, *, entry_type: EntryType, key: str, **facts: object
) -> LedgerEntry:
    """Write one entry under the balance lock, or return the one that the key stands for."""
    if not key:
        raise InvalidInput("A ledger entry needs an idempotency key.")
    if not -HIGHEST <= amount <= HIGHEST:
        raise InvalidInput(f"{amount} credits cannot be booked at once: the highest amount is {HIGHEST}.")
    available = lock_balance(session, account_id)
    if recorded := entry_by_key(session, account_id, key):
        if (recorded.entry_type, recorded.amount) != (entry_type, amount):
            raise KeyReused(key, f"{recorded.entry_type} of {recorded.amount}", f"{entry_type} of {amount}")
        return recorded
    if amount < ZERO:
        require(-amount, available)
    else:
        check_room(session, account_id, amount)
    return write(session, account_id=account_id, amount=amount, entry_type=entry_type, idempotency_key=key, **facts)


def check_room(session: Session, account_id: int, amount: Credits) -> None:
    """Raise InvalidInput where the amount would bring the locked balance beyond the highest there can be."""
    balance = session.scalar(select(CreditBalance.balance).where(CreditBalance.account_id == account_id)) or ZERO
    if balance + amount > HIGHEST:
        raise InvalidInput(
            f"{amount} credits cannot be added to a balance of {balance}: the highest balance is {HIGHEST}."
        )


def write(session: Session, **columns: object) -> LedgerEntry:
    """Insert the entry; the trigger moves the balance and fills `balance_after`."""
    return session.scalars(insert(LedgerEntry).returning(LedgerEntry), [columns]).one()


def entry_by_key(session: Session, account_id: int, key: str) -> LedgerEntry | None:
    """The account's entry with the key."""
    return session.scalar(
        select(LedgerEntry).where(LedgerEntry.account_id == account_id, LedgerEntry.idempotency_key == key)
    )
