"""Being the only one who changes what visitors of a site see: deployments, rollbacks and publishers wait for each
other by an advisory lock of PostgreSQL's, by a transaction that does nothing else, on a connection of its own.

The lock is the transaction's, so it goes with the process that held it, however that dies, and a pool of connections
between the process and the server (PgBouncer) cannot give it to somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from igny8_lib.db import holding
from igny8_lib.db.session import Sessions

SITE_LOCK = 0x49675362 << 32
"""The advisory locks of whoever changes what a site shows: this, and the site's number."""
STORE_LOCK = 0x49675374 << 32
"""Those of whoever writes into a site's object store, which has no lock of its own."""
HELD: ContextVar[frozenset[int]] = ContextVar("held", default=frozenset())


@contextmanager
def alone_with_site(sessions: Sessions, site_id: int) -> Iterator[None]:
    """From reading what the site is to say until visitors see it, and the rows say so: whoever comes second waits.

    Who has it already goes on: a publisher that deploys a site for its first article.
    """
    with alone(sessions, SITE_LOCK + site_id):
        yield


@contextmanager
def alone_with_store(sessions: Sessions, site_id: int) -> Iterator[None]:
    """While objects of the site's store are written."""
    with alone(sessions, STORE_LOCK + site_id):
        yield


@contextmanager
def alone(sessions: Sessions, lock: int) -> Iterator[None]:
    """Have the lock, once nobody else has it."""
    held = HELD.get()
    if lock in held:
        yield
        return
    connection = sessions.kw["bind"].connect()
    try:
        holding.wait_for(connection, lock)
        before = HELD.set(held | {lock})
        try:
            yield
        finally:
            HELD.reset(before)
    finally:
        holding.let_go(connection)
