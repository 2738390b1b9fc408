"""Ending a run from outside its own tasks: by a cancel, or because its DAG run is over without having booked its end.

One transaction fences the run's processes off, charges or releases what it held, closes its open stage and frees the
site. From its commit on nothing of the run can write or send; Airflow is told afterwards.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import ACTIVE_RUN, AutomationRun, RunStatus, StageResult, StageStatus, StoppedReason
from igny8_lib.pipeline import in_flight, leases, lifecycle, runs
from igny8_lib.pipeline.outcome import Outcome, ended
from igny8_lib.pipeline.runner import close_stage, settle_outcome
from igny8_lib.pipeline.stages import stage


def cancel(session: Session, run_id: int, *, sentence: str, actor: str, unpause: bool = True) -> AutomationRun:
    """End the run as cancelled and charge what is in flight; a run that has ended is returned as it ended.

    `unpause`: the pause of a paused run ends with it. Who ends a run in Airflow sees its DAG's switch there, and keeps
    it as it is.
    """
    run = locked(session, run_id)
    if run.status not in ACTIVE_RUN:
        return run
    owed = in_flight.charge(session, run)
    close_open_stages(session, run)
    if not unpause:
        run.paused_at = None
    outcome = ended(StoppedReason.CANCELLED, sentence + owed.sentence)
    return runs.end(session, run_id, outcome, actor=actor)


def give_up(session: Session, run_id: int, *, actor: str) -> AutomationRun:
    """End a run whose DAG run is over and whose tasks did not book the end: failed, by the stage that broke."""
    run = locked(session, run_id)
    if run.status not in ACTIVE_RUN:
        return run
    outcome = settle_outcome(session, run)
    if outcome.status == RunStatus.COMPLETED:
        outcome = unbooked(outcome)
    return runs.end(session, run_id, outcome, actor=actor)


def unbooked(outcome: Outcome) -> Outcome:
    """The end of a run whose stages are all done but whose last task died."""
    told = f"The DAG run ended before its last task had booked the end; what its stages did: {outcome.sentence}"
    return ended(StoppedReason.STAGE_FAILED, told)


def locked(session: Session, run_id: int) -> AutomationRun:
    """The run, with its site's lease and itself locked: every write of its tasks has ended or will be refused."""
    site_id = session.scalars(select(AutomationRun.site_id).where(AutomationRun.id == run_id)).one()
    leases.locked(session, site_id)
    return lifecycle.locked(session, run_id)


def close_open_stages(session: Session, run: AutomationRun) -> None:
    """Book the stage that was running as far as it came."""
    query = select(StageResult).where(StageResult.run_id == run.id, StageResult.status == StageStatus.RUNNING)
    for result in session.scalars(query):
        close_stage(session, run, stage(result.stage))
        result.status = StageStatus.FAILED
        result.error = "cancelled"


def require_site(session: Session, run: AutomationRun) -> None:
    """Make sure that the site is still the active run's own. Raises SiteBusy naming the run that has it."""
    lease = leases.locked(session, run.site_id)
    leases.require_free_for(session, lease, run.id)
