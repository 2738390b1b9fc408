"""How a paid request leaves: all that must be on record before the provider may bill it, in one commit.

    fence           the site is still this process's
    journal row     with `sent_at`: a cancel charges what has one, and only that
    reservation     budget and balance cover it; last, since the account's balance stays locked from there to the commit

It is committed before the HTTP request, or a crash would pay for what nobody knows of; and it is made in the place that
the request has at the provider, or one that only waits for a place would count as sent. What keeps it from leaving
(credits, a lost lease, an answer that is there) rolls all of it back, and gives the place to the next one.
Repeats and repairs are part of a charge that is held already: fence and `sent_at` only.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from sqlalchemy.orm import Session

from igny8_lib.ai import journal
from igny8_lib.ai.keeping import in_transaction
from igny8_lib.ai.meter import Charge, Meter
from igny8_lib.credits.ledger import Usage
from igny8_lib.credits.reservations import reserve
from igny8_lib.models import Operation, ReservationStatus


class Settled(Exception):
    """The charge was settled before: its results are in the database."""


class Kept(Exception):
    """The journal has an answer or a failure of this request: it is not to leave."""

    def __init__(self, entry: journal.Entry) -> None:
        super().__init__(f"AI request {entry.id} is closed.")
        self.entry = entry


@dataclass
class Hold:
    """The credits of one charge: set aside as its first request leaves, or for an answer that is there already."""

    meter: Meter
    charge: Charge
    reservation: int | None = None

    @property
    def taken(self) -> int:
        """The reservation. Raises RuntimeError before there is one."""
        if self.reservation is None:
            raise RuntimeError(f"Nothing is set aside for {self.charge.key!r}.")
        return self.reservation

    async def take(self) -> None:
        """Set the credits aside without anything leaving. Raises Settled and what the meter refuses with."""
        if self.reservation is None:
            self.reservation = await asyncio.to_thread(in_transaction, self.meter.sessions, self._open)

    def _open(self, session: Session) -> int:
        self.meter.fence(session)
        return self.within(session)

    def within(self, session: Session) -> int:
        """The charge's reservation, made now where there is none; the last work of a transaction."""
        if self.reservation is not None:
            return self.reservation
        self.meter.allow(session, self.charge)
        facts = usage_of(self.meter, self.charge.operation)
        made = reserve(session, self.meter.account_id, self.charge.reserve, key=self.charge.key, usage=facts)
        if made.status is ReservationStatus.SETTLED:
            raise Settled
        return made.id


@dataclass
class Departures:
    """The leavings of one request: what the provider may bill of it is known here, and noted in its row."""

    hold: Hold
    key: str
    place: journal.Place
    call_id: int | None = None
    """Its row, once it has left."""
    uncertain: int = 0
    """Attempts that left and were not refused."""

    async def leave(self) -> None:
        """Note that an attempt leaves. Raises Kept, Settled, LeaseLost and what the meter refuses with."""
        entry, reservation = await asyncio.to_thread(in_transaction, self.hold.meter.sessions, self._leave)
        if self.call_id is None:
            self.call_id, self.uncertain = entry.id, int(entry.maybe_paid)
        self.hold.reservation = reservation
        self.uncertain += 1

    async def refuse(self) -> None:
        """Note that the attempt was refused. Raises LeaseLost where a cancel has charged it meanwhile."""
        self.uncertain -= 1
        if self.uncertain == 0:
            await asyncio.to_thread(in_transaction, self.hold.meter.sessions, self._take_back)

    @property
    def row(self) -> int:
        """The journal row. Raises RuntimeError before anything has left."""
        if self.call_id is None:
            raise RuntimeError(f"AI request {self.key!r} has not left.")
        return self.call_id

    def _leave(self, session: Session) -> tuple[journal.Entry, int]:
        self.hold.meter.fence(session)
        if self.call_id is None:
            entry = journal.leave(session, self.key, self.place)
            if entry.closed:
                raise Kept(entry)
        else:
            entry = journal.Entry(self.call_id)
            journal.mark_sent(session, entry.id)
        return entry, self.hold.within(session)

    def _take_back(self, session: Session) -> None:
        self.hold.meter.fence(session)
        journal.take_back(session, self.row)


def usage_of(meter: Meter, operation: Operation) -> Usage:
    """The ledger's facts about the request."""
    return Usage(operation=operation, site_id=meter.site_id, run_id=meter.run_id, stage=meter.stage)
