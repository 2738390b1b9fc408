"""Plan → process batch → complete: the same three steps for any stage, each the body of one Airflow task."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.errors import PermanentError, ProviderUnavailable
from igny8_lib.models import (
    AutomationRun,
    EventLevel,
    RunStatus,
    Site,
    StageResult,
    StageStatus,
    StoppedReason,
)
from igny8_lib.pipeline import activity, leases, runs, worklist
from igny8_lib.pipeline.embeddings import Embedding
from igny8_lib.pipeline.leases import Lease
from igny8_lib.pipeline.lifecycle import RunPaused
from igny8_lib.pipeline.snapshot import MAX_BATCHES, Snapshot, count_pending, wait_for_approval
from igny8_lib.pipeline.stages import GATE, LINK, OPTIMIZE, Stage, stage
from igny8_lib.pipeline.worklist import Tally
from igny8_lib.planner import neighbourhoods
from igny8_lib.planner.likeness import Text, note_on
from igny8_lib.planner.listing import keyword_texts
from igny8_lib.review.drafts import let_go, move_on

FINISHING = (GATE.number - 1, LINK.number, OPTIMIZE.number)
"""What can put articles into review."""
FEWEST_ITEMS = 5
"""Of fewer items a stage does not fail because most of them did: one bad item says nothing of the others."""


class StageFailed(PermanentError):
    """More than half of a stage's items failed; names the commonest reason."""

    def __init__(self, failed: Stage, tally: Tally, reason: str) -> None:
        super().__init__(f"{failed.name}: {reason}.")
        self.stage = failed.number
        self.failed = tally.failed
        self.total = tally.total


@dataclass(frozen=True)
class Turn:
    """A task process's turn at a run: the run's record and snapshot, and the lease to write by."""

    run: AutomationRun
    snapshot: Snapshot
    lease: Lease


def take_turn(session: Session, run_id: int, holder: str) -> Turn:
    """Take the site for this process.

    Raises RunOver when the run has ended meanwhile, and SiteBusy when another run has the site.
    """
    run = session.get_one(AutomationRun, run_id)
    lease = leases.take(session, site_id=run.site_id, run_id=run_id, holder=holder)
    return Turn(run, Snapshot.model_validate(run.initial_snapshot), lease)


def start_turn(session: Session, run_id: int, holder: str) -> Turn:
    """Take the site to begin something new. Raises RunPaused, and what `take_turn` raises."""
    turn = take_turn(session, run_id, holder)
    if turn.run.status == RunStatus.PAUSED:
        raise RunPaused(turn.run)
    return turn


def plan_stage(
    sessions: Sessions, run_id: int, number: int, holder: str, find_endpoint: Callable[[], Endpoint] | None = None
) -> list[int]:
    """Fix the stage's work list; returns the numbers of its batches, none where the stage is skipped.

    A second call (a retry) finds the list of the first one and returns the batches that are not done. What was switched
    on after the run had begun is none of it, though its DAG may have the tasks by now. What is put into neighbourhoods
    is compared between two transactions, with the site's lease kept alive: for a hundred thousand keywords that takes a
    minute. Where the endpoint has embeddings it is compared by vectors, too; `find_endpoint` is asked only where there
    is something to compare. Raises RunPaused, RunOver, SiteBusy, LeaseLost.
    """
    planned = stage(number)
    with sessions.begin() as session:
        turn = start_turn(session, run_id, holder)
        if number not in turn.snapshot.stages:
            leases.let_go(session, turn.lease)
            return []
        texts = waiting_texts(session, turn, planned)
        if texts is None:
            batches = planned_batches(session, turn, planned)
            leases.let_go(session, turn.lease)
            return batches
        language = session.get_one(Site, turn.run.site_id).language
    scope = Scope.of_sites(turn.run.account_id, [turn.run.site_id])
    embedding = Embedding(scoped(sessions, scope), find_endpoint(), turn.lease) if find_endpoint else None
    with leases.beat_beside(sessions, turn.lease):
        without = asyncio.run(embedding.fill(text.text for text in texts.texts)) if embedding else ""
        limit = turn.snapshot.limits.lets_through(planned.limit, texts.number)
        look = embedding.rows if embedding else neighbourhoods.no_vectors
        requests = neighbourhoods.requests_within(texts.texts, language, limit, planned.items_per_request, look)
    with sessions.begin() as session:
        leases.hold(session, turn.lease)
        mine = replace(turn, run=session.get_one(AutomationRun, run_id))
        how = note_on(language)
        for note in filter(None, (how and f"{planned.takes.capitalize()} are compared {how}.", without)):
            activity.record(session, mine.run, note, stage=number)
        batches = planned_batches(session, mine, planned, requests)
        leases.let_go(session, turn.lease)
        return batches


