"""A stage's work list: which items a run takes, in which batch and which AI request, and where each of them stands.

Written by one statement when the stage is planned, however many items there are; only batch numbers travel in XCom.
A retry finds the same groups, so it asks with the same idempotency keys.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import ItemState, StageItem
from igny8_lib.pipeline.stages import Stage

DELETED = "it was deleted after the run had planned it"
CHANGED = "it was changed after the run had planned it; if it still waits for this stage, the next run takes it"


@dataclass(frozen=True)
class RequestItems:
    """The items of one AI request (or of one bulk step) that are still pending; `number` is its place in the stage,
    from 0."""

    number: int
    places: Mapping[int, int]
    """Each item's place in the request as it was planned, from 1: what its prompt calls the item. It stays whatever
    became of the others, so that a stored answer means the same items at every retry."""

    @property
    def ids(self) -> tuple[int, ...]:
        """The items, in order."""
        return tuple(self.places)

    def without(self, ids: Collection[int]) -> RequestItems:
        """The request without some of its items."""
        return replace(self, places={item: place for item, place in self.places.items() if item not in ids})


@dataclass(frozen=True)
class Failures:
    """Why items of a list failed."""

    commonest: str = ""
    last: str = ""
    requests: int = 0
    """How many requests they belong to."""
    all_temporary: bool = False
    """Whether each of them may well succeed in the next run: then the provider failed, not the items."""


@dataclass(frozen=True)
class Tally:
    """How a work list ended."""

    total: int = 0
    done: int = 0
    failed: int = 0
    created: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """Items that were not worked; the next run's."""
        return self.total - self.done - self.failed


