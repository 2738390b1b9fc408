"""How far batches are: figures, and a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.models import BatchItemStatus, BatchKind, BatchStatus, Content, ContentBatch, ContentBatchItem

ACTS = {BatchKind.ANALYZE: "analysed", BatchKind.LINK: "linked", BatchKind.OPTIMIZE: "optimized"}
WAITS = "Waits for a worker: one begins within a minute or two."
TIMES = ("created_at", "started_at", "finished_at")


@dataclass(frozen=True)
class Progress:
    """A batch with its figures; `pending`, `done`, `skipped` and `failed` are numbers of articles, together `total`."""

    id: int
    kind: BatchKind
    status: BatchStatus
    requested_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None
    pending: int
    done: int
    skipped: int
    failed: int
    credits: Credits
    current: str | None
    """The title of the article that is worked, or comes next; None where the batch is not worked."""

    @property
    def total(self) -> int:
        """All its articles."""
        return self.pending + self.done + self.skipped + self.failed

    @property
    def sentence(self) -> str:
        """How it stands, in a sentence."""
        ended = self.total - self.pending
        if self.status is BatchStatus.PENDING:
            return WAITS
        if self.status is BatchStatus.RUNNING:
            now = f"; {self.current!r} is being {ACTS[self.kind]}" if self.current else ""
            return f"{ended:,} of {self.total:,} articles are done{now}."
        if self.status is BatchStatus.COMPLETED:
            return f"{self.done:,} of {self.total:,} articles were {ACTS[self.kind]}{self.rest()}."
        return f"{self.error} {ended:,} of {self.total:,} articles are done, {self.pending:,} are left."

    def rest(self) -> str:
        """What became of the others."""
        parts = (f"{self.skipped:,} left as they were" if self.skipped else "", f"{self.failed:,} failed")
        said = [part for part in parts if part and (part is parts[0] or self.failed)]
        return f", {', '.join(said)}" if said else ""

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        plain = {name: getattr(self, name) for name in ("id", "requested_by", "error", "total", "pending")}
        figures = {name: getattr(self, name) for name in ("done", "skipped", "failed", "current", "sentence")}
        times = {name: at.isoformat() if (at := getattr(self, name)) else None for name in TIMES}
        facts = {"kind": self.kind.value, "status": self.status.value, "credits": self.credits.as_number()}
        return plain | facts | figures | times


def progress_of(session: Session, batches: Sequence[ContentBatch]) -> list[Progress]:
    """The batches, all of one site, with their figures, in their order; two statements."""
    if not batches:
        return []
    site_id, ids = batches[0].site_id, [batch.id for batch in batches]
    figures = figures_of(session, site_id, ids)
    running = [batch.id for batch in batches if batch.status is BatchStatus.RUNNING]
    titles = current_titles(session, site_id, running)
    return [progress(batch, figures.get(batch.id, {}), titles.get(batch.id)) for batch in batches]


def progress(
    batch: ContentBatch, figures: Mapping[BatchItemStatus, tuple[int, Credits]], current: str | None
) -> Progress:
    """One batch with its figures."""
    nothing = (0, Credits(0))
    counts: dict[str, Any] = {status.value: figures.get(status, nothing)[0] for status in BatchItemStatus}
    own = ("id", "kind", "status", "requested_by", *TIMES, "error")
    facts: dict[str, Any] = {name: getattr(batch, name) for name in own}
    spent = sum((each for _, each in figures.values()), Credits(0))
    return Progress(**facts, **counts, credits=spent, current=current)


def figures_of(
    session: Session, site_id: int, ids: Sequence[int]
) -> dict[int, dict[BatchItemStatus, tuple[int, Credits]]]:
    """Articles and credits by batch and by what became of them; one statement."""
    item = ContentBatchItem
    query = (
        select(item.batch_id, item.status, func.count(), func.sum(item.credits))
        .where(item.site_id == site_id, item.batch_id.in_(ids))
        .group_by(item.batch_id, item.status)
    )
    found: dict[int, dict[BatchItemStatus, tuple[int, Credits]]] = {}
    for batch_id, status, number, spent in session.execute(query):
        found.setdefault(batch_id, {})[status] = (number, spent)
    return found


def current_titles(session: Session, site_id: int, ids: Sequence[int]) -> dict[int, str]:
    """The title of the first article of each batch that is still to be worked; one statement, none for no batch."""
    if not ids:
        return {}
    item = ContentBatchItem
    query = (
        select(item.batch_id, Content.title)
        .join(Content, Content.id == item.content_id)
        .where(
            item.site_id == site_id,
            Content.site_id == site_id,
            item.batch_id.in_(ids),
            item.status == BatchItemStatus.PENDING,
        )
        .order_by(item.batch_id, item.content_id)
        .ext(distinct_on(item.batch_id))
    )
    return {row.batch_id: row.title for row in session.execute(query)}
