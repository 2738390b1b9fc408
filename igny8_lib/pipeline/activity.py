"""A run's activity log: the lines people read, in the database and in the task log alike."""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import AutomationRun, EventLevel, RunEvent

log = logging.getLogger(__name__)
LOG_LEVELS = {EventLevel.INFO: logging.INFO, EventLevel.WARNING: logging.WARNING, EventLevel.ERROR: logging.ERROR}


def record(
    session: Session,
    run: AutomationRun,
    message: str,
    *,
    stage: int | None = None,
    level: EventLevel = EventLevel.INFO,
    actor: str = "",
) -> None:
    """Add a line to the run's log."""
    event = RunEvent(
        run_id=run.id, site_id=run.site_id, at=clock.now(), stage=stage, level=level, actor=actor, message=message
    )
    session.add(event)
    log.log(LOG_LEVELS[level], "%s%s", f"[stage {stage}] " if stage else "", message)


def latest(session: Session, run: AutomationRun, limit: int = 50) -> list[RunEvent]:
    """The last lines of the log, oldest first."""
    query = select(RunEvent).where(RunEvent.run_id == run.id, RunEvent.site_id == run.site_id)
    return list(reversed(session.scalars(query.order_by(RunEvent.id.desc()).limit(limit)).all()))
