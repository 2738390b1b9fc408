"""The end of a run, whoever ends it: its last task, a cancel, or a DAG run that is over without having booked it.

    finish    the last task            by what the stages did
    cancel    people, anywhere         what is in flight is charged, the open stage closed
    give_up   the DAG run is over      failed, by the stage that broke

Each locks the site's lease and then the run, in this order, before it looks at anything: of two ends at one instant the
second finds the first one's. One transaction fences the run's processes off, charges or releases what it held, closes
its open stage and frees the site; from its commit on nothing of the run can write or send. Airflow is told afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.ledger import Usage
from igny8_lib.credits.reservations import release_run, settle
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    ACTIVE_RUN,
    AICall,
    AICallStatus,
    AutomationRun,
    EventLevel,
    Reservation,
    ReservationStatus,
    RunStatus,
    StageResult,
    StageStatus,
    StoppedReason,
)
from igny8_lib.pipeline import activity, leases, lifecycle, runs, worklist
from igny8_lib.pipeline.outcome import Outcome, StageEnd, outcome_for, outcome_of
from igny8_lib.pipeline.rule_runs import write_end
from igny8_lib.pipeline.run_view import run_view
from igny8_lib.pipeline.snapshot import Snapshot
from igny8_lib.pipeline.stage_tasks import close_stage
from igny8_lib.pipeline.stages import Stage, stage
from igny8_lib.review.drafts import let_go


def finish(sessions: Sessions, run_id: int) -> dict[str, Any]:
    """End the run by what its stages did; returns the run as it ended, see `run_view`."""
    with sessions.begin() as session:
        run = lock_site_and_run(session, run_id)
        if run.status in ACTIVE_RUN:
            run = end(session, run_id, settle_outcome(session, run))
        return run_view(run)


def settle_outcome(session: Session, run: AutomationRun) -> Outcome:
    """Close the stages that their tasks left open and find out why the run ended."""
    snapshot = Snapshot.model_validate(run.initial_snapshot)
    query = select(StageResult).where(StageResult.run_id == run.id, StageResult.site_id == run.site_id)
    results = {result.stage: result for result in session.scalars(query)}
    ends = [stage_end(session, run, each, results.get(each.number)) for each in snapshot.path]
    return outcome_of(
        ends,
        stopping=run.stopping,
        stopping_sentence=run.stopped_detail,
        dry_run=snapshot.dry_run,
        chosen=snapshot.direct is not None,
    )


def stage_end(session: Session, run: AutomationRun, closed: Stage, result: StageResult | None) -> StageEnd:
    """How the stage ended; one whose tasks died is booked as failed, one cut short by a stop as far as it came.

    Linking and optimizing may have no task at all, where they were switched on as the run began: the next run has them.
    """
    if result is None:
        status = StageStatus.SKIPPED if run.stopping or not closed.is_numbered else StageStatus.FAILED
        return StageEnd(closed.number, closed.name, status, reason="an earlier task of the run did not end")
    if result.status == StageStatus.RUNNING:
        result = close_stage(session, run, closed)
        if not run.stopping:
            result.status = StageStatus.FAILED
            result.error = result.error or "its tasks ended before it was complete"
    return StageEnd(
        closed.number,
        closed.name,
        result.status,
        done=result.items_processed,
        failed=result.items_failed,
        held_back=int(result.details.get("held_back", 0)),
        reason=result.error or "",
        place=closed.place,
        failed_as=StoppedReason(result.details.get("failed_as", StoppedReason.STAGE_FAILED)),
        short=str(result.details.get("short", "")),
        short_of=StoppedReason(result.details.get("short_of", StoppedReason.CREDIT_BUDGET)),
    )


def cancel(session: Session, run_id: int, *, sentence: str, actor: str, unpause: bool = True) -> AutomationRun:
    """End the run as cancelled and charge what is in flight; a run that has ended is returned as it ended.

    `unpause`: the pause of a paused run ends with it. Who ends a run in Airflow sees its DAG's switch there, and keeps
    it as it is.
    """
    run = lock_site_and_run(session, run_id)
    if run.status not in ACTIVE_RUN:
        return run
    owed = charge_in_flight(session, run)
    close_open_stages(session, run)
    if not unpause:
        run.paused_at = None
    outcome = outcome_for(StoppedReason.CANCELLED, sentence + owed.sentence)
    return end(session, run_id, outcome, actor=actor)


def give_up(session: Session, run_id: int, *, actor: str) -> AutomationRun:
    """End a run whose DAG run is over and whose tasks did not book the end: failed, by the stage that broke."""
    run = lock_site_and_run(session, run_id)
    if run.status not in ACTIVE_RUN:
        return run
    outcome = settle_outcome(session, run)
    if outcome.status == RunStatus.COMPLETED:
        outcome = end_without_booking(outcome)
    return end(session, run_id, outcome, actor=actor)


def end_without_booking(outcome: Outcome) -> Outcome:
    """The end of a run whose stages are all done but whose last task died."""
    told = f"The DAG run ended before its last task had booked the end; what its stages did: {outcome.sentence}"
    return outcome_for(StoppedReason.STAGE_FAILED, told)


def lock_site_and_run(session: Session, run_id: int) -> AutomationRun:
    """The run, with its site's lease and itself locked: every write of its tasks has ended or will be refused."""
    site_id = session.scalars(select(AutomationRun.site_id).where(AutomationRun.id == run_id)).one()
    leases.lock_lease(session, site_id)
    return lifecycle.lock_run(session, run_id)


