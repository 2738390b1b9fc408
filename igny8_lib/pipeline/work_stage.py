"""A stage's task at work: batch after batch until its time is used. Whoever finds nothing left closes the stage.

    open ──> a batch, and the next one … ──┬─ nothing pending, or none may start: the stage is closed, and the task ends
                                           └─ the time is used: the next task goes on where this one stopped

Each batch is opened by itself: there a pause takes effect, and its prompts show what the ones before it made. A task
that is begun again (a death, a pause) finds what is left, and closes a stage whose last batch was done when it died.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from igny8_lib.ai import request_times
from igny8_lib.db.session import Sessions
from igny8_lib.models import ACTIVE_RUN, AutomationRun, StageResult, StageStatus
from igny8_lib.pipeline import worklist
from igny8_lib.pipeline.batch import Tools
from igny8_lib.pipeline.leases import RunOver
from igny8_lib.pipeline.process_batch import WORK, process_batch
from igny8_lib.pipeline.snapshot import Snapshot
from igny8_lib.pipeline.stage_tasks import complete_stage
from igny8_lib.pipeline.stages import stage

MOST_IN_PLAN = 1
"""Batches of a local stage that its plan works itself: up to 500 items, for which no process is worth its start."""

NONE = -1
"""The number of no batch."""


class Left(Enum):
    """What is left of a stage."""

    PENDING = auto()
    NOTHING = auto()
    HELD = auto()
    """Items, but no batch may start any more: the run is ending, or credits cut the stage short."""
    CLOSED = auto()
    """It is booked, or was never opened."""


@dataclass(frozen=True)
class Worked:
    """What a task has done: its counts, summed over its batches; `more` where its time was used before the end."""

    batches: int
    counts: dict[str, Any]
    more: bool = False


def work(tools: Tools, run_id: int, number: int, batch: int, holder: str, *, seconds: float) -> Worked:
    """Work the stage's batches, from the earliest unfinished one, and begin none after so many seconds.

    Raises what `process_batch` raises, and StageFailed or ProviderUnavailable for a stage that was closed as failed.
    """
    began, counts, tried = time.monotonic(), Counter[str](), list[int]()
    left, earliest = look(tools.sessions, run_id, number)
    while left is Left.PENDING or (left is Left.NOTHING and not tried and WORK[number].at_end):
        if earliest in tried:
            break  # whatever keeps its items from being worked, the next run takes them
        if tried and time.monotonic() - began >= seconds:
            return Worked(len(tried), told(counts), more=True)
        counts.update(process_batch(tools, run_id, number, batch, holder) or {})
        tried.append(earliest)
        left, earliest = look(tools.sessions, run_id, number)
    if left is not Left.CLOSED:
        complete_stage(tools.sessions, run_id, number, holder)
    return Worked(len(tried), told(counts))


def told(counts: Counter[str]) -> dict[str, Any]:
    """The sums as they travel in XCom; credits have two places."""
    return {name: round(number, 2) for name, number in counts.items()}


def look(sessions: Sessions, run_id: int, number: int) -> tuple[Left, int]:
    """What is left of the stage now, and its earliest unfinished batch. Raises RunOver for a run that has ended."""
    with sessions() as session:
        run = session.get_one(AutomationRun, run_id)
        if run.status not in ACTIVE_RUN:
            raise RunOver(run, token=0)
        result = session.get(StageResult, (run_id, number))
        if result is None or result.status != StageStatus.RUNNING:
            return Left.CLOSED, NONE
        if run.stopping or result.details.get("cut"):
            return Left.HELD, NONE
        earliest = worklist.next_batch(session, run_id, number, otherwise=NONE)
        return Left.NOTHING if earliest == NONE else Left.PENDING, earliest


def is_worked_in_plan(number: int, batches: Sequence[int]) -> bool:
    """Whether the stage's plan does its work, too."""
    return stage(number).operation is None and len(batches) <= MOST_IN_PLAN


def turns(sessions: Sessions, run_id: int, number: int, batches: Sequence[int], *, seconds: float) -> list[int]:
    """The batches that a stage's tasks begin with: one task for about so many seconds of work.

    By what the provider's requests took lately. Where nobody knows that, one task begins with all of it, and is started
    again each time that its seconds are used.
    """
    if len(batches) < 2:
        return list(batches)
    with sessions() as session:
        plan = Snapshot.model_validate(session.get_one(AutomationRun, run_id).initial_snapshot).stages[number]
        operation = stage(number).operation
        request = request_times.known(session).get(operation) if operation else None
    if request is None:
        return list(batches[:1])
    waves = -(-plan.batch_size // (stage(number).items_per_request * plan.in_flight))
    return list(batches[:: max(int(seconds / max(waves * request, 0.001)), 1)])
