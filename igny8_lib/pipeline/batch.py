"""A batch: what one task works of a stage, its breaker and its write order.

Requests go out in parallel, results are written in order. Written in order, the rows of a batch get the same order (and
so later stages the same groups) whatever the provider's timing, and a retry after a crash ends with the rows of an
undisturbed run.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.ai.client import AIClient
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.journal import NOTHING_KNOWN, Known
from igny8_lib.ai.metered_call import Applied, Charge, Failure, Meter
from igny8_lib.ai.requests import SiteBrief
from igny8_lib.ai.retrying import Retrying
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.costs import ImageQuality
from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.errors import Igny8Error, InsufficientCredits, ProviderUnavailable
from igny8_lib.models import Operation
from igny8_lib.pipeline import leases, refusals, spending, worklist
from igny8_lib.pipeline.embeddings import Embedding
from igny8_lib.pipeline.leases import Lease
from igny8_lib.pipeline.media import Media
from igny8_lib.pipeline.snapshot import Snapshot
from igny8_lib.pipeline.spending import BudgetUsedUp
from igny8_lib.pipeline.stages import Stage
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.planner.nearest import Names

AHEAD = 2
"""Requests beyond those in flight that may stand ready for the next free place, or wait for their next attempt."""

FAILURES_IN_A_ROW = 5
"""So many temporary failures without a success between: the provider is down, not the item wrong."""

STOPS = (InsufficientCredits, BudgetUsedUp, ProviderUnavailable)
"""What ends a batch properly: requests under way are finished, no further one starts."""


class BatchStopped(Igny8Error):
    """The batch is ending; this request was not started and its items stay pending."""


@dataclass
class Breaker:
    """What a batch's requests share of how they went, and what lets none of them start any more."""

    stop: Igny8Error | None = None
    failures_in_a_row: int = 0
    passed_over: list[Igny8Error] = field(default_factory=list)
    """Why requests were left to the next run: too dear for what is left, while cheaper ones go on."""

    def check(self) -> None:
        """Raise BatchStopped where no further request may start."""
        if self.stop is not None:
            raise BatchStopped(str(self.stop))

    def trip(self, reason: Igny8Error) -> None:
        """Start nothing more; the first reason stays."""
        self.stop = self.stop or reason

    def book(self, failure: Failure | None) -> None:
        """Count a request's end; too many temporary failures in a row stop the batch."""
        if failure is None:
            self.failures_in_a_row = 0
            return
        self.failures_in_a_row = self.failures_in_a_row + 1 if failure.temporary else 0
        if self.failures_in_a_row >= FAILURES_IN_A_ROW:
            told = f"The AI provider failed {self.failures_in_a_row} requests in a row; the last: {failure.reason}"
            self.trip(ProviderUnavailable(told))


class WriteOrder:
    """The gate of one batch's requests, and the order in which their results are written."""

    def __init__(self, numbers: Sequence[int], in_flight: int) -> None:
        self.gate = asyncio.Semaphore(in_flight + AHEAD)
        self._finished = {number: asyncio.Event() for number in numbers}
        self._before = dict(zip(numbers[1:], numbers, strict=False))

    @asynccontextmanager
    async def turn(self, number: int) -> AsyncIterator[None]:
        """Wait until every earlier request of the batch has finished."""
        if number in self._before:
            await self._finished[self._before[number]].wait()
        yield

    async def finish(self, number: int) -> None:
        """Let the next one write; whatever became of this one."""
        async with self.turn(number):
            self._finished[number].set()


@dataclass(frozen=True)
class Material:
    """What a batch's requests need of the database, loaded once as the batch is opened."""

    items: Mapping[int, Any] = field(default_factory=dict)
    """The batch's items as they are now, by id: those that still wait for the stage."""
    shown: Names = field(default_factory=lambda: Names((), "en"))
    """What prompts show of the site beside them: the names nearest to what is asked."""


def charge_key(run_id: int, stage: int, number: int) -> str:
    """What a request of a stage is charged under, once and for ever."""
    return f"run/{run_id}/stage/{stage}/request/{number}"


