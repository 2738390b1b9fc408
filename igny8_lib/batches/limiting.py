"""What a batch may cost in all: no article is begun that could cost more than is left of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.batches.estimating import price_of
from igny8_lib.credits.costs import costs_in_force
from igny8_lib.models import BatchItemStatus, BatchKind, Content, ContentBatch, ContentBatchItem
from igny8_lib.text.html import word_count


def is_reached(session: Session, batch: ContentBatch, content_ids: Sequence[int]) -> bool:
    """Whether these articles, the next ones, could cost more than is left; no statement for a batch without a limit."""
    if not batch.credit_limit:
        return False
    return price_at_most(session, batch, content_ids) > batch.credit_limit - spent(session, batch)


def price_at_most(session: Session, batch: ContentBatch, content_ids: Sequence[int]) -> Credits:
    """What the articles cost if something comes of each. Their words are counted here as whoever charges for them
    counts them: those that are stored may be another program's."""
    costs = costs_in_force(session)
    if batch.kind is not BatchKind.OPTIMIZE:
        return price_of(costs, batch.kind, 0) * len(content_ids)
    texts = select(Content.html).where(Content.site_id == batch.site_id, Content.id.in_(content_ids))
    return Credits.total(price_of(costs, batch.kind, word_count(html)) for html in session.scalars(texts))


def spent(session: Session, batch: ContentBatch) -> Credits:
    """What the batch's articles were charged so far."""
    mine = (ContentBatchItem.batch_id == batch.id, ContentBatchItem.site_id == batch.site_id)
    return session.scalar(select(func.sum(ContentBatchItem.credits)).where(*mine)) or ZERO


def leave_the_rest(session: Session, batch: ContentBatch) -> None:
    """Nothing more is begun: the articles that still wait stay as they are, and say why; one statement."""
    session.execute(
        update(ContentBatchItem)
        .where(ContentBatchItem.batch_id == batch.id, ContentBatchItem.site_id == batch.site_id)
        .where(ContentBatchItem.status == BatchItemStatus.PENDING)
        .values(status=BatchItemStatus.SKIPPED, outcome=sentence(batch), finished_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def sentence(batch: ContentBatch) -> str:
    """Why an article was left as it is."""
    return f"The limit of {batch.credit_limit} credits that the rule set is reached."
