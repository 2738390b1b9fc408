"""One paid AI request: reserve → ask → store the answer → apply and settle.

    transaction 1   reserve the credits, open the journal row        (nothing held while the provider works)
    transaction     check the fence once more, note that it leaves   (a cancelled run sends nothing any more)
    HTTP            ask the provider
    transaction 2   store the answer                                 (from here on a crash never pays for it again)
    transaction 3   write the results and settle the charge          (both or neither)

Every step finds its own traces by the key: a retry after a crash reads a stored answer instead of asking again, and a
settled reservation says that the results are there. The database works in threads so that requests stay in flight.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from igny8_lib.ai import journal
from igny8_lib.ai.answers import ImageAnswer, TextAnswer
from igny8_lib.ai.client import AIClient, Leaving
from igny8_lib.ai.errors import UNKNOWN, AnswerInvalid, AnswerTruncated, BadAnswer, RequestRejected, TemporaryFailure
from igny8_lib.ai.requests import ImageRequest, Message, Split, TextRequest, repair_messages
from igny8_lib.amounts import Credits
from igny8_lib.credits.ledger import Usage
from igny8_lib.credits.reservations import release, reserve, settle
from igny8_lib.db.session import Sessions
from igny8_lib.models import Operation, ReservationStatus

REPAIRS = 2
"""How often an invalid answer is asked for again with the validation error (SPEC §3)."""
DRAWING = "generate_images"

ITEM_FAILURES = (BadAnswer, RequestRejected, TemporaryFailure)
"""What concerns this request alone; everything else stops the stage or the process."""

A = TypeVar("A", bound=BaseModel)
R = TypeVar("R")


@dataclass(frozen=True)
class Applied:
    """What an answer led to: its charge, and the rows it is linked to in the ledger."""

    charge: Credits
    related_type: str | None = None
    related_id: int | None = None


@dataclass(frozen=True)
class Charge:
    """What a request is charged as: idempotency key, operation and the amount set aside."""

    key: str
    operation: Operation
    reserve: Credits


@dataclass(frozen=True)
class Meter:
    """Where a paid request belongs and who checks it.

    `fence` runs first in every transaction that writes (raises LeaseLost for a late process); `allow` runs before a
    reservation with the amount (raises where a budget does not let it through). `gate` is held from the reservation
    to the answer, `turn` while results are written: requests go out in parallel, results come in in order.
    """

    sessions: Sessions
    client: AIClient
    account_id: int
    site_id: int
    fence: Callable[[Session], None]
    allow: Callable[[Session, Charge], None]
    gate: AbstractAsyncContextManager[object]
    turn: AbstractAsyncContextManager[object]
    run_id: int | None = None
    stage: int | None = None


@dataclass(frozen=True)
class Failure:
    """Why a request gave no result; `temporary` failures (the provider was overloaded) may hit every request."""

    reason: str
    temporary: bool


async def ask(
    meter: Meter,
    charge: Charge,
    request: TextRequest[A],
    *,
    apply: Callable[[Session, A], Applied],
    reject: Callable[[Session, Failure], None],
) -> Failure | None:
    """Ask for a structured answer and apply it; None where it was applied, now or before.

    `apply` writes the results and says what they cost; `reject` marks the items failed with the reason, after which
    the failure is returned. Raises InsufficientCredits before anything is asked, ProviderUnavailable when no request
    can succeed (the items stay pending), LeaseLost when the site was taken over.
    """
    return await metered(meter, charge, lambda: valid_answer(meter, charge.key, request), apply, reject)


async def draw(
    meter: Meter,
    charge: Charge,
    request: ImageRequest,
    *,
    prompt_version: str,
    store: Callable[[ImageAnswer], str],
    apply: Callable[[Session, dict[str, Any]], Applied],
    reject: Callable[[Session, Failure], None],
) -> Failure | None:
    """Ask for an image and apply it, as `ask` does for text.

    `store` keeps the picture and returns where (the journal holds the place, not the picture); `apply` gets the stored
    answer: {file, width, height, model}.
    """

    async def send(leaving: Leaving) -> journal.Outcome:
        answer = await meter.client.draw(request, key=charge.key, leaving=leaving)
        file = await asyncio.to_thread(store, answer)
        document = {"file": file, "width": answer.width, "height": answer.height, "model": answer.model}
        return journal.Outcome(document, answer.model, answer.usage, answer.latency_ms, answer.attempts)

    async def picture() -> tuple[dict[str, Any], int]:
        entry = await journaled(meter, f"{charge.key}/ask/1", DRAWING, prompt_version, send)
        return entry.answer or {}, entry.id

    return await metered(meter, charge, picture, apply, reject)


async def metered(
    meter: Meter,
    charge: Charge,
    answer_of: Callable[[], Awaitable[tuple[R, int]]],
    apply: Callable[[Session, R], Applied],
    reject: Callable[[Session, Failure], None],
) -> Failure | None:
    """The three transactions around one request, whatever it asks for."""
    async with meter.gate:
        reservation = await asyncio.to_thread(open_reservation, meter, charge)
        if reservation is None:
            return None
        try:
            answer, call_id = await answer_of()
            failure = None
        except ITEM_FAILURES as error:
            failure = Failure(str(error), temporary=isinstance(error, TemporaryFailure))
    async with meter.turn:
        if failure is None:
            await asyncio.to_thread(finish, meter, charge, reservation, call_id, lambda db: apply(db, answer))
        else:
            await asyncio.to_thread(give_up, meter, reservation, failure, reject)
    return failure


async def valid_answer(meter: Meter, key: str, request: TextRequest[A]) -> tuple[A, int]:
    """The validated answer and its journal row.

    A truncated answer is asked for once more, in halves where the request can be split, else with twice the room; an
    invalid one again with its error, at most twice. Every ask has a journal row of its own, so a replay walks through
    the same answers without asking.
    """
    said: list[Message] = []
    enlarged = False
    for number in range(1, REPAIRS + 3):
        entry = await answered(meter, f"{key}/ask/{number}", request, said)
        try:
            return request.read(stored_answer(entry)), entry.id
        except AnswerTruncated:
            if enlarged:
                raise
            if request.split:
                return await in_halves(meter, f"{key}/ask/{number}", request.split())
            enlarged, request = True, request.with_more_room()
        except AnswerInvalid as error:
            if len(said) >= 2 * REPAIRS:
                raise
            said += repair_messages(error)
    raise AssertionError("unreachable: one enlargement and two repairs at most")


async def in_halves(meter: Meter, key: str, split: Split[A]) -> tuple[A, int]:
    """The two halves' answers as one; a half is not halved again."""
    answers = [
        await valid_answer(meter, f"{key}/half/{number}", replace(part, split=None))
        for number, part in enumerate(split.parts, 1)
    ]
    return split.merge([answer for answer, _ in answers]), answers[-1][1]


