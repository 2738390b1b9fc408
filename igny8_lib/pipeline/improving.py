"""What linking and optimizing have in common: which articles are still there, and where they go on to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from igny8_lib.models import Content, ContentStatus, ItemState, StageItem
from igny8_lib.pipeline.batch import Batch, Material
from igny8_lib.pipeline.stages import Stage
from igny8_lib.review.drafts import being_rewritten

BY = "run"
"""Who puts links in and takes better texts, as versions tell it."""


def load(each: Stage, session: Session, site_id: int, ids: Sequence[int], _opened_at: datetime) -> Material:
    """The batch's articles that still wait, by id their titles."""
    waiting = select(Content.id, Content.title).where(
        Content.site_id == site_id, Content.id.in_(each.waiting(site_id, ids))
    )
    return Material({row.id: row.title for row in session.execute(waiting)})


def hold_waiting(session: Session, batch: Batch, content_id: int) -> bool:
    """Lock the article; whether it still waits for the batch's stage. What people took out of it is booked as lost."""
    lock(session, batch, content_id)
    waiting = batch.snapshot.as_it_runs(batch.stage).waiting(batch.site_id, [content_id])
    if session.scalar(waiting) is not None:
        return True
    batch.book_lost(session, [content_id])
    return False


def pass_on(session: Session, batch: Batch, content_id: int, status: ContentStatus) -> None:
    """Let an article go on to where the stage puts it. One that is to be written anew stays a draft: what comes of that
    is linked and optimized again."""
    lock(session, batch, content_id)
    mine = (Content.site_id == batch.site_id, Content.id == content_id)
    came_from = (Content.status.in_((ContentStatus.DRAFT, ContentStatus.LINKED)), ~being_rewritten())
    session.execute(update(Content).where(*mine, *came_from).values(status=status))


def lock(session: Session, batch: Batch, content_id: int) -> None:
    """Lock the article, to look only then: whoever changes its pictures or its task has locked it, too."""
    mine = (Content.site_id == batch.site_id, Content.id == content_id)
    session.execute(select(Content.id).where(*mine).with_for_update())


def least_words(session: Session, run_id: int, number: int) -> int:
    """The length of the shortest article that is still pending; 0 where none is."""
    pending = (StageItem.run_id == run_id, StageItem.stage == number, StageItem.state == ItemState.PENDING)
    mine = (Content.id == StageItem.item_id) & (Content.site_id == StageItem.site_id)
    return session.scalar(select(func.min(Content.word_count)).join(StageItem, mine).where(*pending)) or 0
