"""Stage 7: articles in review are approved up to the limit, or counted for the people who decide."""

from __future__ import annotations

import asyncio

from igny8_lib.ai.metered_call import Failure
from igny8_lib.pipeline import worklist
from igny8_lib.pipeline.batch import Batch
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.review import queue


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Decide, or open the gate for people; a manual gate never keeps a run open."""
    async with batch.order.turn(items.number):
        await asyncio.to_thread(decide, batch, items)
    return None


def decide(batch: Batch, items: RequestItems) -> None:
    """Approve the articles where the site says so; without it they stay in review."""
    with batch.tools.sessions.begin() as session:
        batch.fence(session)
        approved = queue.approve(session, batch.site_id, items.ids) if batch.snapshot.auto_approval else []
        counts = {"approved_count": len(approved), "scheduled_count": 0}
        worklist.mark_done(session, batch.run_id, batch.stage.number, items.ids, created=len(approved), counts=counts)
