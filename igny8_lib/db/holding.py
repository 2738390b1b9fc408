"""Being the only one who works on something, for as long as a transaction is open: PostgreSQL's advisory locks.

The lock is the transaction's, so it goes with the process that held it, however that dies. No lock here is a session's:
behind PgBouncer, in transaction mode, a session is somebody else's with the next transaction.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session


def patience() -> ColumnElement[Any]:
    """The guard waits while others are asked, a website or the AI, for minutes where these are slow: a server that ends
    idle transactions leaves this one alone."""
    return func.set_config("idle_in_transaction_session_timeout", "0", true())  # true: for this transaction


def hold(guard: Session | Connection, lock: int) -> bool:
    """Have the lock alone until the guard's transaction ends; False where somebody else has it."""
    is_held, _ = guard.execute(select(func.pg_try_advisory_xact_lock(lock), patience())).one()
    return bool(is_held)


def wait_for(guard: Connection, lock: int) -> None:
    """Have the lock alone until the guard's transaction ends, once nobody else has it."""
    guard.execute(select(patience()))
    guard.execute(select(func.pg_advisory_xact_lock(lock)))


def let_go(guard: Connection) -> None:
    """End the guard's transaction, and its lock with it; a connection that is lost has let go by itself."""
    with suppress(DBAPIError):
        guard.rollback()
    guard.close()


def require_held(guard: Session) -> None:
    """Ask the connection that holds the lock for a sign of life: a worker that lost it stops."""
    guard.execute(select(1))
