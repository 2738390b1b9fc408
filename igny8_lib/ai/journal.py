"""The journal of AI requests: an answer is stored before anything is done with it, and never asked for again.

    pending ──┬─ store ──────────> answered            final: a retry reads the answer
              └─ store_failure ──> failed, which is
                     item        the request or its answer is refused: final
                     temporary   given up after all attempts: final within its run, where it has failed its items; the
                                 next run asks under a key of its own
                     provider    the provider refuses everything (key, quota): closed with what it said, and opened
                                 again by whoever comes with the same key, since people mend the provider

A row is made by `leave`, in the transaction that lets its request go: what never left has none. `sent_at` says that a
request may have to be paid: it is on its way, or its answer got lost. A definite refusal takes it back; a row that is
opened again keeps what an earlier attempt left there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.ai.answers import TokenUsage
from igny8_lib.ai.errors import UNKNOWN, AIFailure, BadAnswer, RequestRejected, TemporaryFailure
from igny8_lib.errors import ProviderUnavailable
from igny8_lib.models import AICall, AICallFailure, AICallStatus, Reservation, ReservationStatus
from igny8_lib.text.characters import storable

MAX_ERROR = 2000


@dataclass(frozen=True)
class Place:
    """Where a request belongs: site, run, stage and its number there, the charge it is part of, the AI function and the
    version of its prompt."""

    site_id: int
    run_id: int | None
    stage: int | None
    request: int | None
    charge_key: str
    function: str
    prompt_version: str


@dataclass(frozen=True)
class Received:
    """What came back: the answer as a document, and the provider's figures (unknown stays None)."""

    answer: dict[str, Any]
    model: str
    usage: TokenUsage
    latency_ms: int | None
    attempts: int


class NotKept(TemporaryFailure):
    """The work was done and is paid for, but its result could not be kept. Carries what it used."""

    def __init__(self, message: str, received: Received) -> None:
        super().__init__(message, attempts=received.attempts)
        self._usage = received.usage

    @property
    def usage(self) -> TokenUsage:
        """What the lost result used, as far as known."""
        return self._usage


@dataclass(frozen=True)
class Entry:
    """A journal row as a request sees it; without answer and error it is still to be asked."""

    id: int
    answer: dict[str, Any] | None = None
    error: str | None = None
    temporary: bool = False
    maybe_paid: bool = False
    """Whether an earlier attempt left and nobody knows what became of that."""

    @property
    def closed(self) -> bool:
        """Whether it is answered or given up: nothing leaves for it any more."""
        return self.answer is not None or self.error is not None

    def raise_if_failed(self) -> None:
        """A request that was given up stays given up: raises what it was given up with."""
        if self.error is not None:
            raise (TemporaryFailure if self.temporary else RequestRejected)(self.error)


