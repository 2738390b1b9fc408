"""Taking a batch's next articles, and writing down what became of them: two short transactions around the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.amounts import Credits
from igny8_lib.batches import limiting
from igny8_lib.batches.opening import OPEN
from igny8_lib.models import BatchItemStatus, BatchKind, BatchStatus, Content, ContentBatch, ContentBatchItem

MOST_ATTEMPTS = 5
"""What was begun so often and never ended has killed its workers."""
DIED = (
    f"The worker died {MOST_ATTEMPTS} times while it was at this article, which held up all others of the batch: look "
    "into the logs of the DAG content_batches."
)
IN_A_ROW = 5
"""So many failures one after the other are no matter of single articles."""


EndpointOf = Callable[[], Endpoint]
"""Where the AI is, asked for by what needs it alone. Raises InvalidInput where none is set up."""


@dataclass(frozen=True)
class Taken:
    """Articles that a worker has begun."""

    batch_id: int
    site_id: int
    kind: BatchKind
    by: str
    """Who asked for the batch."""
    content_ids: tuple[int, ...]


class Became(NamedTuple):
    """What became of an article."""

    status: BatchItemStatus
    outcome: str
    credits: Credits = Credits(0)


def lock_batch(session: Session, batch_id: int) -> ContentBatch | None:
    """The batch as it is now, locked; None where it is gone."""
    query = select(ContentBatch).where(ContentBatch.id == batch_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def take(session: Session, batch_id: int, *, most: int) -> Taken | None:
    """Begin the next articles, up to so many; None where nothing is left to do, or the batch was cancelled.

    An article that was begun before and never ended comes alone: if it kills its worker again, only itself is counted.
    A batch without anything left is completed, and so is one whose next article could cost more than its credit limit
    leaves. One that was begun before was paid for already, or fitted then.
    """
    batch = lock_batch(session, batch_id)
    if batch is None or batch.status not in OPEN:
        return None
    now = clock.now()
    batch.status, batch.started_at, batch.worked_at = BatchStatus.RUNNING, batch.started_at or now, now
    waiting = next_items(session, batch, most)
    while waiting and waiting[0].attempts >= MOST_ATTEMPTS:
        book(session, batch, {waiting[0].content_id: Became(BatchItemStatus.FAILED, DIED)})
        waiting = next_items(session, batch, most)
    if not waiting:
        batch.status, batch.finished_at = BatchStatus.COMPLETED, now
        return None
    is_begun = any(item.attempts for item in waiting)
    ids = tuple(item.content_id for item in (waiting[:1] if is_begun else waiting))
    if not is_begun and limiting.is_reached(session, batch, ids):
        limiting.leave_the_rest(session, batch)
        batch.status, batch.finished_at = BatchStatus.COMPLETED, now
        return None
    begun = update(ContentBatchItem).where(*items_of(batch), ContentBatchItem.content_id.in_(ids))
    session.execute(begun.values(attempts=ContentBatchItem.attempts + 1).execution_options(synchronize_session=False))
    return Taken(batch.id, batch.site_id, batch.kind, batch.requested_by, ids)


def items_of(batch: ContentBatch | Taken) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition on the articles of a batch."""
    number = batch.id if isinstance(batch, ContentBatch) else batch.batch_id
    return (ContentBatchItem.batch_id == number, ContentBatchItem.site_id == batch.site_id)


class Waiting(NamedTuple):
    """An article that is still to be worked."""

    content_id: int
    attempts: int


def next_items(session: Session, batch: ContentBatch, most: int) -> list[Waiting]:
    """The next articles in the order of their ids; one statement."""
    query = select(ContentBatchItem.content_id, ContentBatchItem.attempts).where(
        *items_of(batch), ContentBatchItem.status == BatchItemStatus.PENDING
    )
    return [Waiting(*row) for row in session.execute(query.order_by(ContentBatchItem.content_id).limit(most))]


def book(session: Session, batch: ContentBatch | Taken, became: Mapping[int, Became]) -> None:
    """Write down what became of articles of the batch; one statement."""
    if not became:
        return
    number = batch.id if isinstance(batch, ContentBatch) else batch.batch_id
    now = clock.now()
    session.execute(
        update(ContentBatchItem),
        [
            {"batch_id": number, "content_id": content_id, **each._asdict(), "finished_at": now}
            for content_id, each in became.items()
        ],
    )


def give_back(session: Session, taken: Taken) -> None:
    """Articles that were begun and not worked: they wait as if nobody had begun them."""
    mine = (*items_of(taken), ContentBatchItem.content_id.in_(taken.content_ids))
    session.execute(
        update(ContentBatchItem)
        .where(*mine, ContentBatchItem.status == BatchItemStatus.PENDING)
        .values(attempts=0)
        .execution_options(synchronize_session=False)
    )


def end_failed(session: Session, batch_id: int, reason: str) -> None:
    """Nothing more can be done now: the batch has failed, unless people ended it meanwhile."""
    batch = lock_batch(session, batch_id)
    if batch is not None and batch.status in OPEN:
        batch.status, batch.error, batch.finished_at = BatchStatus.FAILED, reason, clock.now()


def failures_in_a_row(session: Session, taken: Taken) -> str | None:
    """Why the last article failed, where as many failed one after the other as are no accident; else None."""
    latest = (
        select(ContentBatchItem.status, ContentBatchItem.outcome)
        .where(*items_of(taken), ContentBatchItem.status != BatchItemStatus.PENDING)
        .order_by(ContentBatchItem.finished_at.desc(), ContentBatchItem.content_id.desc())
        .limit(IN_A_ROW)
    )
    rows = session.execute(latest).all()
    all_failed = len(rows) == IN_A_ROW and all(row.status is BatchItemStatus.FAILED for row in rows)
    return str(rows[0].outcome) if all_failed else None


def lock_articles(session: Session, site_id: int, ids: Sequence[int]) -> list[Content]:
    """Those of the articles that are still there, locked in the order of their ids."""
    query = select(Content).where(Content.site_id == site_id, Content.id.in_(ids)).order_by(Content.id)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def still_waiting(session: Session, taken: Taken) -> set[int]:
    """Those of the taken articles of which nobody has written down anything, locked."""
    query = select(ContentBatchItem.content_id).where(
        *items_of(taken),
        ContentBatchItem.content_id.in_(taken.content_ids),
        ContentBatchItem.status == BatchItemStatus.PENDING,
    )
    return set(session.scalars(query.order_by(ContentBatchItem.content_id).with_for_update()))


def book_waiting(session: Session, taken: Taken, became: Mapping[int, Became]) -> None:
    """The same for those alone of which nobody has written down anything; two statements."""
    waiting = still_waiting(session, taken)
    book(session, taken, {content_id: each for content_id, each in became.items() if content_id in waiting})
