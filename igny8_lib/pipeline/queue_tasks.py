"""Stage 3: ideas become writing tasks, in bulk and free of charge."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, insert, literal, select, update

from igny8_lib.ai.functions.generate_ideas import MAX_WORDS, MIN_WORDS
from igny8_lib.ai.metered_call import Failure
from igny8_lib.models import ContentIdea, IdeaStatus, Task, TaskStatus
from igny8_lib.pipeline.batch import Batch
from igny8_lib.pipeline.worklist import RequestItems


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Queue a few hundred ideas in one transaction."""
    async with batch.order.turn(items.number):
        await asyncio.to_thread(queue, batch, items)
    return None


def queue(batch: Batch, items: RequestItems) -> None:
    """One task per idea; the brief is what the writer will be told."""
    brief = func.jsonb_build_object(
        "title",
        ContentIdea.title,
        "outline",
        ContentIdea.outline,
        "content_type",
        ContentIdea.content_type,
        "intent",
        ContentIdea.intent,
        "target_keywords",
        ContentIdea.target_keywords,
    )  # fmt: skip - name and value belong on one line
    chosen = (ContentIdea.site_id == batch.site_id, ContentIdea.id.in_(items.ids), ContentIdea.status == IdeaStatus.NEW)
    rows = select(
        ContentIdea.site_id,
        ContentIdea.id,
        ContentIdea.cluster_id,
        brief,
        func.least(func.greatest(ContentIdea.estimated_word_count, MIN_WORDS), MAX_WORDS),
        literal(TaskStatus.QUEUED, Task.status.type),
    ).where(*chosen)
    columns = ["site_id", "idea_id", "cluster_id", "brief", "word_count_target", "status"]
    with batch.tools.sessions.begin() as session:
        batch.fence(session)
        here = session.scalars(select(ContentIdea.id).where(*chosen).order_by(ContentIdea.id).with_for_update()).all()
        made = insert(Task).from_select(columns, rows.order_by(ContentIdea.id)).returning(Task.id)
        created = len(session.scalars(made).all())
        session.execute(update(ContentIdea).where(*chosen).values(status=IdeaStatus.QUEUED))
        batch.book_done(session, here, units=0, created=created)
        batch.book_lost(session, set(items.ids) - set(here))
