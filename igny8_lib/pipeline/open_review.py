"""Stage 7: articles in review are approved up to the limit, or counted for the people who decide."""

from __future__ import annotations

import asyncio

from igny8_lib.ai.metered_call import Failure
from igny8_lib.pipeline import worklist
from igny8_lib.pipeline.job import Job
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.review import queue


async def work(job: Job, items: RequestItems) -> Failure | None:
    """Decide, or open the gate for people; a manual gate never keeps a run open."""
    async with job.lanes.turn(items.number):
        await asyncio.to_thread(decide, job, items)
    return None


def decide(job: Job, items: RequestItems) -> None:
    """Approve the articles where the site says so; without it they stay in review."""
    with job.tools.sessions.begin() as session:
        job.fence(session)
        approved = queue.approve(session, job.site_id, items.ids) if job.snapshot.auto_approval else []
        counts = {"approved_count": len(approved), "scheduled_count": 0}
        worklist.done(session, job.run_id, job.stage.number, items.ids, created=len(approved), counts=counts)
