"""Batches in words: how each stands, how far it is, what became of its articles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from igny8_lib.batches.listing import Item
from igny8_lib.batches.progress import Progress
from igny8_lib.models import BatchItemStatus, BatchKind, BatchStatus
from igny8_web.pages.shares import Part, parts_of
from igny8_web.pages.states import CANCELLED, COMPLETED, FAILED, RUNNING, State
from igny8_web.pages.tables import Choice, Column, choices
from igny8_web.pages.words import number, plural

KINDS: Mapping[BatchKind, tuple[str, str]] = {
    BatchKind.ANALYZE: ("Analyse", "eye"),
    BatchKind.LINK: ("Link", "link"),
    BatchKind.OPTIMIZE: ("Optimize", "up"),
}
"""What is done with each article, and its icon."""
STATES: Mapping[BatchStatus, State] = {
    BatchStatus.PENDING: State("wait", "clock", "Waits for a worker"),
    BatchStatus.RUNNING: RUNNING,
    BatchStatus.COMPLETED: COMPLETED,
    BatchStatus.CANCELLED: CANCELLED,
    BatchStatus.FAILED: FAILED,
}
ITEMS: Mapping[BatchItemStatus, State] = {
    BatchItemStatus.PENDING: State("wait", "dash", "Waits"),
    BatchItemStatus.DONE: State("ok", "check", "Done"),
    BatchItemStatus.SKIPPED: State("wait", "jump", "Left as it was"),
    BatchItemStatus.FAILED: FAILED,
}
OPEN = (BatchStatus.PENDING, BatchStatus.RUNNING)
ENDED = (BatchStatus.CANCELLED, BatchStatus.FAILED)
COLUMNS = (
    Column("Batch"),
    Column("State"),
    Column("Articles", right=True),
    Column("Credits", right=True, tip="What was charged so far: articles of which nothing came cost nothing."),
    Column("Asked for", right=True),
)
ITEM_COLUMNS = (
    Column("Article"),
    Column("State"),
    Column("What became of it"),
    Column("Credits", right=True),
    Column("When", right=True),
)


@dataclass(frozen=True)
class BatchView:
    """One batch."""

    facts: Progress

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{KINDS[self.facts.kind][0]} {plural(self.facts.total, 'article')}"

    @property
    def icon(self) -> str:
        """Of its kind."""
        return KINDS[self.facts.kind][1]

    @property
    def state(self) -> State:
        """How it stands."""
        return STATES[self.facts.status]

    @property
    def is_open(self) -> bool:
        """Whether it goes on while one looks."""
        return self.facts.status in OPEN

    @property
    def can_continue(self) -> bool:
        """Whether something is left that a worker could go on with."""
        left = self.facts.pending + self.facts.failed
        return bool(left) and not self.is_open and (self.facts.status in ENDED or bool(self.facts.failed))

    @property
    def can_undo(self) -> bool:
        """Whether links of it can be taken out."""
        return self.facts.kind is BatchKind.LINK and self.facts.done > 0 and not self.is_open

    @property
    def percent(self) -> int:
        """How much of it is worked."""
        total = self.facts.total
        return 100 * (total - self.facts.pending) // total if total else 100

    @property
    def parts(self) -> Sequence[Part]:
        """Its articles by what became of them."""
        it = self.facts
        told = (("ok", "Done", it.done), ("hold", "Left as they were", it.skipped), ("bad", "Failed", it.failed))
        return parts_of(
            (kind, name, number(count), count) for kind, name, count in (*told, ("f0", "Still to do", it.pending))
        )

    @property
    def bar(self) -> Sequence[Mapping[str, object]]:
        """The same as a bar, without what is left."""
        return [{"kind": part.kind, "start": part.start, "width": part.share} for part in self.parts[:-1]]

    @property
    def counts(self) -> Mapping[str, int]:
        """Articles by what became of them, and all."""
        it = self.facts
        return {"": it.total, "done": it.done, "skipped": it.skipped, "failed": it.failed, "pending": it.pending}

    @property
    def filters(self) -> Sequence[Choice]:
        """What its articles are filtered by."""
        shown = (BatchItemStatus.DONE, BatchItemStatus.SKIPPED, BatchItemStatus.FAILED, BatchItemStatus.PENDING)
        return choices([("", "All"), *((each.value, ITEMS[each].word) for each in shown)], self.counts)


@dataclass(frozen=True)
class ItemRow:
    """An article of a batch."""

    facts: Item

    @property
    def state(self) -> State:
        """What became of it."""
        return ITEMS[self.facts.status]
