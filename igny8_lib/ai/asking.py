"""Asking through the journal: each ask has a row of its own, and a row that is answered or failed is not asked again.

The transactions of one ask:

    leave     row, `sent_at`, and the credits where the charge has none aside yet (ai/leaving.py); again, without the
              credits, before each further attempt
    take back the fence, then `sent_at` to null: after an attempt that the provider refused, unless another one of this
              request got lost (a lost one may be billed)
    keep      the answer or the failure: no fence, for an answer that arrived is kept in any case; and alone, for its
              results wait for their turn, and may be refused
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pydantic import BaseModel

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
from igny8_lib.ai.keeping import keep_answer, keep_failure
from igny8_lib.ai.leaving import Departures, Hold, Kept
from igny8_lib.ai.meter import ITEM_FAILURES, Meter
from igny8_lib.ai.requests import Message, Split, TextRequest, repair_messages
from igny8_lib.logs import about

REPAIRS = 2
"""How often an invalid answer is asked for again with the validation error (SPEC §3)."""

A = TypeVar("A", bound=BaseModel)


Send = Callable[[Departures], Awaitable[journal.Received]]
"""Asks the provider, telling the departures of each attempt."""


@dataclass(frozen=True)
class Asks:
    """What all requests of one charge share: its credits, and what was refused."""

    hold: Hold
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
    meter = asks.hold.meter

    async def send(departures: Departures) -> journal.Received:
        answer = await meter.client.ask(
            request, messages=said, key=meter.sent_key(key), leaving=departures.leave, refused=departures.refuse
        )
        document = {"text": answer.text, "finish_reason": answer.finish_reason, "refusal": answer.refusal}
        return journal.Received(document, answer.model, answer.usage, answer.latency_ms, answer.attempts)

    place = place_of(meter, asks.hold.charge.key, request.function, request.prompt_version)
    return await ask_through_journal(asks.hold, key, place, send)


def place_of(meter: Meter, charge_key: str, function: str, prompt_version: str) -> journal.Place:
    """Where a request of the meter belongs."""
    return journal.Place(meter.site_id, meter.run_id, meter.stage, meter.request, charge_key, function, prompt_version)


async def ask_through_journal(hold: Hold, key: str, place: journal.Place, send: Send) -> journal.Entry:
    """Journal one logical request around `send`; a stored answer or a stored failure is final.

    Raises what `send` raises; where the provider as a whole refuses, the row is closed, too, and opened again by the
    next one who asks.
    """
    kept = hold.meter.known.entries.get(key)
    if kept is None:
        departures = Departures(hold, key, place)
        try:
            with about(call=key):
                received = await send(departures)
        except Kept as found:
            kept = found.entry
        except AIFailure as failure:
            await keep_failure(hold.meter.sessions, departures.row, failure)
            raise
        else:
            return await keep_answer(hold.meter.sessions, departures.row, received)
    await hold.take()
    kept.raise_if_failed()
    return kept
