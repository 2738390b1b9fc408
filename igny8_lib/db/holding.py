"""Being the only one who works on something, for as long as a transaction is open: PostgreSQL's advisory locks.

The lock is the connection's, so it goes with the process that held it, however that dies.
"""

from __future__ import annotations

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session


def hold(guard: Session, lock: int) -> bool:
    """Have the lock alone until the guard's transaction ends; False where somebody else has it.

    The guard waits while others are asked, a website or the AI, for minutes where these are slow: a server that ends
    idle transactions leaves this one alone.
    """
    patience = func.set_config("idle_in_transaction_session_timeout", "0", true())  # true: for this transaction
    is_held, _ = guard.execute(select(func.pg_try_advisory_xact_lock(lock), patience)).one()
    return bool(is_held)


def require_held(guard: Session) -> None:
    """Ask the connection that holds the lock for a sign of life: a worker that lost it stops."""
    guard.execute(select(1))
