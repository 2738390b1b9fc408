"""One batch: its requests in parallel up to the stage's bound, a heartbeat beside them, one line in the log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.ai import dialect_store, request_times
from igny8_lib.ai.client import AIClient
from igny8_lib.ai.metered_call import Failure
from igny8_lib.ai.pace import Pace
from igny8_lib.ai.requests import SiteBrief
from igny8_lib.amounts import Credits
from igny8_lib.errors import Igny8Error, InsufficientCredits, ProviderUnavailable
from igny8_lib.models import AutomationRun, EventLevel, ItemState, Site, StageResult, StoppedReason
from igny8_lib.pipeline import (
    activity,
    cluster_keywords,
    end_run,
    leases,
    open_review,
    plan_ideas,
    prompt_images,
    queue_tasks,
    render_images,
    runs,
    worklist,
    write_articles,
)
from igny8_lib.pipeline.batch import STOPS, Batch, BatchStopped, Breaker, Tools, WriteOrder
from igny8_lib.pipeline.spending import BudgetUsedUp
from igny8_lib.pipeline.stage_tasks import start_turn
from igny8_lib.pipeline.stages import stage
from igny8_lib.pipeline.worklist import RequestItems

Work = Callable[[Batch, RequestItems], Awaitable[Failure | None]]

WORK: dict[int, Work] = {
    1: cluster_keywords.work,
    2: plan_ideas.work,
    3: queue_tasks.work,
    4: write_articles.work,
    5: prompt_images.work,
    6: render_images.work,
    7: open_review.work,
}
"""What each stage does with the items of one request."""

REASONS: dict[type[Igny8Error], StoppedReason] = {
    InsufficientCredits: StoppedReason.INSUFFICIENT_CREDITS,
    BudgetUsedUp: StoppedReason.CREDIT_BUDGET,
}
"""Why the run ends when this stopped a batch; everything else means that the provider cannot be used."""

REASONS_LOGGED = 5


def process_batch(tools: Tools, run_id: int, number: int, batch: int, holder: str) -> dict[str, Any] | None:
    """Work the stage's earliest unfinished batch; returns its counts, None where the run is ending.

    That is `batch`, unless a task died: Airflow starts the next mapped task before the retry, which would open batches
    out of order, and later prompts would not show what earlier batches made.

    Raises RunPaused before anything starts, ProviderUnavailable when the provider cannot be used at all, LeaseLost when
    the run was cancelled or taken over; what was finished before stays.
    """
    return asyncio.run(work_batch(tools, run_id, number, batch, holder))


async def work_batch(tools: Tools, run_id: int, number: int, batch_number: int, holder: str) -> dict[str, Any] | None:
    """`process_batch` inside the event loop."""
    began = time.monotonic()
    with tools.sessions.begin() as session:
        turn = start_turn(session, run_id, holder)
        if turn.run.stopping:
            told = f"Batch {batch_number + 1} not started: the run is ending."
            activity.record(session, turn.run, told, stage=number)
            leases.let_go(session, turn.lease)
            return None
        batch_number = worklist.next_batch(session, run_id, number, otherwise=batch_number)
        requests = worklist.requests(session, run_id, number, batch_number)
        result, opened_at = mark_opened(session, run_id, number, batch_number)
        site = session.get_one(Site, turn.run.site_id)
    pace = Pace(turn.snapshot.stages[number].in_flight, start=result.details.get("in_flight"))
    dialects = dialect_store.open_dialects(tools.sessions, tools.endpoint)
    async with AIClient(tools.endpoint, pace=pace, dialects=dialects) as client:
        batch = Batch(
            tools=tools,
            client=client,
            stage=stage(number),
            snapshot=turn.snapshot,
            lease=turn.lease,
            account_id=turn.run.account_id,
            site_slug=site.slug,
            brief=SiteBrief(site.name, site.domain, site.language, site.brand),
            opened_at=opened_at,
            order=WriteOrder([request.number for request in requests], pace.ceiling),
            breaker=Breaker(),
        )
        await work_requests(batch, requests)
    ended = Ended(batch_number, requests, pace.bound, time.monotonic() - began)
    counts = close_batch(batch, turn.run, ended)
    if isinstance(batch.breaker.stop, ProviderUnavailable):
        raise batch.breaker.stop
    return counts


def mark_opened(session: Session, run_id: int, number: int, batch: int) -> tuple[StageResult, datetime]:
    """The stage's result, and when this batch was opened for the first time by the database's clock."""
    result = session.get_one(StageResult, (run_id, number), with_for_update=True)
    opened = dict(result.details.get("opened", {}))
    if str(batch) not in opened:
        opened[str(batch)] = session.execute(select(func.now())).scalar_one().isoformat()
        result.details = result.details | {"opened": opened}
    return result, datetime.fromisoformat(opened[str(batch)])


async def work_requests(batch: Batch, requests: Sequence[RequestItems]) -> None:
    """All requests of the batch, and the heartbeat beside them; losing the lease ends both at once."""
    working = asyncio.ensure_future(work_all(batch, requests))
    beating = asyncio.ensure_future(keep_alive(batch))
    both: set[asyncio.Future[None]] = {working, beating}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if beating.done():
            beating.result()
        await working
    finally:
        for task in both:
            task.cancel()
        await asyncio.gather(*both, return_exceptions=True)


async def work_all(batch: Batch, requests: Sequence[RequestItems]) -> None:
    """All requests at once; the gate and the client's pace bound what is in flight."""
    tasks = [asyncio.ensure_future(work_request(batch, request)) for request in requests]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:  # gather lets the others go on when one raises
            task.cancel()


