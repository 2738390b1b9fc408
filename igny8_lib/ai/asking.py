"""Asking through the journal: each ask has a row of its own, and a row that is answered or failed is not asked again.

The transactions of one ask:

    open      find or make the row; answered or failed ends here, so a replay walks the same way without asking
    leave     the fence, then `sent_at`: before each attempt, so that a cancel knows what the provider may bill
    take back the fence, then `sent_at` to null: after an attempt that the provider refused, unless another one of this
              request got lost (a lost one may be billed)
    keep      the answer or the failure: no fence, for an answer that arrived is kept in any case
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy.orm import Session

from igny8_lib.ai import journal
from igny8_lib.ai.answers import TextAnswer
from igny8_lib.ai.errors import (
    UNKNOWN,
    AIFailure,
    AnswerInvalid,
    AnswerTruncated,
    BadAnswer,
    RequestRejected,
    TemporaryFailure,
)
from igny8_lib.ai.keeping import in_transaction, keep_answer, keep_failure
from igny8_lib.ai.meter import ITEM_FAILURES, Meter
from igny8_lib.ai.requests import Message, Split, TextRequest, repair_messages
from igny8_lib.logs import about

REPAIRS = 2
"""How often an invalid answer is asked for again with the validation error (SPEC §3)."""

A = TypeVar("A", bound=BaseModel)


@dataclass
class Departures:
    """The leavings of one request: what the provider may bill of it is known here, and noted in its row."""

    meter: Meter
    call_id: int
    uncertain: int
    """Attempts that left and were not refused."""

    async def leave(self) -> None:
        """Note that an attempt leaves. Raises LeaseLost where it may not."""
        await asyncio.to_thread(in_transaction, self.meter.sessions, self._mark)
        self.uncertain += 1

    async def refuse(self) -> None:
        """Note that the attempt was refused. Raises LeaseLost where a cancel has charged it meanwhile."""
        self.uncertain -= 1
        if self.uncertain == 0:
            await asyncio.to_thread(in_transaction, self.meter.sessions, self._take_back)

    def _mark(self, session: Session) -> None:
        self.meter.fence(session)
        journal.mark_sent(session, self.call_id)

    def _take_back(self, session: Session) -> None:
        self.meter.fence(session)
        journal.take_back(session, self.call_id)


Send = Callable[[Departures], Awaitable[journal.Received]]
"""Asks the provider, telling the departures of each attempt."""


@dataclass(frozen=True)
class Asks:
    """What all requests of one charge share: where they belong, its key, and what was refused."""

    meter: Meter
    charge_key: str
    refused: dict[int, str] = field(default_factory=dict)
    """Items that were refused each by itself, by the number that the prompt calls them, with the reason."""


async def find_valid_answer(asks: Asks, key: str, request: TextRequest[A]) -> tuple[A, int]:
    """The validated answer and its journal row, asked for under `key`; or what is right in an invalid one.

    A truncated answer is asked for once more, in halves where the request can be split, else with twice the room; an
    invalid one (an empty one is invalid, too) again with its error, at most twice. Where that ends without a valid
    answer, the newest invalid one of which something can be used is taken: it is paid for.

    A request that is refused at once is asked in halves, and these in halves, until the items that it is refused for
    stand alone: they are noted in `asks.refused`. That takes 2n - 1 requests for n items at most, about 2 log2 n where
    a single one is refused.
    """
    invalid: list[journal.Entry] = []
    try:
        return await ask_until_valid(asks, key, request, invalid)
    except ITEM_FAILURES:
        for entry in reversed(invalid):
            if (right := request.salvage(answer_of(entry))) is not None:
                return right, entry.id
        raise


async def ask_until_valid(asks: Asks, key: str, request: TextRequest[A], invalid: list[journal.Entry]) -> tuple[A, int]:
    """The first valid answer; the invalid ones before it are added to the list. Raises the last failure."""
    said: list[Message] = []
    enlarged = False
    for number in range(1, REPAIRS + 3):
        asked = f"{key}/ask/{number}"
        try:
            entry = await ask_once(asks, asked, request, said)
            return request.read(answer_of(entry)), entry.id
        except AnswerTruncated:
            if enlarged:
                raise
            if request.split:
                split = request.split()
                whole = replace(split, parts=tuple(replace(part, split=None) for part in split.parts))
                return await ask_in_halves(asks, asked, request, whole)
            enlarged, request = True, request.with_more_room()
        except AnswerInvalid as error:
            invalid.append(entry)
            if len(invalid) > REPAIRS:
                raise
            said += repair_messages(error)
        except (BadAnswer, RequestRejected) as error:
            if invalid:  # its items were answered before: the repair is refused
                raise
            return await ask_apart(asks, asked, request, error)
    raise AssertionError("unreachable: one enlargement and two repairs at most")


async def ask_apart(asks: Asks, key: str, request: TextRequest[A], refusal: AIFailure) -> tuple[A, int]:
    """What is not refused of a refused request. Raises the refusal for a single item, which is noted, and for what is
    not to be split."""
    if request.split:
        return await ask_in_halves(asks, key, request, request.split())
    if len(request.items) == 1:
        asks.refused[request.items[0]] = str(refusal)
    raise refusal


async def ask_in_halves(asks: Asks, key: str, request: TextRequest[A], split: Split[A]) -> tuple[A, int]:
    """The two halves' answers as one.

    Where a request can do with a part of its items, one half is enough. Where both failed, or one of a request that
    cannot, a temporary failure is raised before a final one, the first half's before the other's.
    """
    answers: list[tuple[A, int]] = []
    failures: list[AIFailure] = []
    for number, part in enumerate(split.parts, 1):
        try:
            answers.append(await find_valid_answer(asks, f"{key}/half/{number}", part))
        except ITEM_FAILURES as failure:
            failures.append(failure)
            if request.keep_right is None:
                break
    if failures and (request.keep_right is None or not answers):
        raise next((failure for failure in failures if isinstance(failure, TemporaryFailure)), failures[0])
    return split.merge([answer for answer, _ in answers]), answers[-1][1]


def answer_of(entry: journal.Entry) -> TextAnswer:
    """A journal row as the answer it keeps; its figures stay in the row."""
    kept = entry.answer or {}
    text, finish = kept.get("text") or "", kept.get("finish_reason") or ""
    return TextAnswer(text, finish, "", UNKNOWN, latency_ms=0, attempts=1, refusal=kept.get("refusal") or "")


async def ask_once(asks: Asks, key: str, request: TextRequest[A], said: Sequence[Message]) -> journal.Entry:
    """The journal's answer to the request, asked for now where there is none yet; nobody has judged it."""

    async def send(departures: Departures) -> journal.Received:
        answer = await asks.meter.client.ask(
            request, messages=said, key=asks.meter.sent_key(key), leaving=departures.leave, refused=departures.refuse
        )
        document = {"text": answer.text, "finish_reason": answer.finish_reason, "refusal": answer.refusal}
        return journal.Received(document, answer.model, answer.usage, answer.latency_ms, answer.attempts)

    place = place_of(asks.meter, asks.charge_key, request.function, request.prompt_version)
    return await ask_through_journal(asks.meter, key, place, send)


def place_of(meter: Meter, charge_key: str, function: str, prompt_version: str) -> journal.Place:
    """Where a request of the meter belongs."""
    return journal.Place(meter.site_id, meter.run_id, meter.stage, meter.request, charge_key, function, prompt_version)


async def ask_through_journal(meter: Meter, key: str, place: journal.Place, send: Send) -> journal.Entry:
    """Journal one logical request around `send`; a stored answer or a stored failure is final.

    Raises what `send` raises; where the provider as a whole refuses, the row is closed, too, and opened again by the
    next one who asks.
    """
    entry = await asyncio.to_thread(in_transaction, meter.sessions, lambda db: journal.open_entry(db, key, place))
    entry.raise_if_failed()
    if entry.answer is not None:
        return entry
    try:
        with about(call=key):
            received = await send(Departures(meter, entry.id, uncertain=int(entry.maybe_paid)))
    except AIFailure as failure:
        await keep_failure(meter.sessions, entry.id, failure)
        raise
    return await keep_answer(meter.sessions, entry.id, received)
