"""Ending a batch by hand, and letting one that ended go on."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.batches.opening import OPEN, require_room, require_workable
from igny8_lib.batches.taking import items_of
from igny8_lib.errors import Conflict, NotFound
from igny8_lib.models import BatchItemStatus, BatchStatus, ContentBatch, ContentBatchItem, Site

AGAIN = (BatchItemStatus.PENDING, BatchItemStatus.FAILED)
"""Articles with which a batch goes on."""


def find_batch(session: Session, site_id: int, batch_id: int, *, lock: bool = False) -> ContentBatch:
    """A batch of the site; locked, it is as the database has it now. Raises NotFound, also for another site's."""
    query = select(ContentBatch).where(ContentBatch.site_id == site_id, ContentBatch.id == batch_id)
    query = query.with_for_update().execution_options(populate_existing=True) if lock else query
    batch = session.scalar(query)
    if batch is None:
        raise NotFound(f"The site has no batch {batch_id}.")
    return batch


def cancel(session: Session, site_id: int, batch_id: int, *, by: str) -> ContentBatch:
    """Let no further article of the batch be begun: the one under way is ended, and what was done stays. A batch that
    was cancelled stays so. Raises NotFound, and Conflict where it has ended."""
    batch = find_batch(session, site_id, batch_id, lock=True)
    if batch.status in OPEN:
        batch.status, batch.finished_at, batch.error = BatchStatus.CANCELLED, clock.now(), f"Cancelled by {by}."
    elif batch.status is not BatchStatus.CANCELLED:
        raise Conflict(f"Batch {batch_id} has ended already: it is {batch.status.value}.")
    return batch


def go_on(session: Session, site: Site, batch_id: int) -> ContentBatch:
    """Let a batch that failed or was cancelled go on with what is left of it; articles that failed are tried again.

    One that waits or is worked stays so. Raises NotFound, SwitchedOff, ModuleDisabled, and Conflict where nothing is
    left, or too many batches of the site are open.
    """
    batch = find_batch(session, site.id, batch_id, lock=True)
    if batch.status in OPEN:
        return batch
    require_workable(session, site, batch.kind)
    require_room(session, site)
    left = session.scalar(select(func.count()).where(*items_of(batch), ContentBatchItem.status.in_(AGAIN)))
    if not left:
        raise Conflict(f"Nothing is left of batch {batch_id}: it is {batch.status.value}.")
    again = update(ContentBatchItem).where(*items_of(batch), ContentBatchItem.status.in_(AGAIN))
    values = {"status": BatchItemStatus.PENDING, "attempts": 0, "outcome": "", "finished_at": None}
    session.execute(again.values(**values).execution_options(synchronize_session=False))
    batch.status, batch.error, batch.finished_at = BatchStatus.PENDING, None, None
    return batch
