"""What a cancelled run owes for AI requests that had left for the provider and whose results it will not keep."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.ledger import Usage
from igny8_lib.credits.reservations import settle
from igny8_lib.models import AICall, AICallStatus, AutomationRun, Reservation, ReservationStatus

MARK = {"cancelled_in_flight": True}
"""The ledger's note on such a charge."""


@dataclass(frozen=True)
class InFlight:
    """Requests that were charged although the run ended before their results were kept."""

    requests: int = 0
    credits: Credits = ZERO

    @property
    def sentence(self) -> str:
        """For people; empty where nothing was in flight."""
        if not self.requests:
            return ""
        requests = "1 AI request" if self.requests == 1 else f"{self.requests} AI requests"
        return f" {requests} in flight: {self.credits} credits charged."


def charge(session: Session, run: AutomationRun) -> InFlight:
    """Settle, at the reserved amount, each of the run's pending reservations that has a request at the provider.

    Sent is what counts: the provider bills it, whether its answer is still under way or waits to be written. A request
    that never left, or that the provider refused, is not charged. The caller holds the site's lease, so nothing leaves
    meanwhile.
    """
    sent = (
        exists()
        .where(AICall.site_id == run.site_id, AICall.run_id == run.id, AICall.sent_at.is_not(None))
        .where(AICall.status != AICallStatus.FAILED)
        .where(func.split_part(AICall.idempotency_key, "/ask/", 1) == Reservation.key)
    )
    held = session.scalars(
        select(Reservation)
        .where(Reservation.account_id == run.account_id, Reservation.run_id == run.id)
        .where(Reservation.status == ReservationStatus.PENDING, sent)
        .order_by(Reservation.id)
    ).all()
    for reservation in held:
        settle(session, reservation, reservation.amount, usage=usage_of(reservation))
    return InFlight(len(held), Credits.total(reservation.amount for reservation in held))


def usage_of(reservation: Reservation) -> Usage:
    """The reservation's own facts, and the mark."""
    return Usage(
        operation=reservation.operation,
        site_id=reservation.site_id,
        run_id=reservation.run_id,
        stage=reservation.stage,
        metadata=MARK,
    )
