"""Reservations: the two phases of paying for AI work (after TigerBeetle's pending → post / void transfers).

    reserve ──> pending ──┬─ settle ──> settled    a ledger entry of what was really used, at most once
                          ├─ release ─> released   nothing was used
                          └─ expire ──> expired    its process died; the reaper gives the credits back

Reserve in one short transaction, ask the AI with none open, settle in the transaction that stores the result. Only
`pending` holds credits, the other three are final. All functions lock the account's balance row first and the
reservation after it, several accounts in the order of their ids, so they never wait for each other in a circle.

`reserve`, `settle` and `release` are one call of the database each (phases.py): call them last in their transaction, so
that nobody waits for the account while this process works or is on its way to the server.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from igny8_lib.amounts import HIGHEST, ZERO, Credits
from igny8_lib.clock import now as current_time
from igny8_lib.credits.ledger import KeyReused, Usage, lock_balance, lock_row
from igny8_lib.credits.phases import call_release, call_reserve, call_settle
from igny8_lib.errors import Conflict, InsufficientCredits, InvalidInput, NotFound
from igny8_lib.models import LedgerEntry, Reservation, ReservationStatus

log = logging.getLogger(__name__)

TIME_TO_LIVE = timedelta(hours=2)
"""Longer than any AI request with all its repeats; a reservation older than this belongs to a dead process."""


class ReservationClosed(Conflict):
    """The reservation was released or has expired; reserve again (a new attempt of the same key) and settle that."""

    def __init__(self, key: str, status: ReservationStatus) -> None:
        super().__init__(f"Reservation {key!r} is {status} and cannot be settled: reserve again.")
        self.key = key
        self.status = status


def reserve(
    session: Session, account_id: int, amount: Credits, *, key: str, usage: Usage, ttl: timedelta = TIME_TO_LIVE
) -> Reservation:
    """Set credits aside for the work that `key` names.

    Repeating it is safe: a pending reservation is returned with its expiry extended, a settled one as it is (the
    work is done and paid), after a released or expired one a new attempt is opened. So it is where the pending one
    holds another amount or names another place: it is released in the same transaction, because the work has changed
    since. Raises InsufficientCredits (which leaves the pending one alone), InvalidInput, NotFound.
    """
    if not ZERO <= amount <= HIGHEST or not key:
        raise InvalidInput(
            f"Cannot reserve {amount} credits for key {key!r}: amounts are from 0 to {HIGHEST}, keys not empty."
        )
    done = call_reserve(session, account_id, amount, key=key, usage=usage, ttl=ttl)
    if done.held is None:
        if done.word == "insufficient":
            raise InsufficientCredits(needed=amount, available=done.available)
        raise NotFound(f"There is no account {account_id}.")
    return done.held


def latest_attempt(session: Session, account_id: int, key: str) -> Reservation | None:
    """The newest reservation with the key."""
    return session.scalar(
        select(Reservation)
        .where(Reservation.account_id == account_id, Reservation.key == key)
        .order_by(Reservation.attempt.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def settle(session: Session, reservation: Reservation | int, used: Credits, *, usage: Usage) -> LedgerEntry | None:
    """Charge what was really used and let the rest of the reservation go; the entry's key is the reservation's.

    Using less gives the difference back; nothing used releases the reservation and returns None. Using more is
    charged as far as the available credits cover it; what they do not is waived, and the entry's metadata says so
    (`reserved`, `used`, `waived`): the work is done, and a balance is never negative. Settling again with the same
    amount returns the entry. Raises ReservationClosed for a released or expired one, KeyReused for another amount,
    InvalidInput for a negative one or one beyond HIGHEST.
    """
    if not ZERO <= used <= HIGHEST:
        raise InvalidInput(f"Cannot settle {used} credits: what was used is from 0 to {HIGHEST}.")
    number = reservation if isinstance(reservation, int) else reservation.id
    done = call_settle(session, number, used, usage=usage)
    held, entry = done.held, done.entry
    if held is None:
        raise NotFound(f"There is no reservation {number}.")
    match done.word:
        case "settled_before":
            return repeat_settlement(held, entry, used)
        case "nothing_used":
            return None
        case "closed":
            raise ReservationClosed(held.key, held.status)
        case "key_reused" if entry is not None:
            raise KeyReused(held.key, f"{entry.entry_type} of {entry.amount}", f"a use of {used}")
    return entry


def repeat_settlement(held: Reservation, entry: LedgerEntry | None, used: Credits) -> LedgerEntry | None:
    """The entry of an earlier settlement, which must have been for the same use."""
    if entry is not None:
        recorded = Credits.of(str(entry.metadata_["used"])) if "waived" in entry.metadata_ else -entry.amount
        if recorded != used:
            raise KeyReused(held.key, f"a use of {recorded}", f"a use of {used}")
    return entry


def release(session: Session, reservation: Reservation | int) -> None:
    """Give the credits back where the reservation is still pending; does nothing where it is closed."""
    number = reservation if isinstance(reservation, int) else reservation.id
    if call_release(session, number).held is None:
        raise NotFound(f"There is no reservation {number}.")


def release_run(session: Session, run_id: int) -> int:
    """Release all that the run still holds; returns how many reservations that were."""
    mine = Reservation.run_id == run_id
    return close_pending(session, mine, ReservationStatus.RELEASED, current_time())


def expire(session: Session, now: datetime) -> int:
    """The reaper: close pending reservations whose time is over; returns how many. Run it every few minutes.

    No account keeps the others waiting: one whose balance is locked is left to the next time, and one whose
    reservations the database does not let close is undone by itself and logged.
    """
    over = and_(Reservation.expires_at <= now, Reservation.status == ReservationStatus.PENDING)
    accounts = session.scalars(select(Reservation.account_id).where(over).distinct()).all()
    return sum(expire_account(session, account_id, now) for account_id in sorted(accounts))


def expire_account(session: Session, account_id: int, now: datetime) -> int:
    """Close the account's pending reservations whose time is over, in a savepoint; returns how many."""
    over = and_(Reservation.account_id == account_id, Reservation.expires_at <= now)
    try:
        with session.begin_nested():
            if lock_row(session, account_id, skip_locked=True) is None:
                return 0
            return close_pending(session, over, ReservationStatus.EXPIRED, now)
    except IntegrityError:
        log.exception("The reservations of account %s that are over cannot be closed", account_id)
        return 0


def close_pending(session: Session, chosen: ColumnElement[bool], status: ReservationStatus, now: datetime) -> int:
    """Close the chosen pending reservations, with their accounts' balances locked in the order of the ids."""
    pending = and_(chosen, Reservation.status == ReservationStatus.PENDING)
    accounts = session.scalars(select(Reservation.account_id).where(pending).distinct()).all()
    for account_id in sorted(accounts):
        lock_balance(session, account_id)
    closed = (
        update(Reservation)
        .where(pending, Reservation.account_id.in_(accounts))
        .values(status=status, closed_at=now)
        .returning(Reservation.id)
    )
    return len(session.scalars(closed).all())
