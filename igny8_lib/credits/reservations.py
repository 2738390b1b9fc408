"""Reservations: the two phases of paying for AI work (after TigerBeetle's pending → post / void transfers).

    reserve ──> pending ──┬─ settle ──> settled    a ledger entry of what was really used, at most once
                          ├─ release ─> released   nothing was used
                          └─ expire ──> expired    its process died; the reaper gives the credits back

Reserve in one short transaction, ask the AI with none open, settle in the transaction that stores the result. Only
`pending` holds credits, the other three are final. All functions lock the account's balance row first and the
reservation after it, several accounts in the order of their ids, so they never wait for each other in a circle.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from igny8_lib.amounts import HIGHEST, ZERO, Credits
from igny8_lib.clock import now as current_time
from igny8_lib.credits.ledger import KeyReused, Usage, lock_balance, lock_row, require, write
from igny8_lib.errors import Conflict, InvalidInput, NotFound
from igny8_lib.models import EntryType, LedgerEntry, Reservation, ReservationStatus

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
    available = lock_balance(session, account_id)
    latest = latest_attempt(session, account_id, key)
    if latest and latest.status is ReservationStatus.SETTLED:
        return latest
    if latest and latest.status is ReservationStatus.PENDING:
        if holds(latest, amount, usage):
            return extend(session, latest, ttl)
        available += latest.amount
    require(amount, available)
    if latest:
        close(session, latest, ReservationStatus.RELEASED)
    attempt = latest.attempt + 1 if latest else 1
    return open_attempt(session, account_id, key, attempt, amount=amount, usage=usage, ttl=ttl)


def holds(reservation: Reservation, amount: Credits, usage: Usage) -> bool:
    """Whether the reservation is the one that these facts ask for."""
    place = (reservation.operation, reservation.site_id, reservation.run_id, reservation.stage)
    return reservation.amount == amount and place == (usage.operation, usage.site_id, usage.run_id, usage.stage)


def open_attempt(
    session: Session, account_id: int, key: str, attempt: int, *, amount: Credits, usage: Usage, ttl: timedelta
) -> Reservation:
    """A new pending reservation."""
    reservation = Reservation(
        account_id=account_id,
        key=key,
        attempt=attempt,
        amount=amount,
        status=ReservationStatus.PENDING,
        operation=usage.operation,
        site_id=usage.site_id,
        run_id=usage.run_id,
        stage=usage.stage,
        expires_at=current_time() + ttl,
    )
    session.add(reservation)
    session.flush()
    return reservation


def latest_attempt(session: Session, account_id: int, key: str) -> Reservation | None:
    """The newest reservation with the key."""
    return session.scalar(
        select(Reservation)
        .where(Reservation.account_id == account_id, Reservation.key == key)
        .order_by(Reservation.attempt.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def extend(session: Session, reservation: Reservation, ttl: timedelta) -> Reservation:
    """The pending reservation, living on for another `ttl`."""
    reservation.expires_at = current_time() + ttl
    session.flush()
    return reservation


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
    held, paid, available = lock_reservation(session, reservation)
    if held.status is ReservationStatus.SETTLED:
        return repeat_settlement(held, paid, used)
    if used == ZERO:
        close(session, held, ReservationStatus.RELEASED)
        return None
    if held.status is not ReservationStatus.PENDING:
        raise ReservationClosed(held.key, held.status)
    if paid:
        raise KeyReused(held.key, f"{paid.entry_type} of {paid.amount}", f"a use of {used}")
    charged = min(used, held.amount + available)
    held.settled_amount = charged
    close(session, held, ReservationStatus.SETTLED)
    return write_settlement(session, held, used, charged, usage)


def write_settlement(session: Session, held: Reservation, used: Credits, charged: Credits, usage: Usage) -> LedgerEntry:
    """The ledger entry of a settled reservation; its metadata explains a charge above or below what was used."""
    columns = usage.columns()
    if used > held.amount:
        more = {"reserved": held.amount, "used": used, "waived": used - charged}
        columns["metadata_"] = dict(usage.metadata) | {name: value.as_number() for name, value in more.items()}
    return write(
        session,
        account_id=held.account_id,
        amount=-charged,
        entry_type=EntryType.USAGE,
        idempotency_key=held.key,
        created_by="",
        **columns,
    )


def repeat_settlement(held: Reservation, entry: LedgerEntry | None, used: Credits) -> LedgerEntry | None:
    """The entry of an earlier settlement, which must have been for the same use."""
    if entry is not None:
        recorded = Credits.of(str(entry.metadata_["used"])) if "waived" in entry.metadata_ else -entry.amount
        if recorded != used:
            raise KeyReused(held.key, f"a use of {recorded}", f"a use of {used}")
    return entry


def release(session: Session, reservation: Reservation | int) -> None:
    """Give the credits back where the reservation is still pending; does nothing where it is closed."""
    held, _, _ = lock_reservation(session, reservation)
    close(session, held, ReservationStatus.RELEASED)


def lock_reservation(
    session: Session, reservation: Reservation | int
) -> tuple[Reservation, LedgerEntry | None, Credits]:
    """The reservation as it is now, the entry its key stands for, and the account's available credits, locked."""
    number = reservation if isinstance(reservation, int) else reservation.id
    owner = select(Reservation.account_id).where(Reservation.id == number).scalar_subquery()
    available = lock_row(session, owner)
    if available is None:
        raise NotFound(f"There is no reservation {number}.")
    same_key = and_(LedgerEntry.account_id == Reservation.account_id, LedgerEntry.idempotency_key == Reservation.key)
    held, entry = session.execute(
        select(Reservation, LedgerEntry)
        .join(LedgerEntry, same_key, isouter=True)
        .where(Reservation.id == number)
        .execution_options(populate_existing=True)
    ).one()
    return held, entry, available


def close(session: Session, held: Reservation, status: ReservationStatus) -> None:
    """Move a pending reservation to a final status; the trigger gives its credits back."""
    if held.status is ReservationStatus.PENDING:
        held.status = status
        held.closed_at = current_time()
        session.flush()


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