@dataclass(frozen=True)
class Waiting:
    """What waits for a stage that works neighbourhoods: how much, and the texts that a run may choose from."""

    number: int
    texts: list[Text]


def waiting_texts(session: Session, turn: Turn, planned: Stage) -> Waiting | None:
    """The texts to put into neighbourhoods; None where the stage needs none, is planned already, or is skipped.

    Where the run's limit lets fewer through, the oldest and the few thousand after them: among these are the groups to
    complete, and a small run on a large site stays small.
    """
    if not planned.in_neighbourhoods or worklist.length(session, turn.run.id, planned.number):
        return None
    if is_booked(session, turn, planned) or why_skipped(session, turn, planned):
        return None
    chosen = turn.snapshot.chosen(planned.number)
    number = count_pending(session, planned, turn.run.site_id, chosen)
    limit = turn.snapshot.limits.lets_through(planned.limit, number)
    most = number if limit >= number else limit + neighbourhoods.BLOCK
    return Waiting(number, keyword_texts(session, planned.waiting(turn.run.site_id, chosen).limit(most)))


def planned_batches(
    session: Session, turn: Turn, planned: Stage, requests: Sequence[Sequence[int]] | None = None
) -> list[int]:
    """The stage's batches; its work list is written where there is none yet, of these requests where they are given."""
    planned = turn.snapshot.as_it_runs(planned)
    if worklist.length(session, turn.run.id, planned.number):
        return worklist.batches(session, turn.run.id, planned.number)
    if is_booked(session, turn, planned):
        return []  # skipped by an earlier try: later stages may have begun since
    reason = why_skipped(session, turn, planned)
    if reason:
        runs.skip_stage(session, turn.run, planned.number, reason)
        return []
    return open_stage(session, turn, planned, requests)


def is_booked(session: Session, turn: Turn, planned: Stage) -> bool:
    """Whether the run has a result of the stage already."""
    return session.get(StageResult, (turn.run.id, planned.number)) is not None


def why_skipped(session: Session, turn: Turn, planned: Stage) -> str:
    """The reason not to run the stage, or nothing."""
    if planned.is_gate:
        move_on(session, turn.run.site_id, improvement=turn.snapshot.improvement)
    if turn.run.stopping:
        return f"the run is ending: {turn.run.stopped_detail}"
    if off := turn.snapshot.stages[planned.number].off:
        return off
    chosen = turn.snapshot.chosen(planned.number)
    pending = count_pending(session, planned, turn.run.site_id, chosen)
    if planned.is_gate and not turn.snapshot.auto_approval:
        return "" if pending and moved_to_review(session, turn.run) else turn.snapshot.nothing_to_do(planned.number)
    if not pending:
        unapproved = 0 if chosen else count_pending(session, stage(planned.number), turn.run.site_id)
        return wait_for_approval(unapproved) if unapproved else turn.snapshot.nothing_to_do(planned.number)
    if pending < planned.minimum:
        what = f"of the {turn.snapshot.direct}" if chosen else planned.takes
        return f"only {pending} {what} pending, at least {planned.minimum} are needed"
    return ""


def moved_to_review(session: Session, run: AutomationRun) -> bool:
    """Whether this run has finished images or made articles better, so that the manual gate has something new."""
    return any(worklist.tally(session, run.id, number).done for number in FINISHING)


def open_stage(
    session: Session, turn: Turn, opened: Stage, requests: Sequence[Sequence[int]] | None = None
) -> list[int]:
    """Write the work list within the limit, and the stage's result as running."""
    run, plan = turn.run, turn.snapshot.stages[opened.number]
    chosen = turn.snapshot.chosen(opened.number)
    pending = count_pending(session, opened, run.site_id, chosen)
    manual = opened.is_gate and not turn.snapshot.auto_approval
    limit = pending if manual else turn.snapshot.limits.lets_through(opened.limit, pending)
    room = limit if requests is None else len(requests) * opened.items_per_request
    size = worklist.batch_size(opened, plan.batch_size, room, MAX_BATCHES)
    waiting = opened.waiting(run.site_id, chosen)
    items = worklist.in_order(opened, waiting, limit) if requests is None else worklist.in_requests(requests)
    total = worklist.write(session, run_id=run.id, site_id=run.site_id, stage=opened, size=size, items=items)
    session.merge(
        StageResult(
            run_id=run.id,
            stage=opened.number,
            site_id=run.site_id,
            status=StageStatus.RUNNING,
            started_at=clock.now(),
            items_total=total,
            details={"held_back": pending - total},
        )
    )
    session.get_one(AutomationRun, run.id).current_stage = opened.number
    batches = worklist.batches(session, run.id, opened.number)
    held = f", {pending - total} left for the next run by {opened.limit}" if pending > total else ""
    message = f"{opened.title}: {total} {opened.takes} in {len(batches)} batches of up to {size}{held}."
    activity.record(session, run, message, stage=opened.number)
    return batches


