"""Keeping what a provider sent: in the form it came, else in the form that the database takes, and in any case.

An answer is paid for when it arrives. Were it lost because one of its values cannot be stored, each retry would pay for
it again and lose it again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from igny8_lib.ai import journal
from igny8_lib.ai.answers import TokenUsage
from igny8_lib.ai.errors import AIFailure, BadAnswer
from igny8_lib.ai.journal import Entry, Received
from igny8_lib.db.errors import REFUSALS, is_away, refusal_reason
from igny8_lib.db.session import Sessions
from igny8_lib.text.characters import storable

WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 8.0)
"""Seconds between tries while the database is away: long enough for its restart, shorter than a lease lives."""
MAX_TEXT = 1_000_000
"""Characters kept of one text in the reduced form; the longest article has a twentieth of it."""
MAX_MODEL = 200
NO_FIGURES = TokenUsage()
LOST = "An answer came, but the database could keep no part of it: {reason}."

R = TypeVar("R")
log = logging.getLogger(__name__)


async def keep_answer(sessions: Sessions, call_id: int, received: Received) -> Entry:
    """Store the answer in the first form that the database takes; the entry has it as it is stored.

    Raises BadAnswer where it takes none; the row is closed with the reason then, and nothing is asked again.
    """
    reason = ""
    for form in forms_of(received):
        try:
            return await while_away(sessions, partial(journal.store, call_id=call_id, received=form))
        except REFUSALS as error:
            reason = require_refusal(error)
            log.warning("AI request %d: its answer cannot be stored as it came: %s", call_id, reason)
    lost = BadAnswer(LOST.format(reason=reason), attempts=received.attempts)
    await keep_failure(sessions, call_id, lost)
    raise lost


def forms_of(received: Received) -> Iterator[Received]:
    """The answer with clean texts; then reduced to texts of characters that every database takes, without figures."""
    yield replace(received, answer=clean(received.answer), model=storable(received.model)[:MAX_MODEL])
    reduced = {name: reduce_text(value) for name, value in received.answer.items()}
    note = "kept in a reduced form: the database refused the answer as it came"
    yield Received(reduced | {"note": note}, "", NO_FIGURES, None, 1)


def clean(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A JSON value without the characters that the database refuses, in its keys, too."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): clean(inner) for name, inner in value.items()}
    return [clean(inner) for inner in value] if isinstance(value, list) else value


def reduce_text(value: object) -> object:
    """A text re-encoded and cut; numbers that fit a column stay, everything else becomes its text."""
    if value is None or (isinstance(value, int) and abs(value) < 2**31):
        return value
    return storable(str(value)).encode("utf-8", "ignore").decode()[:MAX_TEXT]


async def keep_failure(sessions: Sessions, call_id: int, failure: AIFailure) -> None:
    """Close the row with what happened; without figures where the database refuses them."""
    store = partial(journal.store_failure, call_id=call_id, failure=failure)
    try:
        await while_away(sessions, store)
    except REFUSALS as error:
        require_refusal(error)
        await while_away(sessions, partial(store, with_figures=False))


def require_refusal(error: Exception) -> str:
    """Why the database refuses a value of ours. Raises the error where it is of another kind."""
    reason = refusal_reason(error)
    if reason is None:
        raise error
    return reason


async def while_away(sessions: Sessions, work: Callable[[Session], R]) -> R:
    """Run `work` in one transaction, and again while the connection to the database is lost.

    The work must be safe to repeat: a connection can break after the commit. Raises the error after the last wait.
    """
    for wait in (*WAITS, None):
        try:
            return await asyncio.to_thread(in_transaction, sessions, work)
        except DBAPIError as error:
            if wait is None or not is_away(error):
                raise
            log.warning("The database is away; trying again in %.1f s.", wait)
        await asyncio.sleep(wait)
    raise AssertionError("the last try returns or raises")  # pragma: no cover


def in_transaction(sessions: Sessions, work: Callable[[Session], R]) -> R:
    """Run `work` in one short transaction."""
    with sessions.begin() as session:
        return work(session)
