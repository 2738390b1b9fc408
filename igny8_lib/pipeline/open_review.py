"""Stage 7: articles in review are approved up to the limit and get their dates, or are counted for who decides."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.ai.metered_call import Failure
from igny8_lib.models import Content, ContentStatus
from igny8_lib.pipeline.batch import Batch
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.publishing import approval
from igny8_lib.publishing.approval import Approved
from igny8_lib.publishing.places import hold
from igny8_lib.review.decisions import Decided

AUTO_APPROVAL = "auto approval"
"""Who decided, where the site's setting did."""


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Decide, or open the gate for people; a manual gate never keeps a run open."""
    async with batch.order.turn(items.number):
        await asyncio.to_thread(decide, batch, items)
    return None


def decide(batch: Batch, items: RequestItems) -> None:
    """Approve the articles where the site says so, and give them slots in the same transaction; without it they stay in
    review."""
    with batch.tools.sessions.begin() as session:
        batch.fence(session)
        hold(session, batch.site_id)
        mine = (Content.site_id == batch.site_id, Content.id.in_(items.ids), Content.status == ContentStatus.REVIEW)
        here = session.scalars(select(Content.id).where(*mine).order_by(Content.id).with_for_update()).all()
        approved = approve(session, batch, here) if batch.snapshot.auto_approval else Approved(Decided())
        done = len(approved.decided.done)
        counts = {"approved_count": done, "scheduled_count": len(approved.scheduled)}
        batch.book_done(session, here, units=0, created=done, counts=counts)
        batch.book_lost(session, set(items.ids) - set(here))


def approve(session: Session, batch: Batch, ids: Sequence[int]) -> Approved:
    """Approve articles in nobody's name."""
    return approval.approve(session, batch.site_id, ids, by=AUTO_APPROVAL, run_id=batch.run_id)
