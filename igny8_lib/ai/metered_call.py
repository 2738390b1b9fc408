"""One paid AI request: three commits, each of which has a reason of its own.

    leave        fence, journal row, budget and reservation, as the request has its place at the provider: on record
                 before anything can be billed, and nobody is asked for what cannot be paid (ai/leaving.py)
    answer       the answer alone, as soon as it is there: from here on a crash never pays for it again. It cannot be
                 part of the next commit: results wait for their turn, and where they are refused the answer stays
    result       fence, write the results, settle: the results and their charge, both or neither. One request each, so
                 that a bad row takes nobody else's results with it
    or give up   fence, mark the items failed, release the credits: in one, so that no failed item holds credits

A process can die before or after each commit. Every step finds its own traces by the key: a retry takes up the pending
reservation, reads a stored answer or a stored failure instead of asking, and finds a settled reservation where the
results are there. A batch looks for these once, for all its requests (`Meter.known`); `leave` looks again for its own,
under the row's lock. A value of an answer that the database refuses in `result` fails its items by `give up`: the
same answer would be refused at each retry. The database works in threads so that requests stay in flight.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from igny8_lib.ai import journal
from igny8_lib.ai.answers import ImageAnswer
from igny8_lib.ai.asking import Asks, ask_through_journal, find_valid_answer, place_of
from igny8_lib.ai.errors import TemporaryFailure
from igny8_lib.ai.leaving import Departures, Hold, Settled, usage_of
from igny8_lib.ai.meter import ITEM_FAILURES, Applied, Charge, Failure, Meter
from igny8_lib.ai.requests import ImageRequest, TextRequest
from igny8_lib.credits.reservations import release, settle
from igny8_lib.db.errors import REFUSALS, refusal_reason
from igny8_lib.errors import PermanentError
from igny8_lib.text.characters import storable

__all__ = ["Applied", "Charge", "Failure", "Meter", "ResultRefused", "ask", "draw"]

DRAWING = "generate_images"
MAX_REASON = 2000
"""Characters of a failure's sentence that its items keep."""

A = TypeVar("A", bound=BaseModel)
R = TypeVar("R")


class ResultRefused(PermanentError):
    """The results of an answer cannot be written: not by this try, nor by any other. `apply` may raise it."""


async def ask(
    meter: Meter,
    charge: Charge,
    request: TextRequest[A],
    *,
    apply: Callable[[Session, A], Applied],
    reject: Callable[[Session, Failure], None],
    refuse: Callable[[Session, Mapping[int, str]], None] = lambda _session, _refused: None,
) -> Failure | None:
    """Ask for a structured answer and apply it; None where it was applied, now or before.

    `apply` writes the results and says what they cost; where the request can do with a part of its items, the answer
    may cover some of them only. `reject` marks the items failed with the reason, after which the failure is returned.
    `refuse` gets the items that the provider refused each by itself, where there are any, by number and with the
    reason, after either of them and in the same transaction.
    Raises InsufficientCredits before anything is asked, ProviderUnavailable when no request can succeed (the items stay
    pending), LeaseLost when the site was taken over.
    """

    asks = Asks(Hold(meter, charge))

    async def find_answer() -> tuple[A, int]:
        return await find_valid_answer(asks, charge.key, request)

    def write(session: Session, answer: A) -> Applied:
        applied = apply(session, answer)
        if asks.refused:
            refuse(session, storable_reasons(asks.refused))
        return applied

    def mark(session: Session, failure: Failure) -> None:
        reject(session, failure)
        if asks.refused:
            refuse(session, storable_reasons(asks.refused))

    return await pay_for(asks.hold, find_answer, write, mark)


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
    answer: {file, width, height, model}. A picture that cannot be kept fails its item for now and is not asked for
    again within the run.
    """

    key, hold = f"{charge.key}/ask/1", Hold(meter, charge)

    async def send(departures: Departures) -> journal.Received:
        sent_key = meter.sent_key(key)
        answer = await meter.client.draw(request, key=sent_key, leaving=departures.leave, refused=departures.refuse)
        return await keep_picture(answer, store)

    async def picture() -> tuple[dict[str, Any], int]:
        entry = await ask_through_journal(hold, key, place_of(meter, charge.key, DRAWING, prompt_version), send)
        return picture_of(entry), entry.id

    return await pay_for(hold, picture, apply, reject)


async def keep_picture(answer: ImageAnswer, store: Callable[[ImageAnswer], str]) -> journal.Received:
    """The picture's file, as the journal keeps it. Raises NotKept where it cannot be written."""
    document: dict[str, Any] = {"width": answer.width, "height": answer.height, "model": answer.model}
    received = journal.Received(document, answer.model, answer.usage, answer.latency_ms, answer.attempts)
    try:
        file = await asyncio.to_thread(store, answer)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise journal.NotKept(f"The picture was drawn, but its file could not be written ({why}).", received) from None
    return replace(received, answer={"file": file} | document)