def stored_answer(entry: journal.Entry) -> TextAnswer:
    """A journal row as the answer it keeps. Raises AnswerTruncated for a cut one, before anything is parsed."""
    document = entry.answer or {}
    answer = TextAnswer(document["text"], document["finish_reason"], "", UNKNOWN, latency_ms=0, attempts=1)
    if answer.finish_reason == "length":
        raise AnswerTruncated("The answer was cut off at its cap on output tokens, twice.", answer=answer)
    return answer


async def answered(meter: Meter, key: str, request: TextRequest[A], said: Sequence[Message]) -> journal.Entry:
    """The journal's answer to the request, asked for now where there is none yet; a truncated one is an answer too."""

    async def send(leaving: Leaving) -> journal.Outcome:
        try:
            answer = await meter.client.ask(request, messages=said, key=key, leaving=leaving)
        except AnswerTruncated as error:
            if error.answer is None:
                raise
            answer = error.answer
        document = {"text": answer.text, "finish_reason": answer.finish_reason}
        return journal.Outcome(document, answer.model, answer.usage, answer.latency_ms, answer.attempts)

    return await journaled(meter, key, request.function, request.prompt_version, send)


async def journaled(
    meter: Meter, key: str, function: str, prompt_version: str, send: Callable[[Leaving], Awaitable[journal.Outcome]]
) -> journal.Entry:
    """Journal one logical request around `send`: a stored answer or a stored failure is final.

    Answers need no fence: one that arrived is kept in any case. Each time the request leaves, the fence is checked in
    the transaction that notes it: a cancel, which moves the fence, knows exactly what is on its way to the provider.
    """
    place = journal.Place(meter.site_id, meter.run_id, meter.stage, function, prompt_version)
    entry = await asyncio.to_thread(in_transaction, meter, lambda session: journal.open_entry(session, key, place))
    entry.raise_if_failed()
    if entry.answer is not None:
        return entry

    def note_sent(session: Session) -> None:
        meter.fence(session)
        journal.mark_sent(session, entry.id)

    try:
        outcome = await send(lambda: asyncio.to_thread(in_transaction, meter, note_sent))
    except ITEM_FAILURES as error:
        failure = error
        await asyncio.to_thread(
            in_transaction, meter, lambda session: journal.store_failure(session, entry.id, failure)
        )
        raise
    return await asyncio.to_thread(in_transaction, meter, lambda session: journal.store(session, entry.id, outcome))


def in_transaction(meter: Meter, work: Callable[[Session], R]) -> R:
    """Run `work` in one short transaction."""
    with meter.sessions.begin() as session:
        return work(session)


def open_reservation(meter: Meter, charge: Charge) -> int | None:
    """Set the credits aside; None where this key was settled before, so its results are in the database."""
    with meter.sessions.begin() as session:
        meter.fence(session)
        meter.allow(session, charge)
        facts = usage_of(meter, charge.operation)
        reservation = reserve(session, meter.account_id, charge.reserve, key=charge.key, usage=facts)
        return None if reservation.status is ReservationStatus.SETTLED else reservation.id


def finish(meter: Meter, charge: Charge, reservation: int, call_id: int, apply: Callable[[Session], Applied]) -> None:
    """Write the results and the charge in one transaction."""
    with meter.sessions.begin() as session:
        meter.fence(session)
        applied = apply(session)
        facts = replace(
            usage_of(meter, charge.operation),
            ai_call_id=call_id,
            related_type=applied.related_type,
            related_id=applied.related_id,
        )
        settle(session, reservation, applied.charge, usage=facts)


def give_up(meter: Meter, reservation: int, failure: Failure, reject: Callable[[Session, Failure], None]) -> None:
    """Mark the items failed and release their credits in one transaction."""
    with meter.sessions.begin() as session:
        meter.fence(session)
        reject(session, failure)
        release(session, reservation)


def usage_of(meter: Meter, operation: Operation) -> Usage:
    """The ledger's facts about the request."""
    return Usage(operation=operation, site_id=meter.site_id, run_id=meter.run_id, stage=meter.stage)
