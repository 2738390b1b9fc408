"""The journal of AI requests: an answer is stored before anything is done with it, and never asked for again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.ai.answers import TokenUsage
from igny8_lib.ai.errors import UNKNOWN, AIFailure, BadAnswer, RequestRejected, TemporaryFailure
from igny8_lib.models import AICall, AICallStatus


@dataclass(frozen=True)
class Place:
    """Where a request belongs: site, run and stage, the AI function and the version of its prompt."""

    site_id: int
    run_id: int | None
    stage: int | None
    function: str
    prompt_version: str


@dataclass(frozen=True)
class Outcome:
    """What came back: the answer as a document, and the provider's figures (unknown stays None)."""

    answer: dict[str, Any]
    model: str
    usage: TokenUsage
    latency_ms: int
    attempts: int


@dataclass(frozen=True)
class Entry:
    """A journal row as a request sees it; without answer and error it is still to be asked."""

    id: int
    answer: dict[str, Any] | None = None
    error: str | None = None
    temporary: bool = False

    def raise_if_failed(self) -> None:
        """A request that was given up stays given up: raises what it was given up with."""
        if self.error is not None:
            raise (TemporaryFailure if self.temporary else RequestRejected)(self.error)


def open_entry(session: Session, key: str, place: Place) -> Entry:
    """The row of this key, made where there is none."""
    row = {
        "idempotency_key": key,
        "site_id": place.site_id,
        "run_id": place.run_id,
        "stage": place.stage,
        "operation": place.function,
        "prompt_version": place.prompt_version,
        "model": "",
        "status": AICallStatus.PENDING,
        "attempts": 0,
    }
    session.execute(insert(AICall).values(row).on_conflict_do_nothing(index_elements=["idempotency_key"]))
    call = session.scalars(select(AICall).where(AICall.idempotency_key == key, AICall.site_id == place.site_id)).one()
    if call.status is AICallStatus.FAILED:
        return Entry(call.id, error=call.error, temporary=bool((call.answer or {}).get("temporary")))
    return Entry(call.id, call.answer)


def mark_sent(session: Session, call_id: int) -> None:
    """Note that the request leaves for the provider; the first time counts."""
    first = func.coalesce(AICall.sent_at, func.clock_timestamp())
    session.execute(update(AICall).where(AICall.id == call_id).values(sent_at=first))


def store(session: Session, call_id: int, outcome: Outcome) -> Entry:
    """Keep an answer and its figures."""
    finish(
        session,
        call_id,
        figures(outcome.usage, outcome.attempts)
        | {
            "status": AICallStatus.ANSWERED,
            "answer": outcome.answer,
            "model": outcome.model,
            "latency_ms": outcome.latency_ms,
        },
    )
    return Entry(call_id, outcome.answer)


def store_failure(session: Session, call_id: int, failure: AIFailure) -> None:
    """Keep that the request was refused, or given up after its retries."""
    usage = failure.usage if isinstance(failure, BadAnswer) else UNKNOWN
    finish(
        session,
        call_id,
        figures(usage, failure.attempts)
        | {
            "status": AICallStatus.FAILED,
            "error": str(failure),
            "answer": {"temporary": isinstance(failure, TemporaryFailure)},
        },
    )


def figures(usage: TokenUsage, attempts: int) -> dict[str, Any]:
    """The provider's figures as columns."""
    return {
        "tokens_in": usage.tokens_in,
        "tokens_cached": usage.tokens_cached,
        "tokens_out": usage.tokens_out,
        "provider_cost": usage.provider_cost,
        "attempts": AICall.attempts + attempts,
    }


def finish(session: Session, call_id: int, values: dict[str, Any]) -> None:
    """Close a row."""
    session.execute(update(AICall).where(AICall.id == call_id).values(values | {"answered_at": clock.now()}))
