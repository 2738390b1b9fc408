"""Removing old events: whoever could have been set off by them was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.models import DomainEvent

KEPT = timedelta(days=7)
"""How long a consumed event is there, for whoever asks why a rule did what it did."""
AT_ONCE = 5_000
"""Events that one round removes: an idle minute's share, and far more than come in one."""


def remove_old_events(sessions: Sessions) -> int:
    """Remove consumed events that are older than they are kept, oldest first; how many."""
    before = clock.now() - KEPT
    old = select(DomainEvent.id).where(DomainEvent.consumed_at < before).order_by(DomainEvent.consumed_at)
    old = old.limit(AT_ONCE).with_for_update(skip_locked=True)
    with sessions.begin() as session:
        statement = delete(DomainEvent).where(DomainEvent.id.in_(old))
        removed: Any = session.execute(statement.execution_options(synchronize_session=False))
        return int(removed.rowcount)
