"""Runs' figures out of the database: two statements for any number of runs, three more where one of them is active.

An ended stage is read from its result, a running one from its work list and from what was charged so far: its result
is filled in when it ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.insights.figures import NOT_REACHED, WAITING, RunFigures, StageFigures
from igny8_lib.models import ACTIVE_RUN, AutomationRun, Site, StageResult, StageStatus
from igny8_lib.pipeline import runs as records
from igny8_lib.pipeline import worklist
from igny8_lib.pipeline.limits import Limits
from igny8_lib.pipeline.progress import credits_by_stage, path_of_run, seconds_of, seconds_paused
from igny8_lib.pipeline.run_history import last_runs
from igny8_lib.pipeline.stages import Stage

Results = Mapping[int, StageResult]
"""A run's results by stage."""


def last_figures(session: Session, site: Site, *, before: datetime | None = None) -> list[RunFigures]:
    """The runs that averages come from, newest first: see pipeline/run_history.py."""
    query = select(AutomationRun).where(
        AutomationRun.site_id == site.id, AutomationRun.id.in_(last_runs(site.id, before=before))
    )
    return figures_of(session, site, session.scalars(query.order_by(AutomationRun.started_at.desc())).all())


def figures_of(session: Session, site: Site, runs: Sequence[AutomationRun]) -> list[RunFigures]:
    """The figures of these runs of the site, in their order."""
    found: dict[int, dict[int, StageResult]] = {run.id: {} for run in runs}
    query = select(StageResult).where(StageResult.site_id == site.id, StageResult.run_id.in_(found))
    for result in session.scalars(query):
        found[result.run_id][result.stage] = result
    now = clock.now()
    return [
        figures_now(session, site, run, found[run.id], now)
        if run.status in ACTIVE_RUN
        else figures_from(site, run, found[run.id], now)
        for run in runs
    ]


def figures_from(site: Site, run: AutomationRun, results: Results, now: datetime) -> RunFigures:
    """The run as its record and its results tell it."""
    paused = seconds_paused(run, now)
    elapsed = ((run.completed_at or now) - run.started_at).total_seconds()
    return RunFigures(
        run_id=run.run_id,
        run_number=run.run_number,
        title=records.title(site, run),
        status=run.status,
        trigger=run.trigger.value,
        started_at=run.started_at,
        completed_at=run.completed_at,
        seconds=max(0.0, elapsed - paused),
        paused_seconds=paused,
        credits=run.total_credits_used,
        current_stage=run.current_stage,
        stopped_reason=run.stopped_reason,
        sentence=run.stopped_detail,
        stages=tuple(stage_figures(each, run, results.get(each.number)) for each in path_of_run(run)),
    )


def stage_figures(stage: Stage, run: AutomationRun, result: StageResult | None) -> StageFigures:
    """One stage as its result tells it."""
    expected = let_through(run.initial_snapshot, stage)
    if result is None:
        return StageFigures(stage.number, WAITING if run.status in ACTIVE_RUN else NOT_REACHED, expected=expected)
    return StageFigures(
        number=stage.number,
        status=result.status.value,
        total=result.items_total,
        processed=result.items_processed,
        created=result.items_created,
        failed=result.items_failed,
        expected=expected,
        held_back=int(result.details.get("held_back", 0)),
        credits=result.credits_used,
        seconds=seconds_of(result),
        error=result.error,
        reason=str(result.details.get("reason", "")),
    )


def let_through(snapshot: Mapping[str, Any], stage: Stage) -> int:
    """How many of the items that waited when the run began it was to take; none where the stage is off.

    A run that was refused has no snapshot, and those of old runs may lack what came later.
    """
    plan = snapshot.get("stages", {}).get(str(stage.number), {})
    pending = 0 if plan.get("off") else int(plan.get("pending", 0))
    return Limits.model_validate(snapshot.get("limits", {})).lets_through(stage.limit, pending)


def figures_now(session: Session, site: Site, run: AutomationRun, results: Results, now: datetime) -> RunFigures:
    """An active run with its running stage as far as it is, and all that was charged so far."""
    charged = credits_by_stage(session, run)
    booked = figures_from(site, run, results, now)
    return replace(
        booked,
        credits=Credits.total(charged.values()),
        stages=tuple(
            stage_now(session, run, each, charged) if each.status == StageStatus.RUNNING else each
            for each in booked.stages
        ),
    )


def stage_now(
    session: Session, run: AutomationRun, booked: StageFigures, charged: Mapping[int, Credits]
) -> StageFigures:
    """The running stage from its work list."""
    tally = worklist.tally(session, run.id, booked.number)
    return replace(
        booked,
        processed=tally.done,
        created=tally.created,
        failed=tally.failed,
        credits=charged.get(booked.number, ZERO),
    )
