"""A site's batches, and the articles of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.batches.cancelling import find_batch
from igny8_lib.batches.progress import Progress, progress_of
from igny8_lib.batches.taking import items_of
from igny8_lib.models import BatchItemStatus, BatchKind, BatchStatus, Content, ContentBatch, ContentBatchItem


@dataclass(frozen=True)
class View:
    """Which batches are wanted; None is no wish."""

    kind: BatchKind | None = None
    status: BatchStatus | None = None


@dataclass(frozen=True)
class Listed:
    """A page of them, and how many there are."""

    rows: list[Progress]
    total: int


@dataclass(frozen=True)
class Item:
    """An article of a batch, and what became of it."""

    content_id: int
    title: str
    status: BatchItemStatus
    outcome: str
    credits: Credits
    finished_at: datetime | None


@dataclass(frozen=True)
class Items:
    """A page of them, and how many there are."""

    rows: list[Item]
    total: int


def list_batches(session: Session, site_id: int, view: View = View(), *, page: int = 1, page_size: int = 50) -> Listed:
    """The site's batches, the newest first, with their figures; four statements at most."""
    query = select(ContentBatch).where(ContentBatch.site_id == site_id)
    query = query.where(ContentBatch.kind == view.kind) if view.kind else query
    query = query.where(ContentBatch.status == view.status) if view.status else query
    total = count(session, query)
    rows = session.scalars(query.order_by(ContentBatch.id.desc()).limit(page_size).offset((page - 1) * page_size))
    return Listed(progress_of(session, rows.all()), total)


def show_batch(session: Session, site_id: int, batch_id: int) -> Progress:
    """One batch with its figures. Raises NotFound, also for another site's."""
    return progress_of(session, [find_batch(session, site_id, batch_id)])[0]


def list_items(
    session: Session,
    site_id: int,
    batch_id: int,
    status: BatchItemStatus | None = None,
    *,
    page: int = 1,
    page_size: int = 50,
) -> Items:
    """The articles of a batch in the order in which they are worked; three statements. Raises NotFound."""
    batch = find_batch(session, site_id, batch_id)
    item = ContentBatchItem
    columns = (item.content_id, Content.title, item.status, item.outcome, item.credits, item.finished_at)
    query = select(*columns).join(Content, Content.id == item.content_id)
    query = query.where(*items_of(batch), Content.site_id == site_id)
    query = query.where(item.status == status) if status else query
    rows = session.execute(query.order_by(item.content_id).limit(page_size).offset((page - 1) * page_size))
    return Items([Item(*row) for row in rows], count(session, query))


def count(session: Session, query: Select[*tuple[Any, ...]]) -> int:
    """How many rows a query has."""
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