def complete_stage(sessions: Sessions, run_id: int, number: int, holder: str) -> dict[str, Any]:
    """Book how the stage ended; returns its result (counts only). A second call (a retry) finds it booked.

    Raises, after booking it, StageFailed when more than half of at least five items failed, ProviderUnavailable when
    the provider failed them all.
    """
    with sessions.begin() as session:
        turn = take_turn(session, run_id, holder)
        result = close_stage(session, turn.run, stage(number))
        let_go(session, turn.run.site_id, improvement=turn.snapshot.improvement)
        tally = worklist.tally(session, run_id, number)
        leases.let_go(session, turn.lease)
    if result.status == StageStatus.FAILED:
        if result.details.get("failed_as") == StoppedReason.PROVIDER_UNAVAILABLE:
            raise ProviderUnavailable(f"{stage(number).name}: {result.error}")
        raise StageFailed(stage(number), tally, result.error or "")
    return result_document(result)


def close_stage(session: Session, run: AutomationRun, closed: Stage) -> StageResult:
    """Fill in the stage's result from its work list and the ledger; one that is closed already stays as it is."""
    result = session.get_one(StageResult, (run.id, closed.number), with_for_update=True)
    if result.status != StageStatus.RUNNING:
        return result
    tally = worklist.tally(session, run.id, closed.number)
    broken = why_failed(session, run, closed, tally)
    now = clock.now()
    result.status = StageStatus.FAILED if broken else StageStatus.COMPLETED
    result.finished_at = now
    result.seconds = (now - result.started_at).total_seconds()
    result.items_processed, result.items_created = tally.done, tally.created
    result.items_failed = tally.failed
    result.credits_used = runs.credits_used(session, run, closed.number)
    result.details = result.details | counters_of(closed, tally)
    if broken:
        result.error = broken.sentence
        result.details = result.details | {"failed_as": broken.reason.value}
    run.total_credits_used = runs.credits_used(session, run)
    activity.record(
        session,
        run,
        f"{closed.title}: {tally.done} done, {tally.created} {closed.makes} made, {tally.failed} failed, "
        f"{result.credits_used} credits, {result.seconds:.1f} s.",
        stage=closed.number,
        level=EventLevel.ERROR if broken else EventLevel.INFO,
    )
    session.flush()
    return result


def counters_of(closed: Stage, tally: Tally) -> dict[str, int]:
    """The stage's own counters (SPEC §3)."""
    counters = {closed.processed_counter: tally.done, closed.created_counter: tally.created} | dict(tally.counts)
    if closed.number == GATE.number - 1:
        counters |= {"images_processed": tally.done + tally.failed, "images_failed": tally.failed}
    return counters | ({"left": tally.left} if tally.left else {})


@dataclass(frozen=True)
class Broken:
    """Why a stage failed: as its items', or as the provider's failure."""

    reason: StoppedReason
    sentence: str


def why_failed(session: Session, run: AutomationRun, closed: Stage, tally: Tally) -> Broken | None:
    """Whether the stage failed by its items, and why; None where it did not.

    The provider is to blame where every failure was temporary and nothing was done, however few items there were, or
    where so most items of a stage failed. One request that the provider refuses for its content never ends a stage,
    however many items it holds.
    """
    if not tally.failed:
        return None
    failures = worklist.failures(session, run.id, closed.number)
    most = tally.failed * 2 > tally.total and tally.total >= FEWEST_ITEMS and failures.requests > 1
    if failures.all_temporary and (most or not tally.done):
        told = f"the AI provider failed {tally.failed} of {tally.total} items; the last: {failures.last}"
        return Broken(StoppedReason.PROVIDER_UNAVAILABLE, told)
    if most:
        told = f"{tally.failed} of {tally.total} items failed, most often: {failures.commonest}"
        return Broken(StoppedReason.STAGE_FAILED, told)
    return None


def result_document(result: StageResult) -> dict[str, Any]:
    """A stage's result as it travels in XCom: counts only."""
    return {
        "stage": result.stage,
        "status": result.status.value,
        "items_total": result.items_total,
        "items_processed": result.items_processed,
        "items_created": result.items_created,
        "items_failed": result.items_failed,
        "credits_used": result.credits_used.as_number(),
        "seconds": round(result.seconds, 3),
        **result.details,
    }
