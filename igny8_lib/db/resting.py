"""Whether a connection of the pool still stands, asked when there is a reason to.

SQLAlchemy's pool_pre_ping asks the server at every checkout: a third of the trips of a short transaction, for what the
socket tells by itself. A server that was stopped, or that ended the session, has closed it: then there is something to
read where nothing was asked. Only a network that went silent says nothing; so a connection that has rested for a while
is asked as before. What breaks in between breaks like a transaction under way, which every caller has to stand anyway.
"""

from __future__ import annotations

import select
import time

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

RESTED = 5.0
"""Seconds after which a resting connection is asked."""
RESTS_SINCE = "rests_since"


def ask_after_rest(engine: Engine) -> None:
    """Have the engine's pool ask its connections; where one has gone, it and those older than it are made anew."""

    def note(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[RESTS_SINCE] = time.monotonic()

    def look(connection: DBAPIConnection, record: ConnectionPoolEntry, _fairy: object) -> None:
        since = record.info.get(RESTS_SINCE)
        if since is None or (time.monotonic() - since < RESTED and not has_something_to_say(connection)):
            return
        if not engine.dialect._do_ping_w_event(connection):  # noqa: SLF001 - what pool_pre_ping calls
            raise InvalidatePoolError

    event.listen(engine, "checkin", note)
    event.listen(engine, "checkout", look)


def has_something_to_say(connection: DBAPIConnection) -> bool:
    """Whether there is something to read where nothing was asked: mostly the end of the session."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
