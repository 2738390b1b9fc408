"""Writes that may be sent twice: the second one is answered as the first and does nothing.

    with sessions.begin() as session:
        with answering(session, request) as known:
            …

The answer is stored in the transaction of the effect: both are there, or neither. A second request that comes while the
first is at work waits for it at the unique key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import Conflict
from igny8_lib.models import AnsweredRequest

KEPT = timedelta(days=2)
"""How long a key is remembered: longer than anybody repeats a request whose answer was lost."""
CLEARED_AT_ONCE = 100
"""Old answers that are taken away with each new one, so that they never pile up."""


class KeyOfAnotherRequest(Conflict):
    """The key was used for a request with another address or body."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The Idempotency-Key {key!r} was used for another request: repeat that one as it was, or take a new key."
        )
        self.key = key


@dataclass(frozen=True)
class Repeatable:
    """A write that names itself: who sent it, under which key, and what it says."""

    username: str
    key: str
    digest: str


@dataclass(frozen=True)
class Given:
    """An answer: its HTTP status and its document."""

    status: int
    document: Any
    repeated: bool = False


def once(
    session: Session, request: Repeatable, do: Callable[[], Given], *, account_id: int, site_id: int | None
) -> Given:
    """Do it and remember the answer, or give the answer of the first time.

    Without a key it is simply done. Raises KeyOfAnotherRequest, and what `do` raises: then nothing is remembered, for
    the caller's transaction is rolled back.
    """
    if not request.key:
        return do()
    row = insert(AnsweredRequest).values(
        account_id=account_id,
        site_id=site_id,
        username=request.username,
        key=request.key,
        request_digest=request.digest,
    )
    new = session.scalar(row.on_conflict_do_nothing().returning(AnsweredRequest.id))
    if new is None:
        return first_answer(session, request)
    forget_old(session)
    given = do()
    stored = session.get_one(AnsweredRequest, new)
    stored.status, stored.answer = given.status, given.document
    session.flush()
    return given


def first_answer(session: Session, request: Repeatable) -> Given:
    """What the request was answered before."""
    mine = (AnsweredRequest.username == request.username, AnsweredRequest.key == request.key)
    known = session.scalar(select(AnsweredRequest).where(*mine))
    if known is None or known.request_digest != request.digest or known.status is None:
        raise KeyOfAnotherRequest(request.key)
    return Given(known.status, known.answer, repeated=True)


def forget_old(session: Session) -> None:
    """Take some of the answers away that nobody will ask for again."""
    old = select(AnsweredRequest.id).where(AnsweredRequest.created_at < clock.now() - KEPT)
    some = old.order_by(AnsweredRequest.created_at).limit(CLEARED_AT_ONCE).with_for_update(skip_locked=True)
    session.execute(delete(AnsweredRequest).where(AnsweredRequest.id.in_(some)))
