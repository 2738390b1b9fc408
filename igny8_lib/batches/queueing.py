"""Which batch is next: the site that nothing was done for longest, and of its batches the one that waits longest."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.batches.opening import OPEN
from igny8_lib.db import holding
from igny8_lib.models import ContentBatch

MOST = 200
"""Batches that are looked at for one that is free: more than there are workers."""
BATCH_LOCK = 0x49674261 << 32
"""The advisory locks of workers: this, and the batch's number."""


def next_batches(session: Session, *, besides: Collection[int] = ()) -> list[int]:
    """Open batches, the next one first, so that a site with fifty of them has no more than its turn; one statement."""
    last_of_site = func.max(ContentBatch.worked_at).over(partition_by=ContentBatch.site_id)
    query = select(ContentBatch.id).where(ContentBatch.status.in_(OPEN), ContentBatch.id.not_in(list(besides)))
    order = (last_of_site.asc().nulls_first(), ContentBatch.worked_at.asc().nulls_first(), ContentBatch.id)
    return list(session.scalars(query.order_by(*order).limit(MOST)))


def count_open(session: Session) -> int:
    """How many batches of all sites have something left to do."""
    return session.scalar(select(func.count()).where(ContentBatch.status.in_(OPEN))) or 0


def hold_batch(guard: Session, batch_id: int) -> bool:
    """Be the batch's only worker until the guard's transaction ends; False where another one is."""
    return holding.hold(guard, BATCH_LOCK + batch_id)