@dataclass(frozen=True)
class Known:
    """What the database has of some charges already: what a retry finds, and nothing at a first try."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    """Closed rows by their key."""
    settled: frozenset[str] = frozenset()
    """Charges whose results are in the database."""


NOTHING_KNOWN = Known()


def find_known(session: Session, account_id: int, site_id: int, charge_keys: Collection[str]) -> Known:
    """What is known of these charges, in one statement."""
    paid = exists().where(
        Reservation.account_id == account_id,
        Reservation.key == AICall.charge_key,
        Reservation.status == ReservationStatus.SETTLED,
    )
    rows = select(AICall, paid).where(AICall.site_id == site_id, AICall.charge_key.in_(charge_keys))
    found = session.execute(rows).all()
    entries = {call.idempotency_key: entry for call, _ in found if (entry := entry_of(call)).closed}
    return Known(entries, frozenset(call.charge_key for call, settled in found if settled))


def entry_of(call: AICall) -> Entry:
    """The row as a request sees it; what the provider as a whole refused can be asked again."""
    if call.status is AICallStatus.FAILED and call.failure is not AICallFailure.PROVIDER:
        return Entry(call.id, error=call.error or "", temporary=call.failure is AICallFailure.TEMPORARY)
    return Entry(call.id, call.answer, maybe_paid=call.sent_at is not None)


def leave(session: Session, key: str, place: Place) -> Entry:
    """Note that the request of this key leaves for the provider, in a row that is made where there is none, and opened
    again where the provider as a whole was at fault. One that is closed is returned as it is: nothing may leave."""
    row = {
        "idempotency_key": key,
        "charge_key": place.charge_key,
        "site_id": place.site_id,
        "run_id": place.run_id,
        "stage": place.stage,
        "request": place.request,
        "operation": place.function,
        "prompt_version": place.prompt_version,
        "model": "",
        "status": AICallStatus.PENDING,
        "attempts": 0,
        "sent_at": func.clock_timestamp(),
    }
    made = insert(AICall).values(row).on_conflict_do_nothing(index_elements=["idempotency_key"]).returning(AICall.id)
    if (number := session.scalar(made)) is not None:
        return Entry(number)
    same = select(AICall).where(AICall.idempotency_key == key, AICall.site_id == place.site_id)
    call = session.scalars(same.with_for_update().execution_options(populate_existing=True)).one()
    entry = entry_of(call)
    if not entry.closed:
        call.status, call.failure, call.error, call.answered_at = AICallStatus.PENDING, None, None, None
        session.flush()
        mark_sent(session, call.id)
    return entry


def mark_sent(session: Session, call_id: int) -> None:
    """Note that the request leaves for the provider; the first time counts."""
    first = func.coalesce(AICall.sent_at, func.clock_timestamp())
    session.execute(update(AICall).where(AICall.id == call_id).values(sent_at=first))


def take_back(session: Session, call_id: int) -> None:
    """Note that the provider surely did none of the work: nothing of the request is to be paid."""
    session.execute(update(AICall).where(AICall.id == call_id).values(sent_at=None))


def store(session: Session, call_id: int, received: Received) -> Entry:
    """Keep an answer and its figures."""
    values = {
        "status": AICallStatus.ANSWERED,
        "answer": received.answer,
        "model": received.model,
        "latency_ms": received.latency_ms,
    }
    close(session, call_id, figures(received.usage, received.attempts) | values)
    return Entry(call_id, received.answer)


def store_failure(session: Session, call_id: int, failure: AIFailure, *, with_figures: bool = True) -> None:
    """Keep that the request was refused, or given up after its retries."""
    usage = failure.usage if with_figures and isinstance(failure, (BadAnswer, NotKept)) else UNKNOWN
    told = storable(str(failure))[:MAX_ERROR]
    values = {"status": AICallStatus.FAILED, "error": told, "failure": kind_of(failure)}
    close(session, call_id, figures(usage, failure.attempts if with_figures else 1) | values)


def kind_of(failure: AIFailure) -> AICallFailure:
    """Whom a failure concerns, and so whether the request can be asked again."""
    if isinstance(failure, ProviderUnavailable):
        return AICallFailure.PROVIDER
    return AICallFailure.TEMPORARY if isinstance(failure, TemporaryFailure) else AICallFailure.ITEM


def note_refusal(session: Session, call_id: int, reason: str) -> None:
    """Note at an answer why its results could not be written."""
    session.execute(update(AICall).where(AICall.id == call_id).values(error=storable(reason)[:MAX_ERROR]))


def figures(usage: TokenUsage, attempts: int) -> dict[str, Any]:
    """The provider's figures as columns."""
    return {
        "tokens_in": usage.tokens_in,
        "tokens_cached": usage.tokens_cached,
        "tokens_out": usage.tokens_out,
        "provider_cost": usage.provider_cost,
        "attempts": AICall.attempts + attempts,
    }


def close(session: Session, call_id: int, values: dict[str, Any]) -> None:
    """Close an open row; one that is closed stays as it is, so that trying again after a lost connection is safe."""
    session.execute(
        update(AICall)
        .where(AICall.id == call_id, AICall.status == AICallStatus.PENDING)
        .values(values | {"answered_at": clock.now()})
    )
