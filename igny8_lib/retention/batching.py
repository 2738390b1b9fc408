"""One small transaction after the other: nobody waits long for a clean-up, and a clean-up waits long for nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, delete, func, select, true, tuple_
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import InstrumentedAttribute, Session

from igny8_lib.db.base import Base
from igny8_lib.db.session import Sessions
from igny8_lib.retention.watch import Watch

log = logging.getLogger(__name__)

ROWS = 2_000
"""Of one transaction: some tens of milliseconds, some hundred kB of WAL."""
LOCK_TIMEOUT = "1s"
"""What is locked for longer is left to the next clean-up."""
STATEMENT_TIMEOUT = "60s"
IN_THE_WAY = {"55P03", "40P01", "57014"}
"""SQLSTATE of a lock that was not to be had in time, a deadlock, and a statement that took too long."""
ATTEMPTS = 3


def in_batches(sessions: Sessions, work: Callable[[Session], int], watch: Watch) -> int:
    """Call the work in transactions of its own until it has nothing more to do, or the watch ends it; what it counted.

    A batch that meets others' locks is tried again twice, then what is left of this work waits for the next clean-up.
    """
    total = failed = 0
    while not watch.reason:
        try:
            with sessions.begin() as session:
                be_brief(session)
                done = work(session)
        except OperationalError as error:
            failed += 1
            if getattr(error.orig, "sqlstate", None) not in IN_THE_WAY:
                raise
            if failed == ATTEMPTS:
                log.warning("Others' locks are in the way, the rest is left to the next clean-up: %s", error.orig)
                break
            continue
        if not done:
            break
        total, failed = total + done, 0
    return total


def be_brief(session: Session) -> None:
    """Let the transaction wait for no lock for long."""
    lock = func.set_config("lock_timeout", LOCK_TIMEOUT, true())  # true: for this transaction
    statement = func.set_config("statement_timeout", STATEMENT_TIMEOUT, true())
    session.execute(select(lock, statement))


def key_of(model: type[Base]) -> list[InstrumentedAttribute[Any]]:
    """The columns of the primary key."""
    return [getattr(model, column.key) for column in model.__table__.primary_key]


def delete_some(session: Session, model: type[Base], old: Select[Any], most: int = ROWS) -> int:
    """Delete the first rows whose primary keys `old` selects, those left out that somebody has locked; how many."""
    keys = [tuple(row) for row in session.execute(old.limit(most).with_for_update(skip_locked=True, of=model))]
    if not keys:
        return 0
    chosen = delete(model).where(tuple_(*key_of(model)).in_(keys)).execution_options(synchronize_session=False)
    removed: Any = session.execute(chosen)
    return int(removed.rowcount)


def count(session: Session, old: Select[Any]) -> int:
    """How many rows a query selects."""
    return session.scalar(select(func.count()).select_from(old.order_by(None).subquery())) or 0
