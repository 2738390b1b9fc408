"""How far a run is, computed with a fixed number of queries however large the run.

Each stage's total is fixed when it is planned and its finished items only grow, so the percentage never falls; it
reaches 100 only when the run has ended. Stages weigh by the time they typically take, not by their number of items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.budgets import charged_by_stage
from igny8_lib.models import (
    ACTIVE_RUN,
    AICall,
    AICallStatus,
    AutomationRun,
    ItemState,
    StageItem,
    StageResult,
    StageStatus,
)
from igny8_lib.pipeline.run_view import direct_work
from igny8_lib.pipeline.stages import Stage, path_of, stage

ALMOST = 99.0
NEXT_SHOWN = 5


@dataclass(frozen=True)
class StageProgress:
    """One stage: `status` is waiting, running, completed, failed or skipped; credits are those charged so far."""

    number: int
    title: str
    status: str
    total: int
    done: int
    failed: int
    created: int
    credits: Credits
    seconds: float
    reason: str = ""
    held_back: int = 0
    """Items that its limit left to a later run."""

    @property
    def label(self) -> str:
        """What lists call it: "4 Tasks → Content", or "Linking"."""
        return f"{self.number} {self.title}" if stage(self.number).is_numbered else self.title

    @property
    def finished(self) -> int:
        """Items that are over with, well or not."""
        return self.done + self.failed

    @property
    def remaining(self) -> int:
        """Items still to be worked."""
        return self.total - self.finished

    @property
    def share(self) -> float:
        """How much of the stage is over, 0 to 1."""
        if self.status in ("completed", "failed", "skipped"):
            return 1.0
        return self.finished / self.total if self.total else 0.0

    def as_json(self) -> dict[str, Any]:
        """With credits as a number."""
        return asdict(self) | {"credits": self.credits.as_number(), "remaining": self.remaining}


@dataclass(frozen=True)
class Progress:
    """A run at one instant (SPEC §4, current_processing). Seconds left are None where nothing can be said yet."""

    run_id: str
    run_number: int
    status: str
    current_stage: int | None
    percentage: float
    stages: tuple[StageProgress, ...]
    in_work: tuple[str, ...]
    next_items: tuple[str, ...]
    items_remaining: int
    seconds_elapsed: float
    seconds_left: float | None
    credits_used: Credits
    stopped_reason: str | None
    sentence: str
    direct: Mapping[str, int] | None = None
    """Of a run on chosen items its stage and their number."""

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        return asdict(self) | {
            "stages": [each.as_json() for each in self.stages],
            "credits_used": self.credits_used.as_number(),
        }


def progress_of(session: Session, run: AutomationRun) -> Progress:
    """The run's progress now: six queries."""
    counts = {} if run.details_removed_at else item_counts(session, run)
    charged = credits_by_stage(session, run)
    query = select(StageResult).where(StageResult.run_id == run.id, StageResult.site_id == run.site_id)
    results = {result.stage: result for result in session.scalars(query)}
    if run.details_removed_at:  # the list is gone: how each stage was booked is as good
        counts = {number: booked(result) for number, result in results.items()}
    stages = tuple(stage_progress(each, results.get(each.number), counts, charged) for each in path_of_run(run))
    current = run.current_stage if run.status in ACTIVE_RUN else None
    now = clock.now()
    elapsed = ((run.completed_at or now) - run.started_at).total_seconds()
    asked = requests_in_work(run, current)
    percentage = percentage_of(stages, ended=run.status not in ACTIVE_RUN)
    return Progress(
        run_id=run.run_id,
        run_number=run.run_number,
        status=run.status.value,
        current_stage=current,
        percentage=percentage,
        stages=stages,
        in_work=labels(session, run, current, items(session, run, current, StageItem.request.in_(asked))),
        next_items=labels(session, run, current, items(session, run, current, StageItem.request.not_in(asked))),
        items_remaining=sum(each.remaining for each in stages if each.number == current),
        seconds_elapsed=elapsed,
        seconds_left=seconds_left(elapsed - seconds_paused(run, now), percentage, run.completed_at),
        credits_used=Credits.total(charged.values()),
        stopped_reason=run.stopped_reason.value if run.stopped_reason else None,
        sentence=run.stopped_detail,
        direct=direct_work(run),
    )


def percentage_of(stages: Sequence[StageProgress], *, ended: bool) -> float:
    """0 to 100 with one decimal; 100 only for a run that has ended."""
    if ended:
        return 100.0
    weights = weights_of([each.number for each in stages])
    reached = sum(float(weights[each.number]) * each.share for each in stages)
    return min(int(reached * 10) / 10, ALMOST)


