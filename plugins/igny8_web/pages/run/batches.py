"""What each batch of a run did, and the items that failed; each leads to its task's log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.models import AutomationRun, ItemState, StageItem
from igny8_web.pages.stages import StageLook, look

BATCHES_SHOWN = 40
"""Of a stage; a large one has hundreds, and Airflow lists them all."""
FAILED_SHOWN = 100


@dataclass(frozen=True)
class Batch:
    """One mapped task's part of a stage; `number` counts from 0 as Airflow's map index does."""

    number: int
    items: int
    done: int
    created: int
    failed: int
    left: int

    @property
    def open(self) -> int:
        """Items that are still to be worked."""
        return self.items - self.done - self.failed - self.left


@dataclass(frozen=True)
class Batches:
    """The batches of a stage: all where they are few, else those with failures first."""

    shown: Sequence[Batch]
    total: int


@dataclass(frozen=True)
class FailedItem:
    """An item that could not be done, and why."""

    stage: StageLook
    name: str
    reason: str
    batch: int
    temporary: bool
    """Whether the next run may well succeed with it."""


def batches_of(session: Session, run: AutomationRun) -> dict[int, Batches]:
    """By stage; one statement."""
    of_run = (StageItem.run_id == run.id, StageItem.site_id == run.site_id)
    states = {state: func.count().filter(StageItem.state == state) for state in ItemState}
    counted = (
        select(
            *(StageItem.stage, StageItem.batch, func.count().label("items"), func.sum(StageItem.created)),
            *(states[state] for state in (ItemState.DONE, ItemState.FAILED, ItemState.LEFT)),
        )
        .where(*of_run)
        .group_by(StageItem.stage, StageItem.batch)
        .order_by(StageItem.stage, StageItem.batch)
    )
    found: dict[int, list[Batch]] = {}
    for number, batch, items, created, done, failed, left in session.execute(counted):
        found.setdefault(number, []).append(Batch(batch, items, done, int(created or 0), failed, left))
    return {number: Batches(worth_showing(batches), len(batches)) for number, batches in found.items()}


def worth_showing(batches: Sequence[Batch]) -> Sequence[Batch]:
    """The first ones, where there are many those with failures before all others; in their order."""
    first = sorted(batches, key=lambda batch: (batch.failed == 0, batch.number))[:BATCHES_SHOWN]
    return sorted(first, key=lambda batch: batch.number)


def failed_items(session: Session, run: AutomationRun) -> list[FailedItem]:
    """The first of the run's failed items, by stage; one statement, and one more for the names in each stage."""
    query = (
        select(StageItem.stage, StageItem.item_id, StageItem.error, StageItem.batch, StageItem.temporary)
        .where(StageItem.run_id == run.id, StageItem.site_id == run.site_id, StageItem.state == ItemState.FAILED)
        .order_by(StageItem.stage, StageItem.position)
        .limit(FAILED_SHOWN)
    )
    rows = session.execute(query).all()
    names = {
        number: item_names(session, run, number, [row.item_id for row in rows if row.stage == number])
        for number in sorted({row.stage for row in rows})
    }
    return [
        FailedItem(
            look(row.stage),
            names[row.stage].get(row.item_id) or f"number {row.item_id}",
            row.error or "No reason was recorded.",
            row.batch,
            row.temporary,
        )
        for row in rows
    ]


def item_names(session: Session, run: AutomationRun, number: int, ids: Sequence[int]) -> Mapping[int, str]:
    """What people call these items of a stage; those that were deleted since have no name."""
    item, name = look(number).facts.item, look(number).facts.item_name
    query = select(item.id, name).where(item.site_id == run.site_id, item.id.in_(ids))
    return dict(session.execute(query).all())