async def work_request(batch: Batch, request: RequestItems) -> None:
    """One request; what stops the batch is noted, and the next in order may write whatever became of this one."""
    try:
        batch.breaker.book(await in_credit(batch, request))
    except BatchStopped:
        return
    except STOPS as reason:
        batch.breaker.trip(reason)
    finally:
        await batch.order.finish(request.number)


async def in_credit(batch: Batch, request: RequestItems) -> Failure | None:
    """Work the request. Where credits are short, wait for the earlier ones, which may use less than they hold."""
    try:
        return await WORK[batch.stage.number](batch, request)
    except (InsufficientCredits, BudgetUsedUp):
        async with batch.order.turn(request.number):
            pass
        return await WORK[batch.stage.number](batch, request)


async def keep_alive(batch: Batch) -> None:
    """Beat until cancelled. Raises LeaseLost when the site is no longer this process's."""
    while True:
        await asyncio.sleep(leases.HEARTBEAT_SECONDS)
        await asyncio.to_thread(beat, batch)


def beat(batch: Batch) -> None:
    """One heartbeat in a transaction of its own."""
    with batch.tools.sessions.begin() as session:
        leases.beat(session, batch.lease)


@dataclass(frozen=True)
class Ended:
    """What a batch leaves behind for its line in the log."""

    batch: int
    requests: Sequence[RequestItems]
    in_flight: int
    seconds: float


def close_batch(batch: Batch, run: AutomationRun, ended: Ended) -> dict[str, Any]:
    """Write the batch's line, keep the pace for the next one, and note what stopped it."""
    with batch.tools.sessions.begin() as session:
        batch.fence(session)
        result = session.get_one(StageResult, (run.id, batch.stage.number), with_for_update=True)
        batches = worklist.last_batch(session, run.id, batch.stage.number) + 1
        counts = worklist.batch_states(session, run.id, batch.stage.number, ended.batch)
        charged = runs.credits_used(session, run, batch.stage.number)
        spent = charged - Credits.of(str(result.details.get("charged", 0)))
        result.details = result.details | {"in_flight": ended.in_flight, "charged": charged.as_number()}
        note_stop(session, run, result, batch.breaker.stop)
        learn_pace(session, batch)
        failed = counts.get(ItemState.FAILED, 0)
        message = (
            f"Batch {ended.batch + 1} of {batches}: {sum(counts.values())} {batch.stage.takes}, "
            f"{counts.get(ItemState.DONE, 0)} done, {failed} failed, {spent} credits, {ended.seconds:.1f} s."
        )
        level = EventLevel.WARNING if failed else EventLevel.INFO
        activity.record(session, run, message, stage=batch.stage.number, level=level)
        for reason in sorted({failure.reason for failure in batch.breaker.failures})[:REASONS_LOGGED]:
            activity.record(session, run, f"Failed: {reason}", stage=batch.stage.number, level=EventLevel.WARNING)
        leases.let_go(session, batch.lease)
    return {state.value: number for state, number in counts.items()} | {"credits": spent.as_number()}


def learn_pace(session: Session, batch: Batch) -> None:
    """Let the next runs' batches fit how long the provider took."""
    if batch.stage.operation is not None:
        request_times.learn(
            session,
            batch.stage.operation,
            site_id=batch.site_id,
            run_id=batch.run_id,
            stage=batch.stage.number,
            since=batch.opened_at,
        )


def note_stop(session: Session, run: AutomationRun, result: StageResult, stop: Igny8Error | None) -> None:
    """Let the run end where its credits or its provider did; a used-up share of the budget ends only the stage."""
    if stop is None:
        return
    if isinstance(stop, BudgetUsedUp) and not stop.whole_run:
        result.details = result.details | {"cut": str(stop)}
        activity.record(session, run, str(stop), stage=result.stage, level=EventLevel.WARNING)
        return
    reason = REASONS.get(type(stop), StoppedReason.PROVIDER_UNAVAILABLE)
    end_run.stop_early(session, run, reason, str(stop))