@dataclass(frozen=True)
class Tools:
    """What a task process brings along, whatever it works on."""

    sessions: Sessions
    endpoint: Endpoint
    media: Media
    retrying: Retrying = field(default_factory=Retrying)
    """How often and how patiently a request is sent again."""

    def scoped(self, account_id: int, site_id: int) -> Tools:
        """The same, but for one site's rows and its account's credits."""
        return replace(self, sessions=scoped(self.sessions, Scope.of_sites(account_id, [site_id])))


@dataclass(frozen=True)
class Batch:
    """One batch of one stage of one run."""

    tools: Tools
    client: AIClient
    stage: Stage
    snapshot: Snapshot
    lease: Lease
    account_id: int
    site_slug: str
    deployment: str
    """The code in front of the keys that the provider gets."""
    brief: SiteBrief
    opened_at: datetime
    """When the batch was first opened, by the database's clock: prompts show the site as it was then, so that a
    retry asks the same questions."""
    material: Material
    order: WriteOrder
    breaker: Breaker
    known: Known = NOTHING_KNOWN
    """What an earlier process of the batch has left of its requests: answers, failures, settled charges."""

    @property
    def site_id(self) -> int:
        """The site whose lease this is."""
        return self.lease.site_id

    @property
    def run_id(self) -> int:
        """The run's primary key."""
        return self.lease.run_id

    @property
    def embedding(self) -> Embedding:
        """The vectors of the site's texts."""
        return Embedding(self.tools.sessions, self.tools.endpoint, self.lease)

    def fence(self, session: Session) -> None:
        """First statement of every transaction that writes."""
        leases.hold(session, self.lease)

    def allow(self, session: Session, charge: Charge) -> None:
        """Raise BatchStopped where nothing more may start, BudgetUsedUp unless the run's budget covers the charge."""
        self.breaker.check()
        spending.allow(session, self.account_id, self.run_id, self.snapshot.credit_budget, charge)

    def meter(self, number: int) -> Meter:
        """Where request `number` belongs."""
        return Meter(
            sessions=self.tools.sessions,
            client=self.client,
            account_id=self.account_id,
            site_id=self.site_id,
            fence=self.fence,
            allow=self.allow,
            gate=self.order.gate,
            turn=self.order.turn(number),
            run_id=self.run_id,
            stage=self.stage.number,
            request=number,
            deployment=self.deployment,
            known=self.known,
        )

    def charge(self, number: int, units: int) -> Charge:
        """What request `number` sets aside for so many units."""
        return Charge(charge_key(self.run_id, self.stage.number, number), self.operation, self.cost(units))

    @property
    def operation(self) -> Operation:
        """What the stage's requests are charged as. Raises Igny8Error for a local stage, which charges nothing."""
        if self.stage.operation is None:
            raise Igny8Error(f"Stage {self.stage.number} is free")
        return self.stage.operation

    def cost(self, units: int) -> Credits:
        """The price of so many units by the snapshot's costs."""
        if self.stage.operation is None:
            return ZERO
        quality = ImageQuality(self.snapshot.image_quality)
        return self.snapshot.cost_table.charge(self.stage.operation, units, quality=quality)

    def book_done(
        self,
        session: Session,
        ids: Sequence[int],
        *,
        units: int,
        created: int,
        related: tuple[str, int] | None = None,
        counts: Mapping[str, int] | None = None,
    ) -> Applied:
        """Mark the request's items done and say what they cost: so many units."""
        worklist.mark_done(session, self.run_id, self.stage.number, ids, created=created, counts=counts or {})
        kind, number = related or (None, None)
        return Applied(self.cost(units), related_type=kind, related_id=number)

    def book_failed(self, session: Session, ids: Collection[int], failure: Failure) -> None:
        """Mark the request's items failed."""
        worklist.mark_failed(session, self.run_id, self.stage.number, ids, failure.reason, temporary=failure.temporary)

    def book_refused(self, session: Session, items: RequestItems, refused: Mapping[int, str]) -> None:
        """Mark items of the request failed that the provider refused each by itself; no later run asks for them."""
        reasons = {item: refused[place] for item, place in items.places.items() if place in refused}
        for item, reason in reasons.items():
            self.book_failed(session, [item], Failure(reason, temporary=False))
        refusals.mark(session, self.site_id, self.stage, reasons)

    def book_lost(self, session: Session, ids: Collection[int]) -> None:
        """Mark items failed that were deleted or changed by people since the stage was planned."""
        worklist.mark_lost(session, self.run_id, self.site_id, self.stage, ids)
