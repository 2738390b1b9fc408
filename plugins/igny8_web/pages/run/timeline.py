"""When each stage of a run worked, on one line of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import AutomationRun, StageResult, StageStatus
from igny8_web.pages.stages import StageLook, look

SHORTEST = 0.5
"""Percent: so that every stage that worked is seen."""
MARKS = 4
"""Parts that the axis is cut into."""


@dataclass(frozen=True)
class Span:
    """A stage on the line; start and width in percent."""

    look: StageLook
    start: float
    width: float
    seconds: float
    began_at: datetime
    ended_at: datetime | None
    """None while it goes on."""


@dataclass(frozen=True)
class Timeline:
    """The stages that worked, and the instants below the line."""

    spans: Sequence[Span]
    marks: Sequence[datetime]


def timeline_of(session: Session, run: AutomationRun) -> Timeline:
    """From the run's beginning to its end, or to now; one statement."""
    query = select(StageResult).where(StageResult.run_id == run.id, StageResult.site_id == run.site_id)
    worked = [
        each
        for each in session.scalars(query.order_by(StageResult.started_at, StageResult.stage))
        if each.status != StageStatus.SKIPPED
    ]
    end = run.completed_at or clock.now()
    whole = max((end - run.started_at).total_seconds(), 1)
    marks = [run.started_at + timedelta(seconds=whole * part / MARKS) for part in range(MARKS + 1)]
    return Timeline([span_of(each, run.started_at, end, whole) for each in worked], marks)


def span_of(result: StageResult, begin: datetime, end: datetime, whole: float) -> Span:
    """One stage; a running one goes on until now."""
    last = result.finished_at or end
    seconds = max((last - result.started_at).total_seconds(), 0)
    start = min(max((result.started_at - begin).total_seconds(), 0) / whole * 100, 100 - SHORTEST)
    width = min(max(seconds / whole * 100, SHORTEST), 100 - start)
    return Span(look(result.stage), start, width, seconds, result.started_at, result.finished_at)
