"""A worker: takes the batch that is next, works its articles one after the other, and writes down what became of each.

Any number of them work side by side, each batch has one at a time. Whatever kills one, and wherever: its lock goes with
it, and the next worker goes on with the articles of which nothing is written down. No transaction but the guard's,
which holds nothing but that lock, is open while the AI is asked.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import OperationalError

from igny8_lib.batches import kinds, queueing, taking
from igny8_lib.batches.opening import require_workable
from igny8_lib.batches.taking import Became, EndpointOf, Taken
from igny8_lib.db.holding import require_held
from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.errors import (
    Conflict,
    Igny8Error,
    InsufficientCredits,
    InvalidInput,
    NotAllowed,
    NotFound,
    ProviderUnavailable,
)
from igny8_lib.models import BatchItemStatus, BatchKind, ContentBatch, Site

log = logging.getLogger(__name__)

SECONDS = 45.0
"""A worker that worked so long takes nothing new: its task stays short, and new batches begin soon."""
SLICE_SECONDS = 10.0
"""So long a batch is worked before others have their turn."""
ENDS_ALL = (InsufficientCredits, ProviderUnavailable, NotAllowed)
"""What concerns every article of a batch: credits, provider, or a module or site that was switched off meanwhile."""
PASSED_OVER = (Conflict, InvalidInput, NotFound)
"""What concerns one article, and trying again would meet it again: it is gone, has no text, is to be written anew, …"""
UNFORESEEN = "Something unforeseen happened ({}): the log of the DAG content_batches says more."


@dataclass
class Tally:
    """What a worker did."""

    items: Counter[BatchItemStatus] = field(default_factory=Counter)
    batches: set[int] = field(default_factory=set)

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        ended = [status for status in BatchItemStatus if status is not BatchItemStatus.PENDING]
        return {status.value: self.items[status] for status in ended} | {"batches": len(self.batches)}


@dataclass(frozen=True)
class Own:
    """A batch that may be worked: sessions on nothing but its site, and what is to be done."""

    sessions: Sessions
    site_id: int
    kind: BatchKind


@dataclass(frozen=True)
class Worker:
    """What a worker brings along."""

    sessions: Sessions
    endpoint_of: EndpointOf

    def work(self, *, seconds: float = SECONDS) -> Tally:
        """Work what is next until nothing is, or the time is over."""
        tally, end = Tally(), time.monotonic() + seconds
        while time.monotonic() < end and self.work_next(tally, end):
            pass
        return tally

    def work_next(self, tally: Tally, end: float) -> bool:
        """Work the first batch that no other worker is at, for its slice of the time; False where there is none."""
        with self.sessions() as session:
            found = queueing.next_batches(session)
        until = min(end, time.monotonic() + SLICE_SECONDS)
        return any(self.work_batch(batch_id, tally, until=until) for batch_id in found)

    def work_batch(self, batch_id: int, tally: Tally | None = None, *, until: float | None = None) -> bool:
        """Work one batch until nothing of it is left or the time (of time.monotonic) is over, and at least one step;
        False where another worker is at it."""
        tally = Tally() if tally is None else tally
        with self.sessions() as guard:
            if not queueing.hold_batch(guard, batch_id):
                return False
            tally.batches.add(batch_id)
            own = self.open(batch_id)
            if own is None or not kinds.prepare(own.kind, own.sessions, own.site_id):
                return True
            while self.step(own, batch_id, tally):
                if until is not None and time.monotonic() >= until:
                    break
                require_held(guard)
        return True

    def open(self, batch_id: int) -> Own | None:
        """What the batch is worked with; None where it is gone, or may not be worked: it has failed then, and says
        why."""
        with self.sessions.begin() as session:
            batch = session.get(ContentBatch, batch_id)
            if batch is None:
                return None
            site = session.get_one(Site, batch.site_id)
            try:
                require_workable(session, site, batch.kind)
            except NotAllowed as refused:
                taking.end_failed(session, batch_id, str(refused))
                return None
        return Own(scoped(self.sessions, Scope.of_sites(site.account_id, [site.id])), site.id, batch.kind)

    def step(self, own: Own, batch_id: int, tally: Tally) -> bool:
        """The batch's next articles; False where nothing is left to do, or nothing more can be done."""
        sessions = own.sessions
        with sessions.begin() as session:
            taken = taking.take(session, batch_id, most=kinds.PAGES.get(own.kind, 1))
        if taken is None:
            return False
        try:
            became = kinds.WORK[own.kind](sessions, self.endpoint_of, taken)
        except ENDS_ALL as reason:
            with sessions.begin() as session:
                taking.give_back(session, taken)
                taking.end_failed(session, batch_id, str(reason))
            return False
        except OperationalError:
            raise  # the database's trouble: the article waits for the next worker
        except Exception as error:
            unforeseen = not isinstance(error, Igny8Error)
            log.warning("Batch %s, articles %s: %s", batch_id, taken.content_ids, error, exc_info=unforeseen)
            became = write_failure(sessions, taken, error)
        tally.items.update(each.status for each in became.values())
        return not ends_in_failures(sessions, taken, became)


def write_failure(sessions: Sessions, taken: Taken, error: Exception) -> dict[int, Became]:
    """What went wrong with an article, which stays as it was; where it alone is the reason, it is passed over. Of many
    that were taken together nothing is written down, and each comes alone next time."""
    if len(taken.content_ids) > 1:
        return {}
    sentence = str(error) if isinstance(error, Igny8Error) else UNFORESEEN.format(type(error).__name__)
    status = BatchItemStatus.SKIPPED if isinstance(error, PASSED_OVER) else BatchItemStatus.FAILED
    failed = {taken.content_ids[0]: Became(status, sentence)}
    with sessions.begin() as session:
        taking.book_waiting(session, taken, failed)
    return failed


def ends_in_failures(sessions: Sessions, taken: Taken, became: dict[int, Became]) -> bool:
    """End the batch where its articles fail one after the other; whether it did."""
    if BatchItemStatus.FAILED not in {each.status for each in became.values()}:
        return False
    with sessions.begin() as session:
        reason = taking.failures_in_a_row(session, taken)
        if reason:
            taking.end_failed(session, taken.batch_id, f"{taking.IN_A_ROW} articles failed in a row. {reason}")
    return reason is not None
