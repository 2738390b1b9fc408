"""A batch takes those behind it, where its stage's first batch has shown that the provider is quick.

A run that is planned before anybody has asked the provider has batches of the default size. Each costs the wait for its
last answers and a start, so on a new platform a stage of a hundred quick requests would lose seconds between ten
batches. Requests stay as they were planned, with their keys; only how many are worked at once changes.
"""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from igny8_lib.ai import request_times
from igny8_lib.models import StageItem
from igny8_lib.pipeline import batch_sizes, worklist
from igny8_lib.pipeline.snapshot import StagePlan
from igny8_lib.pipeline.stages import Stage


def join_following(session: Session, run_id: int, joined: Stage, plan: StagePlan, batch: int) -> None:
    """Put the batches behind this one into it, as whole ones, up to about a minute of work.

    For a batch that was never opened. Stages whose prompts show earlier batches, sites with a size of their own and
    batches that were planned by the provider's times are left as they are (`batch_sizes.fit`).
    """
    if joined.operation is None or joined.shows_earlier_batches:
        return
    seconds = request_times.known(session).get(joined.operation)
    size = batch_sizes.fit(joined, plan.batch_size, in_flight=plan.in_flight, seconds=seconds)
    if size <= plan.batch_size:
        return
    mine = worklist.of(run_id, joined.number)
    begins = select(func.min(StageItem.position)).where(*mine, StageItem.batch == batch).scalar_subquery()
    within = select(StageItem.batch).where(*mine, StageItem.batch > batch).group_by(StageItem.batch)
    whole = within.having(func.max(StageItem.position) < begins + size)
    session.execute(update(StageItem).where(*mine, StageItem.batch.in_(whole)).values(batch=batch))
