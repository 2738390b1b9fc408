"""How often one user may ask for what costs much: never more than so many requests within any minute.

A row per user and kind of request holds the instants of the last requests that were let through, newest first; where
the oldest of as many as are allowed is a minute old, the next one is let through. It is counted in the database, by its
clock, since a deployment has several API servers; a request that is let through costs one statement. Nothing piles up:
there are as many rows as users × kinds, and a row holds as many instants as are allowed.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import ClassVar

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import array, insert
from sqlalchemy.orm import Session

from igny8_lib.errors import TemporaryError
from igny8_lib.models import RequestRate

WINDOW = timedelta(minutes=1)


class TooManyRequests(TemporaryError):
    """So many requests of the kind came from the user within the last minute; nothing was done."""

    http_status: ClassVar[int] = 429

    def __init__(self, what: str, most: int, retry_after: int) -> None:
        super().__init__(
            f"At most {most} requests a minute for {what}. Nothing was done; try again in {retry_after} seconds."
        )
        self.most = most
        self.retry_after = retry_after
        """Whole seconds until the next one is let through."""


def admit(session: Session, username: str, what: str, most: int) -> None:
    """Count one request of the user. Raises TooManyRequests where `most` were let through within the last minute.

    The caller commits at once: the row is locked until then, and a request that fails later was one all the same.
    """
    now, oldest = func.clock_timestamp(), RequestRate.recent[most]
    counted = array([now]) + RequestRate.recent[1 : most - 1]
    first = insert(RequestRate).values(username=username, what=what, recent=array([now]))
    next_one = first.on_conflict_do_update(
        index_elements=[RequestRate.username, RequestRate.what],
        set_={"recent": counted},
        where=or_(oldest.is_(None), oldest <= now - WINDOW),
    )
    if session.execute(next_one.returning(RequestRate.username)).first() is None:
        raise TooManyRequests(what, most, seconds_left(session, username, what, most))


def seconds_left(session: Session, username: str, what: str, most: int) -> int:
    """Whole seconds until the user's next request of the kind is let through, at least one."""
    left = func.extract("epoch", RequestRate.recent[most] + WINDOW - func.clock_timestamp())
    mine = (RequestRate.username == username, RequestRate.what == what)
    return max(1, math.ceil(session.scalar(select(left).where(*mine)) or 0))
