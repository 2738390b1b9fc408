"""One batch: its requests in parallel up to the stage's bound, a heartbeat beside them, one line in the log.

open_batch     a transaction: the site's lease, what is left of the batch, all that its requests need to know
work_requests  the event loop: only AI requests and their short transactions, each of these in a thread
close_batch    a transaction: the batch's line, the pace for the next one, what stopped it, the lease given back
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.ai import dialect_store, journal, request_times
from igny8_lib.ai.client import AIClient
from igny8_lib.ai.deployment import deployment_code
from igny8_lib.ai.metered_call import Failure
from igny8_lib.ai.pace import Pace
from igny8_lib.ai.requests import SiteBrief
from igny8_lib.amounts import Credits
from igny8_lib.errors import InsufficientCredits, ProviderUnavailable
from igny8_lib.models import AutomationRun, EventLevel, ItemState, Site, StageResult, StoppedReason
from igny8_lib.pipeline import (
    activity,
    cluster_keywords,
    end_run,
    improving,
    leases,
    link_articles,
    open_review,
    optimize_articles,
    plan_ideas,
    prompt_images,
    queue_tasks,
    render_images,
    runs,
    second_look,
    worklist,
    write_articles,
)
from igny8_lib.pipeline.batch import STOPS, Batch, BatchStopped, Breaker, Material, Tools, WriteOrder, charge_key
from igny8_lib.pipeline.heartbeat import beside_heartbeat
from igny8_lib.pipeline.joining import join_following
from igny8_lib.pipeline.spending import BudgetUsedUp
from igny8_lib.pipeline.stage_tasks import Turn, start_turn
from igny8_lib.pipeline.stages import LINK, OPTIMIZE, Stage, stage
from igny8_lib.pipeline.worklist import RequestItems

REASONS_LOGGED = 5

Load = Callable[[Session, int, Sequence[int], datetime], Material]
"""From site, ids and when the batch was first opened to what the batch's requests need."""
Work = Callable[[Batch, RequestItems], Awaitable[Failure | None]]


@dataclass(frozen=True)
class StageWork:
    """What a stage does with the items of one request, and what it loads for a whole batch; bulk stages load none."""

    work: Work
    load: Load | None = None
    least_units: Callable[[Session, int, int], int] = worklist.smallest_request
    """From run and stage to the units of the cheapest request that is still pending."""
    at_end: Callable[[Batch], Awaitable[None]] | None = None
    """What follows each batch's requests; it finds out by itself whether the stage's list is done."""


WORK: dict[int, StageWork] = {
    1: StageWork(cluster_keywords.work, cluster_keywords.load, at_end=second_look.look_again),
    2: StageWork(plan_ideas.work, plan_ideas.load),
    3: StageWork(queue_tasks.work),
    4: StageWork(write_articles.work, write_articles.load, write_articles.least_words),
    5: StageWork(prompt_images.work, prompt_images.load),
    6: StageWork(render_images.work, render_images.load),
    7: StageWork(open_review.work),
    LINK.number: StageWork(link_articles.work, link_articles.load),
    OPTIMIZE.number: StageWork(optimize_articles.work, optimize_articles.load, improving.least_words),
}


@dataclass(frozen=True)
class Opened:
    """A batch as it was opened: the process's turn, what is left to do, and what the requests need to know."""

    tools: Tools
    turn: Turn
    stage: Stage
    number: int
    requests: Sequence[RequestItems]
    opened_at: datetime
    in_flight: int | None
    """The pace that the batch before ended with."""
    site: Site
    deployment: str
    material: Material
    known: journal.Known
    """What an earlier process of the batch has left of its requests."""

    def batch(self, client: AIClient) -> Batch:
        """The batch, ready to work."""
        return Batch(
            tools=self.tools.scoped(self.turn.run.account_id, self.turn.run.site_id),
            client=client,
            stage=self.stage,
            snapshot=self.turn.snapshot,
            lease=self.turn.lease,
            account_id=self.turn.run.account_id,
            site_slug=self.site.slug,
            deployment=self.deployment,
            brief=SiteBrief(self.site.name, self.site.domain, self.site.language, self.site.brand),
            opened_at=self.opened_at,
            material=self.material,
            order=WriteOrder([request.number for request in self.requests], client.pace.ceiling),
            breaker=Breaker(),
            known=self.known,
        )