def batch_size(stage: Stage, configured: int, total: int, most_batches: int) -> int:
    """Items in a batch: what is configured, in whole requests, and large enough to stay within `most_batches`."""
    wanted = max(configured, -(-total // most_batches), 1)
    return -(-wanted // stage.items_per_request) * stage.items_per_request


def write(session: Session, *, run_id: int, site_id: int, stage: Stage, size: int, items: Subquery) -> int:
    """Fix the work list from positions, items and requests (`in_order`, `in_requests`); batches are of whole requests.

    Returns its length. One statement, whatever the length.
    """
    position, item_id, request = items.c
    rows = select(
        literal(run_id),
        literal(stage.number),
        position,
        literal(site_id),
        item_id,
        func.div(request, literal(max(1, size // stage.items_per_request))).cast(Integer),
        request.cast(Integer),
    )
    columns = ["run_id", "stage", "position", "site_id", "item_id", "batch", "request"]
    session.execute(insert(StageItem).from_select(columns, rows, include_defaults=False))
    return length(session, run_id, stage.number)


def in_order(stage: Stage, waiting: Select[int], limit: int) -> Subquery:
    """Position, item and request of the first items of a query, in the stage's order."""
    place = (func.row_number().over(order_by=stage.order) - 1).label("position")
    item_id, position = waiting.add_columns(place).limit(limit).subquery().c
    return select(position, item_id, func.div(position, literal(stage.items_per_request))).subquery()


def in_requests(requests: Sequence[Sequence[int]]) -> Subquery:
    """Position, item and request of lists of ids."""
    ids = [item for request in requests for item in request]
    numbers = [number for number, request in enumerate(requests) for _ in request]
    arrays = (literal(ids, ARRAY(BigInteger)), literal(numbers, ARRAY(Integer)))
    rows = func.unnest(*arrays).table_valued("item_id", "request", with_ordinality="place").render_derived()
    return select((rows.c.place - 1).label("position"), rows.c.item_id, rows.c.request).subquery()


def length(session: Session, run_id: int, stage: int) -> int:
    """How many items the list has; 0 where the stage is not planned yet."""
    return session.scalar(select(func.count()).select_from(StageItem).where(*of(run_id, stage))) or 0


def batches(session: Session, run_id: int, stage: int) -> list[int]:
    """The numbers of the batches that still have pending items."""
    pending = select(StageItem.batch).where(*of(run_id, stage), StageItem.state == ItemState.PENDING)
    return list(session.scalars(pending.distinct().order_by(StageItem.batch)))


def next_batch(session: Session, run_id: int, stage: int, *, otherwise: int) -> int:
    """The earliest batch with pending items; `otherwise` where all are done."""
    pending = select(func.min(StageItem.batch)).where(*of(run_id, stage), StageItem.state == ItemState.PENDING)
    earliest = session.scalar(pending)
    return otherwise if earliest is None else earliest


def requests(session: Session, run_id: int, stage: Stage, batch: int) -> list[RequestItems]:
    """The batch's requests that are still pending, in order, each with its pending items."""
    first = func.min(StageItem.position).over(partition_by=StageItem.request)
    listed = (
        select(StageItem.request, StageItem.item_id, StageItem.state, (StageItem.position - first + 1).label("place"))
        .where(*of(run_id, stage.number), StageItem.batch == batch)
        .subquery()
    )
    rows = session.execute(
        select(listed.c.request, listed.c.item_id, listed.c.place)
        .where(listed.c.state == ItemState.PENDING)
        .order_by(listed.c.request, listed.c.place)
    )
    return [
        RequestItems(number, {row.item_id: row.place for row in group})
        for number, group in groupby(rows, key=lambda row: row.request)
    ]


def smallest_request(session: Session, run_id: int, stage: int) -> int:
    """Items of the smallest request that is still pending; 0 where none is."""
    sizes = (
        select(func.count().label("size"))
        .where(*of(run_id, stage), StageItem.state == ItemState.PENDING)
        .group_by(StageItem.request)
        .subquery()
    )
    return session.scalar(select(func.min(sizes.c.size))) or 0


def last_batch(session: Session, run_id: int, stage: int) -> int:
    """The number of the list's last batch."""
    return session.scalar(select(func.max(StageItem.batch)).where(*of(run_id, stage))) or 0


def batch_states(session: Session, run_id: int, stage: int, batch: int) -> dict[ItemState, int]:
    """How many items of the batch stand where."""
    query = select(StageItem.state, func.count().label("number")).where(*of(run_id, stage), StageItem.batch == batch)
    return {row.state: row.number for row in session.execute(query.group_by(StageItem.state))}


def mark_done(
    session: Session, run_id: int, stage: int, ids: Sequence[int], *, created: int, counts: Mapping[str, int]
) -> None:
    """Mark a request's items done; what they made together is booked on the first of them."""
    if not ids:
        return
    first = StageItem.item_id == ids[0]
    session.execute(
        update(StageItem)
        .where(*of(run_id, stage), StageItem.item_id.in_(ids))
        .values(
            state=ItemState.DONE,
            finished_at=clock.now(),
            created=case((first, created), else_=0),
            counts=case(
                (first, literal(dict(counts), StageItem.counts.type)), else_=literal({}, StageItem.counts.type)
            ),
        )
    )


def mark_each_done(session: Session, run_id: int, stage: int, ids: Collection[int], counts: Mapping[str, int]) -> None:
    """Mark items done of which nothing was made, each with counts of its own."""
    values = {"state": ItemState.DONE, "finished_at": clock.now(), "counts": dict(counts)}
    session.execute(update(StageItem).where(*of(run_id, stage), StageItem.item_id.in_(ids)).values(values))


def mark_failed(
    session: Session, run_id: int, stage: int, ids: Collection[int], reason: str, *, temporary: bool = False
) -> None:
    """Mark items failed with their reason; `temporary` where the next run may well succeed with them."""
    session.execute(
        update(StageItem)
        .where(*of(run_id, stage), StageItem.item_id.in_(ids))
        .values(state=ItemState.FAILED, finished_at=clock.now(), error=reason, temporary=temporary)
    )


def mark_lost(session: Session, run_id: int, site_id: int, stage: Stage, ids: Collection[int]) -> None:
    """Mark items failed that people deleted or changed since the stage was planned."""
    if not ids:
        return
    item = stage.item
    changed = set(session.scalars(select(item.id).where(item.site_id == site_id, item.id.in_(ids))))
    for reason, lost in ((DELETED, set(ids) - changed), (CHANGED, changed)):
        if lost:
            mark_failed(session, run_id, stage.number, lost, reason)


def mark_left(session: Session, run_id: int, stage: int, ids: Collection[int], reason: str) -> None:
    """Leave items to the next run, with the reason."""
    session.execute(
        update(StageItem)
        .where(*of(run_id, stage), StageItem.item_id.in_(ids))
        .values(state=ItemState.LEFT, error=reason)
    )


def reasons(session: Session, run_id: int, stage: int, batch: int, *, most: int) -> list[str]:
    """Why items of the batch failed, each reason once, the commonest first."""
    failed = (*of(run_id, stage), StageItem.batch == batch, StageItem.state == ItemState.FAILED)
    query = select(StageItem.error).where(*failed).group_by(StageItem.error)
    return [
        reason or "" for reason in session.scalars(query.order_by(func.count().desc(), StageItem.error).limit(most))
    ]


def leave(session: Session, run_id: int) -> int:
    """Hand what an ended run did not work to the next one; returns how many items that is."""
    left = (
        update(StageItem)
        .where(StageItem.run_id == run_id, StageItem.state == ItemState.PENDING)
        .values(state=ItemState.LEFT)
        .returning(StageItem.position)
    )
    return len(session.execute(left).all())


def tally(session: Session, run_id: int, stage: int) -> Tally:
    """Count the list in two statements."""
    state = StageItem.state
    row = session.execute(
        select(
            func.count(),
            func.count().filter(state == ItemState.DONE),
            func.count().filter(state == ItemState.FAILED),
            func.coalesce(func.sum(StageItem.created), 0),
        ).where(*of(run_id, stage))
    ).one()
    total, finished, broken, created = (int(value) for value in row)
    return Tally(total, finished, broken, created, sum_counts(session, run_id, stage))


def failures(session: Session, run_id: int, stage: int) -> Failures:
    """The commonest and the last reason of the list's failures, in one statement; of equally common ones the first by
    the alphabet."""
    row = session.execute(
        select(
            func.mode().within_group(func.coalesce(StageItem.error, "")).label("commonest"),
            func.array_agg(
                aggregate_order_by(StageItem.error, StageItem.finished_at.desc(), StageItem.position.desc())
            )[1].label("last"),
            func.count(StageItem.request.distinct()).label("requests"),
            func.bool_and(StageItem.temporary).label("all_temporary"),
        ).where(*of(run_id, stage), StageItem.state == ItemState.FAILED)
    ).one()
    return Failures(row.commonest or "", row.last or "", row.requests, bool(row.all_temporary))


def sum_counts(session: Session, run_id: int, stage: int) -> dict[str, int]:
    """The stage's own counters, added up over its items."""
    counted = func.jsonb_each_text(StageItem.counts).table_valued("key", "value", joins_implicitly=True)
    total = func.sum(cast(counted.c.value, BigInteger))
    sums = session.execute(
        select(counted.c.key, total.label("total"))
        .select_from(StageItem)
        .where(*of(run_id, stage))
        .group_by(counted.c.key)
        .order_by(counted.c.key)
    )
    return {row.key: int(row.total) for row in sums}


def of(run_id: int, stage: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition that names one work list."""
    return (StageItem.run_id == run_id, StageItem.stage == stage)
