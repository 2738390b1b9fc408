"""Telling each run's end once, however many processes finish the run.

The claim is committed before anything is sent. So a repeated finishing task, or the reconciler beside it, sends nothing
twice; the price is that a process killed between claim and delivery tells nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import ACTIVE_RUN, AutomationRun


def claim_notice(session: Session, run_id: int) -> bool:
    """Whether the caller is the one to tell this run's end: true once per ended run, never for an active one."""
    statement = (
        update(AutomationRun)
        .where(
            AutomationRun.id == run_id,
            AutomationRun.notified_at.is_(None),
            AutomationRun.status.not_in(ACTIVE_RUN),
        )
        .values(notified_at=clock.now())
        .returning(AutomationRun.id)
    )
    return session.scalar(statement) is not None


def untold_runs(session: Session, *, since: datetime) -> Sequence[int]:
    """Runs that ended since then and that nobody claimed: their finishing task died. Oldest first."""
    query = select(AutomationRun.id).where(
        AutomationRun.notified_at.is_(None),
        AutomationRun.status.not_in(ACTIVE_RUN),
        AutomationRun.completed_at >= since,
    )
    return session.scalars(query.order_by(AutomationRun.completed_at)).all()