def close_open_stages(session: Session, run: AutomationRun) -> None:
    """Book the stage that was running as far as it came."""
    query = select(StageResult).where(StageResult.run_id == run.id, StageResult.status == StageStatus.RUNNING)
    for result in session.scalars(query):
        close_stage(session, run, stage(result.stage))
        result.status = StageStatus.FAILED
        result.error = "cancelled"


def stop_early(session: Session, run: AutomationRun, reason: StoppedReason, message: str) -> None:
    """Let no further AI request of the run start; what is under way is finished. The first reason stays."""
    locked = session.get_one(AutomationRun, run.id, with_for_update=True, populate_existing=True)
    if locked.stopping is None and locked.status in ACTIVE_RUN:
        locked.stopping, locked.stopped_detail = reason, message
        activity.record(session, locked, message, stage=locked.current_stage, level=EventLevel.WARNING)


def end(session: Session, run_id: int, outcome: Outcome, *, actor: str = "") -> AutomationRun:
    """End the run once: credits released, leftovers handed on, site free, reason and sentence written.

    A run that has ended already is returned as it ended.
    """
    run = lock_site_and_run(session, run_id)
    if run.status not in ACTIVE_RUN:
        return run
    worklist.leave(session, run.id)
    failed = outcome.status == RunStatus.FAILED
    level = EventLevel.ERROR if failed else EventLevel.INFO
    told = f"Ended {outcome.status.value}: {outcome.sentence}"
    lifecycle.change(session, run, outcome.status, told, actor=actor, level=level)
    run.stopped_reason, run.stopped_detail = outcome.reason, outcome.sentence
    run.completed_at, run.current_stage = clock.now(), None
    run.total_credits_used = runs.credits_used(session, run)
    run.error = outcome.sentence if failed else None
    if outcome.status != RunStatus.CANCELLED:
        run.paused_at = None
    let_go(session, run.site_id)
    leases.free(session, site_id=run.site_id, run_id=run.id)
    session.flush()
    release_run(session, run.id)
    write_end(session, run)
    return run


MARK = {"cancelled_in_flight": True}
"""The ledger's note on such a charge."""


@dataclass(frozen=True)
class InFlight:
    """Requests that were charged although the run ended before their results were kept."""

    requests: int = 0
    credits: Credits = ZERO

    @property
    def sentence(self) -> str:
        """For people; empty where nothing was in flight."""
        if not self.requests:
            return ""
        requests = "1 AI request" if self.requests == 1 else f"{self.requests} AI requests"
        return f" {requests} in flight: {self.credits} credits charged."


def charge_in_flight(session: Session, run: AutomationRun) -> InFlight:
    """Settle, at the reserved amount, each of the run's pending reservations that has a request at the provider.

    Sent is what counts: the provider bills it, whether its answer is still under way or waits to be written. A request
    that never left, or that the provider refused, is not charged. The caller holds the site's lease, so nothing leaves
    meanwhile.
    """
    sent = (
        exists()
        .where(AICall.site_id == run.site_id, AICall.run_id == run.id, AICall.sent_at.is_not(None))
        .where(AICall.status != AICallStatus.FAILED)
        .where(AICall.charge_key == Reservation.key)
    )
    held = session.scalars(
        select(Reservation)
        .where(Reservation.account_id == run.account_id, Reservation.run_id == run.id)
        .where(Reservation.status == ReservationStatus.PENDING, sent)
        .order_by(Reservation.id)
    ).all()
    for reservation in held:
        settle(session, reservation, reservation.amount, usage=usage_of(reservation))
    return InFlight(len(held), Credits.total(reservation.amount for reservation in held))


def usage_of(reservation: Reservation) -> Usage:
    """The reservation's own facts, and the mark."""
    return Usage(
        operation=reservation.operation,
        site_id=reservation.site_id,
        run_id=reservation.run_id,
        stage=reservation.stage,
        metadata=MARK,
    )