def picture_of(entry: journal.Entry) -> dict[str, Any]:
    """The stored picture's facts for `apply`, whatever else the journal notes beside them."""
    kept = entry.answer or {}
    return {name: kept[name] for name in ("file", "width", "height", "model")}


async def pay_for(
    hold: Hold,
    find_answer: Callable[[], Awaitable[tuple[R, int]]],
    apply: Callable[[Session, R], Applied],
    reject: Callable[[Session, Failure], None],
) -> Failure | None:
    """The transactions around one request, whatever it asks for."""
    meter = hold.meter
    if hold.charge.key in meter.known.settled:
        return None
    async with meter.gate:
        try:
            answer, call_id = await find_answer()
            failure = None
        except Settled:
            return None
        except ITEM_FAILURES as error:
            failure = tell(error, temporary=isinstance(error, TemporaryFailure))
    async with meter.turn:
        if failure is not None:
            await asyncio.to_thread(give_up, hold, failure, reject)
            return failure
        try:
            await asyncio.to_thread(finish, hold, call_id, lambda db: apply(db, answer))
        except ResultRefused as error:
            failure = tell(error, temporary=False)
            await asyncio.to_thread(give_up, hold, failure, reject, call_id)
    return failure


def tell(error: Exception, *, temporary: bool) -> Failure:
    """The failure in a form that every table takes."""
    return Failure(storable(str(error))[:MAX_REASON], temporary)


def storable_reasons(refused: Mapping[int, str]) -> dict[int, str]:
    """The reasons in a form that every table takes."""
    return {item: storable(reason)[:MAX_REASON] for item, reason in refused.items()}


def finish(hold: Hold, call_id: int, apply: Callable[[Session], Applied]) -> None:
    """Write the results and the charge in one transaction. Raises ResultRefused, with nothing written."""
    meter = hold.meter
    with meter.sessions.begin() as session:
        meter.fence(session)
        applied = apply_or_refuse(session, apply)
        facts = replace(
            usage_of(meter, hold.charge.operation),
            ai_call_id=call_id,
            related_type=applied.related_type,
            related_id=applied.related_id,
        )
        settle(session, hold.taken, applied.charge, usage=facts)


def apply_or_refuse(session: Session, apply: Callable[[Session], Applied]) -> Applied:
    """Apply the answer. Raises ResultRefused where the database refuses one of its values."""
    try:
        applied = apply(session)
        session.flush()
    except REFUSALS as error:
        reason = refusal_reason(error)
        if reason is None:
            raise
        raise ResultRefused(f"The database refused a value of the AI answer: {reason}.") from error
    return applied


def give_up(
    hold: Hold, failure: Failure, reject: Callable[[Session, Failure], None], call_id: int | None = None
) -> None:
    """Mark the items failed and release their credits in one transaction; an answer that came gets the reason, too."""
    with hold.meter.sessions.begin() as session:
        hold.meter.fence(session)
        reject(session, failure)
        if call_id is not None:
            journal.note_refusal(session, call_id, failure.reason)
        release(session, hold.taken)