def process_batch(tools: Tools, run_id: int, number: int, batch: int, holder: str) -> dict[str, Any] | None:
    """Work the stage's earliest unfinished batch; returns its counts, None where the run or the stage is ending.

    That is `batch`, unless a task died: Airflow starts the next mapped task before the retry, which would open batches
    out of order, and later prompts would not show what earlier batches made.

    Raises RunPaused before anything starts, ProviderUnavailable when the provider cannot be used at all, LeaseLost when
    the run was cancelled or taken over; what was finished before stays.
    """
    began = time.monotonic()
    opened = open_batch(tools, run_id, number, batch, holder)
    if opened is None:
        return None
    worked = asyncio.run(work_batch(opened))
    counts = close_batch(worked, opened, seconds=time.monotonic() - began)
    if isinstance(worked.breaker.stop, ProviderUnavailable):
        raise worked.breaker.stop
    return counts


def open_batch(tools: Tools, run_id: int, number: int, batch: int, holder: str) -> Opened | None:
    """Take the site and load what the batch needs, once; None where no further batch of the stage may start.

    Items that are gone or changed since the stage was planned are booked as failed here, and asked for by nobody.
    """
    with tools.sessions.begin() as session:
        turn = start_turn(session, run_id, holder)
        result = session.get_one(StageResult, (run_id, number), with_for_update=True)
        if turn.run.stopping or result.details.get("cut"):
            # One line says why: the one of the batch that was cut short. There may be hundreds after it.
            leases.let_go(session, turn.lease)
            return None
        batch = worklist.next_batch(session, run_id, number, otherwise=batch)
        if not was_opened(result, batch):
            join_following(session, run_id, stage(number), turn.snapshot.stages[number], batch)
        requests = worklist.requests(session, run_id, stage(number), batch)
        opened_at = mark_opened(session, result, batch)
        site = session.get_one(Site, turn.run.site_id)
        material, requests = load(session, turn, stage(number), requests, opened_at)
        return Opened(
            tools=tools,
            turn=turn,
            stage=stage(number),
            number=batch,
            requests=requests,
            opened_at=opened_at,
            in_flight=result.details.get("in_flight"),
            site=site,
            deployment=deployment_code(session),
            material=material,
            known=known_of(session, turn, number, requests),
        )


def known_of(session: Session, turn: Turn, number: int, requests: Sequence[RequestItems]) -> journal.Known:
    """What the journal and the ledger have of the requests: nothing, unless a process has died over them."""
    if stage(number).operation is None:
        return journal.NOTHING_KNOWN
    keys = [charge_key(turn.run.id, number, request.number) for request in requests]
    return journal.find_known(session, turn.run.account_id, turn.run.site_id, keys)


def was_opened(result: StageResult, batch: int) -> bool:
    """Whether a process has opened the batch before."""
    return str(batch) in result.details.get("opened", {})


def mark_opened(session: Session, result: StageResult, batch: int) -> datetime:
    """When this batch was opened for the first time, by the database's clock."""
    opened = dict(result.details.get("opened", {}))
    if not was_opened(result, batch):
        opened[str(batch)] = session.execute(select(func.now())).scalar_one().isoformat()
        result.details = result.details | {"opened": opened}
    return datetime.fromisoformat(opened[str(batch)])


def load(
    session: Session, turn: Turn, loaded: Stage, requests: Sequence[RequestItems], opened_at: datetime
) -> tuple[Material, list[RequestItems]]:
    """What the requests need, and the requests without the items that are gone; these are booked."""
    how = WORK[loaded.number].load
    if how is None:
        return Material(), list(requests)
    ids = [item for request in requests for item in request.ids]
    material = how(session, turn.run.site_id, ids, opened_at)
    lost = set(ids) - material.items.keys()
    worklist.mark_lost(session, turn.run.id, turn.run.site_id, loaded, lost)
    left = [request.without(lost) for request in requests]
    return material, [request for request in left if request.places]


async def work_batch(opened: Opened) -> Batch:
    """All that happens inside the event loop; returns the batch as it ended."""
    pace = Pace(opened.turn.snapshot.stages[opened.stage.number].in_flight, start=opened.in_flight)
    dialects = dialect_store.open_dialects(opened.tools.sessions, opened.tools.endpoint)
    async with AIClient(opened.tools.endpoint, pace=pace, retrying=opened.tools.retrying, dialects=dialects) as client:
        batch = opened.batch(client)
        await beside_heartbeat(batch, work_through(batch, opened.requests))
        return batch


