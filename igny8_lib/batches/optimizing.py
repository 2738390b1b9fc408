"""Optimizing an article of a batch: the Optimizer's own work, whose task says what came of it."""

from __future__ import annotations

import asyncio

from sqlalchemy import select

from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.batches.taking import Became, EndpointOf, Taken, book_waiting
from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput, ProviderUnavailable
from igny8_lib.models import BatchItemStatus, OptimizationStatus, OptimizationTask
from igny8_lib.optimizer.closing import Optimized, result_of
from igny8_lib.optimizer.work import optimize

STANDS = {
    OptimizationStatus.COMPLETED: BatchItemStatus.DONE,
    OptimizationStatus.NOT_BETTER: BatchItemStatus.SKIPPED,
}
"""What an article's optimization is for its batch; anything else is a failure."""


def optimize_article(sessions: Sessions, endpoint_of: EndpointOf, taken: Taken) -> dict[int, Became]:
    """Optimize the article, or read what a worker of the batch that died before it could write it down came to."""
    (content_id,) = taken.content_ids
    ended = earlier(sessions, taken, content_id)
    if ended is None:
        one = optimize(sessions, require(endpoint_of), taken.site_id, content_id, by=taken.by, batch_id=taken.batch_id)
        ended = asyncio.run(one)
    status = STANDS.get(ended.status, BatchItemStatus.FAILED)
    became = {content_id: Became(status, ended.sentence, ended.credits)}
    with sessions.begin() as session:
        book_waiting(session, taken, became)
    return became


def require(endpoint_of: EndpointOf) -> Endpoint:
    """The AI's endpoint. Raises ProviderUnavailable where none is set up: no article can be optimized then."""
    try:
        return endpoint_of()
    except InvalidInput as missing:
        raise ProviderUnavailable(str(missing)) from missing


def earlier(sessions: Sessions, taken: Taken, content_id: int) -> Optimized | None:
    """What the batch has come to with the article already; a failure is tried again."""
    query = select(OptimizationTask).where(
        OptimizationTask.site_id == taken.site_id,
        OptimizationTask.content_id == content_id,
        OptimizationTask.batch_id == taken.batch_id,
        OptimizationTask.status.in_(list(STANDS)),
    )
    with sessions() as session:
        task = session.scalar(query.order_by(OptimizationTask.id.desc()).limit(1))
    return None if task is None else result_of(task)
