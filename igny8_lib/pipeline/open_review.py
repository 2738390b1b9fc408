"""Stage 7: articles in review are approved up to the limit, or counted for the people who decide."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.ai.metered_call import Failure
from igny8_lib.models import Content, ContentStatus
from igny8_lib.pipeline.batch import Batch
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.review import decisions

AUTO_APPROVAL = "auto approval"
"""Who decided, where the site's setting did."""


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Decide, or open the gate for people; a manual gate never keeps a run open."""
    async with batch.order.turn(items.number):
        await asyncio.to_thread(decide, batch, items)
    return None


def decide(batch: Batch, items: RequestItems) -> None:
    """Approve the articles where the site says so; without it they stay in review."""
    with batch.tools.sessions.begin() as session:
        batch.fence(session)
        mine = (Content.site_id == batch.site_id, Content.id.in_(items.ids), Content.status == ContentStatus.REVIEW)
        here = session.scalars(select(Content.id).where(*mine).order_by(Content.id).with_for_update()).all()
        approved = approve(session, batch.site_id, here) if batch.snapshot.auto_approval else []
        counts = {"approved_count": len(approved), "scheduled_count": 0}
        batch.book_done(session, here, units=0, created=len(approved), counts=counts)
        batch.book_lost(session, set(items.ids) - set(here))


def approve(session: Session, site_id: int, ids: Sequence[int]) -> list[int]:
    """Approve articles in nobody's name; returns those that were in review."""
    return decisions.approve(session, site_id, ids, by=AUTO_APPROVAL).done