async def work_through(batch: Batch, requests: Sequence[RequestItems]) -> None:
    """All requests of the batch, and after a stage's last one what the stage does at its end."""
    await work_all(batch, requests)
    if at_end := WORK[batch.stage.number].at_end:
        await at_end(batch)


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
        batch.breaker.book(await work_in_credit(batch, request))
    except BatchStopped:
        return
    except (InsufficientCredits, BudgetUsedUp) as short:
        await asyncio.to_thread(pass_over, batch, request, short)
    except STOPS as reason:
        batch.breaker.trip(reason)
    finally:
        await batch.order.finish(request.number)


async def work_in_credit(batch: Batch, request: RequestItems) -> Failure | None:
    """Work the request. Where credits are short, wait for the earlier ones, which may use less than they hold."""
    work = WORK[batch.stage.number].work
    try:
        return await work(batch, request)
    except (InsufficientCredits, BudgetUsedUp):
        async with batch.order.turn(request.number):
            pass
        return await work(batch, request)


def pass_over(batch: Batch, request: RequestItems, short: InsufficientCredits | BudgetUsedUp) -> None:
    """Leave a request that the credits do not cover to the next run; stop the stage where they cover no other one.

    So one absurdly dear item never keeps cheaper ones from being worked, now or in later runs.
    """
    with batch.tools.sessions.begin() as session:
        batch.fence(session)
        ids = request.ids
        worklist.mark_left(session, batch.run_id, batch.stage.number, ids, str(short))
        least = WORK[batch.stage.number].least_units(session, batch.run_id, batch.stage.number)
    if least and short.fits(batch.cost(least)):
        batch.breaker.passed_over.append(short)
    else:
        batch.breaker.trip(short)


def close_batch(batch: Batch, opened: Opened, *, seconds: float) -> dict[str, Any]:
    """Write the batch's line, keep the pace for the next one, and note what stopped it."""
    run, number = opened.turn.run, batch.stage.number
    with batch.tools.sessions.begin() as session:
        batch.fence(session)
        result = session.get_one(StageResult, (run.id, number), with_for_update=True)
        counts = worklist.batch_states(session, run.id, number, opened.number)
        charged = runs.credits_used(session, run, number)
        spent = charged - Credits.of(str(result.details.get("charged", 0)))
        pace = batch.client.pace.bound
        result.details = result.details | {"in_flight": pace, "charged": charged.as_number()}
        note_stop(session, run, result, batch.breaker)
        learn_pace(session, batch)
        batches = worklist.last_batch(session, run.id, number) + 1
        told = f"Batch {opened.number + 1} of {batches}: {line_of(batch, counts)}, {spent} credits, {seconds:.1f} s."
        level = EventLevel.WARNING if counts.get(ItemState.FAILED) else EventLevel.INFO
        activity.record(session, run, told, stage=number, level=level)
        for reason in worklist.reasons(session, run.id, number, opened.number, most=REASONS_LOGGED):
            activity.record(session, run, f"Failed: {reason}", stage=number, level=EventLevel.WARNING)
        leases.let_go(session, batch.lease)
    return {state.value: number for state, number in counts.items()} | {"credits": spent.as_number()}


def line_of(batch: Batch, counts: dict[ItemState, int]) -> str:
    """What became of the batch's items."""
    left = counts.get(ItemState.LEFT, 0) + counts.get(ItemState.PENDING, 0)
    more = f", {left} left for the next run" if left else ""
    done, failed = counts.get(ItemState.DONE, 0), counts.get(ItemState.FAILED, 0)
    return f"{sum(counts.values())} {batch.stage.takes}, {done} done, {failed} failed{more}"


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


def note_stop(session: Session, run: AutomationRun, result: StageResult, breaker: Breaker) -> None:
    """Let the run end where its provider did; where credits did, the stage ends, and later ones take what is left."""
    if isinstance(breaker.stop, ProviderUnavailable):
        end_run.stop_early(session, run, StoppedReason.PROVIDER_UNAVAILABLE, str(breaker.stop))
        return
    short = breaker.stop or next(iter(breaker.passed_over), None)
    if not isinstance(short, InsufficientCredits | BudgetUsedUp):
        return
    reason = StoppedReason.CREDIT_BUDGET if isinstance(short, BudgetUsedUp) else StoppedReason.INSUFFICIENT_CREDITS
    told = str(short) if breaker.stop else f"{len(breaker.passed_over)} passed over; the first: {short}"
    result.details = result.details | {"short": told, "short_of": reason.value, "cut": breaker.stop is not None}
    activity.record(session, run, told, stage=result.stage, level=EventLevel.WARNING)