def weights_of(numbers: Sequence[int]) -> dict[int, Fraction]:
    """Percent of the run's time by stage, of a run that goes through these; they sum to 100."""
    whole = sum(stage(number).weight for number in numbers)
    return {number: Fraction(100 * stage(number).weight, whole) for number in numbers}


def path_of_run(run: AutomationRun) -> tuple[Stage, ...]:
    """The run's way, in order; of one that was refused, and has no snapshot, the seven stages."""
    return path_of(run.initial_snapshot.get("stages", {}))


def seconds_paused(run: AutomationRun, now: datetime) -> float:
    """How long the run stood still; the pause that it is in, or was cancelled in, included."""
    standing = (run.completed_at or now) - run.paused_at if run.paused_at else timedelta()
    return run.paused_seconds + standing.total_seconds()


def seconds_left(worked: float, percentage: float, completed_at: datetime | None) -> float | None:
    """By the share of the way that is behind: a guess that gets better on the way."""
    if completed_at is not None:
        return 0.0
    return worked * (100 - percentage) / percentage if percentage >= 1 else None


def stage_progress(
    planned: Stage,
    result: StageResult | None,
    counts: Mapping[int, Mapping[ItemState, tuple[int, int]]],
    charged: Mapping[int, Credits],
) -> StageProgress:
    """One stage from its result and its work list."""
    states = counts.get(planned.number, {})
    done, created = states.get(ItemState.DONE, (0, 0))
    return StageProgress(
        number=planned.number,
        title=planned.title,
        status=result.status.value if result else "waiting",
        total=sum(number for number, _ in states.values()),
        done=done,
        failed=states.get(ItemState.FAILED, (0, 0))[0],
        created=created,
        credits=charged.get(planned.number, ZERO),
        seconds=seconds_of(result),
        reason=str(result.details.get("reason", "")) if result else "",
        held_back=int(result.details.get("held_back", 0)) if result else 0,
    )


def seconds_of(result: StageResult | None) -> float:
    """How long the stage took, or takes so far."""
    if result is None:
        return 0.0
    running = result.status == StageStatus.RUNNING
    return (clock.now() - result.started_at).total_seconds() if running else result.seconds


def item_counts(session: Session, run: AutomationRun) -> dict[int, dict[ItemState, tuple[int, int]]]:
    """By stage and state: items, and rows made."""
    rows = session.execute(
        select(StageItem.stage, StageItem.state, func.count(), func.sum(StageItem.created))
        .where(StageItem.run_id == run.id, StageItem.site_id == run.site_id)
        .group_by(StageItem.stage, StageItem.state)
    )
    found: dict[int, dict[ItemState, tuple[int, int]]] = {}
    for listed, state, number, created in rows:
        found.setdefault(listed, {})[state] = (number, int(created or 0))
    return found


def booked(result: StageResult) -> dict[ItemState, tuple[int, int]]:
    """The same from the stage's result; what was neither done nor failed was left."""
    left = result.items_total - result.items_processed - result.items_failed
    return {
        ItemState.DONE: (result.items_processed, result.items_created),
        ItemState.FAILED: (result.items_failed, 0),
        ItemState.LEFT: (max(left, 0), 0),
    }


def credits_by_stage(session: Session, run: AutomationRun) -> dict[int, Credits]:
    """What each stage was charged so far."""
    charged = charged_by_stage(session, run.account_id, run.id)
    return {number: amount for number, amount in charged.items() if number}


def requests_in_work(run: AutomationRun, stage: int | None) -> Select[int | None]:
    """The requests that the provider is answering now."""
    return select(AICall.request).where(
        AICall.site_id == run.site_id,
        AICall.run_id == run.id,
        AICall.stage == stage,
        AICall.status == AICallStatus.PENDING,
        AICall.request.is_not(None),
    )


def items(session: Session, run: AutomationRun, stage: int | None, chosen: ColumnElement[bool]) -> list[int]:
    """The first pending items of a stage that fulfil the condition."""
    query = select(StageItem.item_id).where(
        StageItem.run_id == run.id, StageItem.stage == stage, StageItem.state == ItemState.PENDING, chosen
    )
    return list(session.scalars(query.order_by(StageItem.position).limit(NEXT_SHOWN)))


def labels(session: Session, run: AutomationRun, number: int | None, ids: Sequence[int]) -> tuple[str, ...]:
    """The items' names, in the order of the ids."""
    if number is None or not ids:
        return ()
    item, name = stage(number).item, stage(number).item_name
    query = select(item.id, name).where(item.site_id == run.site_id, item.id.in_(ids))
    names = {row[0]: row[1] for row in session.execute(query)}
    return tuple(names[item_id] for item_id in ids if item_id in names)
