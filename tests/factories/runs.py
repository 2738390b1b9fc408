"""Runs that are over, and runs as they go on."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.costs import DEFAULT_COSTS
from igny8_lib.models import (
    ACTIVE_RUN,
    AutomationRun,
    RunStatus,
    Site,
    StageResult,
    StageStatus,
    StoppedReason,
    Trigger,
)

counter = itertools.count(1)
STARTED = datetime(2026, 1, 1, 2, tzinfo=UTC)


def make_ended_run(
    session: Session,
    site: Site,
    stages: Mapping[int, tuple[int, int, int]],
    *,
    credits_used: Mapping[int, Credits] | None = None,
    snapshot: Mapping[str, object] | None = None,
    status: RunStatus = RunStatus.COMPLETED,
) -> AutomationRun:
    """A run whose stages processed, created and failed so many items each."""
    number = next(counter)
    run = AutomationRun(
        account_id=site.account_id,
        site_id=site.id,
        run_id=f"run_{number}",
        run_number=number,
        trigger=Trigger.MANUAL,
        status=status,
        started_at=STARTED + timedelta(days=number),
        stopped_reason=StoppedReason.COMPLETED,
        initial_snapshot={"ideas_per_cluster": 7, "images_per_content": 4, "costs": DEFAULT_COSTS.as_json()}
        | dict(snapshot or {}),
        dag_id=f"site__{site.slug}",
        dag_run_id=f"manual__{number}",
    )
    session.add(run)
    session.flush()
    for stage, (processed, created, failed) in stages.items():
        session.add(
            StageResult(
                run_id=run.id,
                stage=stage,
                site_id=site.id,
                status=StageStatus.COMPLETED,
                started_at=run.started_at,
                items_total=processed + failed,
                items_processed=processed,
                items_created=created,
                items_failed=failed,
                credits_used=(credits_used or {}).get(stage, ZERO),
            )
        )
    session.flush()
    return run


def make_run(session: Session, site: Site, status: RunStatus = RunStatus.RUNNING, **values: object) -> AutomationRun:
    """A run that began ten minutes ago and has no stage yet; an ended one ended just now."""
    number, now = next(counter), clock.now()
    ended = status not in ACTIVE_RUN
    run = AutomationRun(
        **{
            "account_id": site.account_id,
            "site_id": site.id,
            "run_id": f"run_{number}",
            "run_number": number,
            "trigger": Trigger.MANUAL,
            "triggered_by": "editor",
            "status": status,
            "started_at": now - timedelta(minutes=10),
            "completed_at": now if ended else None,
            "stopped_reason": StoppedReason.COMPLETED if ended else None,
            "dag_id": f"site__{site.slug}",
            "dag_run_id": f"manual__{number}",
        }
        | values
    )
    session.add(run)
    session.flush()
    return run


def add_stage(session: Session, run: AutomationRun, number: int, **values: object) -> StageResult:
    """A stage of the run that began with it and took a minute; completed where nothing else is said."""
    result = StageResult(
        **{
            "run_id": run.id,
            "stage": number,
            "site_id": run.site_id,
            "status": StageStatus.COMPLETED,
            "started_at": run.started_at,
            "seconds": 60.0,
        }
        | values
    )
    session.add(result)
    session.flush()
    return result
