"""Optimizing in a run: an article is taken as the AI made it better, or stays as it is, and goes on either way.

What came of it, its charge, the item's end and the article's next place are one transaction each. After a temporary
failure, and where people changed the article meanwhile, it waits for the next run; whatever else keeps the Optimizer
from it holds no article back: people see it as it is.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.ai.metered_call import Failure
from igny8_lib.errors import (
    ChangedMeanwhile,
    Conflict,
    Igny8Error,
    InvalidInput,
    LeaseLost,
    NotAllowed,
    NotFound,
)
from igny8_lib.models import Content, ContentStatus, OptimizationStatus
from igny8_lib.optimizer.closing import Optimized, find
from igny8_lib.optimizer.turns import BeingOptimized, TurnLost
from igny8_lib.optimizer.work import RunPart, optimize
from igny8_lib.pipeline import improving
from igny8_lib.pipeline.batch import Batch
from igny8_lib.pipeline.stages import OPTIMIZE
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.text.html import word_count

load = partial(improving.load, OPTIMIZE.without_linking(linked=False))
LATER = (BeingOptimized, ChangedMeanwhile, NotAllowed)
"""What the next run may well succeed with."""


@dataclass
class Booking:
    """Writes the end of an item in the transaction that ends its optimization."""

    batch: Batch
    content_id: int
    failure: Failure | None = field(default=None, init=False)

    def __call__(self, session: Session, ended: Optimized) -> None:
        """Book what came of it."""
        if ended.status == OptimizationStatus.FAILED:
            self.fail(session, Failure(ended.sentence, ended.temporary), later=is_later(session, self.batch, ended))
            return
        taken = ended.status == OptimizationStatus.COMPLETED
        counts = {"words_billed": words_of(session, self.batch, ended)} if taken else {"not_better": 1}
        self.batch.book_done(session, [self.content_id], units=0, created=int(taken), counts=counts)
        improving.pass_on(session, self.batch, self.content_id, ContentStatus.OPTIMIZED)

    def fail(self, session: Session, failure: Failure, *, later: bool) -> None:
        """Book the item as failed; the article waits for the next run, or goes on as it is."""
        self.failure = failure
        self.batch.book_failed(session, [self.content_id], failure)
        if not later:
            improving.pass_on(session, self.batch, self.content_id, ContentStatus.OPTIMIZED)


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Optimize one article."""
    booking = Booking(batch, items.ids[0])
    try:
        await ask_for(batch, items, booking)
    except (LeaseLost, TurnLost):
        raise
    except (Conflict, InvalidInput, NotAllowed, NotFound) as error:
        await asyncio.to_thread(give_up, booking, error)
    return booking.failure


async def ask_for(batch: Batch, items: RequestItems, booking: Booking) -> None:
    """Ask the Optimizer, with the run's lease, budget, client and costs."""
    part = RunPart(batch.meter(items.number), batch.snapshot.cost_table, booking)
    sessions, endpoint = batch.tools.sessions, batch.tools.endpoint
    await optimize(sessions, endpoint, batch.site_id, booking.content_id, by=improving.BY, run=part)


def give_up(booking: Booking, error: Igny8Error) -> None:
    """Book an article that the Optimizer would not begin with; one that is not there any more is lost."""
    batch = booking.batch
    with batch.tools.sessions.begin() as session:
        batch.fence(session)
        if improving.hold_waiting(session, batch, booking.content_id):
            booking.fail(session, Failure(str(error), temporary=False), later=isinstance(error, LATER))


def is_later(session: Session, batch: Batch, ended: Optimized) -> bool:
    """Whether the next run is to try again: the provider was overloaded, or people changed the article."""
    task = find(session, batch.site_id, ended.task_id)
    now = select(Content.version).where(Content.site_id == batch.site_id, Content.id == task.content_id)
    return ended.temporary or session.scalar(now) != task.version_before


def words_of(session: Session, batch: Batch, ended: Optimized) -> int:
    """The words that were charged for: those of the text as it was."""
    return word_count(find(session, batch.site_id, ended.task_id).before["html"])
