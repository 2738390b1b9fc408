"""What a stage's work needs at hand: the run, its snapshot, the lease, the AI client and the media store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from igny8_lib.ai.client import AIClient
from igny8_lib.ai.endpoint import Endpoint
from igny8_lib.ai.metered_call import Applied, Charge, Failure, Meter
from igny8_lib.ai.requests import SiteBrief
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.costs import ImageQuality
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Igny8Error
from igny8_lib.models import Operation
from igny8_lib.pipeline import leases, spending, worklist
from igny8_lib.pipeline.course import Course
from igny8_lib.pipeline.lanes import Lanes
from igny8_lib.pipeline.leases import Lease
from igny8_lib.pipeline.media import Media
from igny8_lib.pipeline.snapshot import Snapshot
from igny8_lib.pipeline.stages import Stage


@dataclass(frozen=True)
class Tools:
    """What a task process brings along, whatever it works on."""

    sessions: Sessions
    endpoint: Endpoint
    media: Media


@dataclass(frozen=True)
class Job:
    """One batch of one stage of one run."""

    tools: Tools
    client: AIClient
    stage: Stage
    snapshot: Snapshot
    lease: Lease
    account_id: int
    site_slug: str
    brief: SiteBrief
    opened_at: datetime
    """When the batch was first opened, by the database's clock: prompts show the site as it was then, so that a
    retry asks the same questions."""
    lanes: Lanes
    course: Course

    @property
    def site_id(self) -> int:
        """The site whose lease this is."""
        return self.lease.site_id

    @property
    def run_id(self) -> int:
        """The run's primary key."""
        return self.lease.run_id

    def fence(self, session: Session) -> None:
        """First statement of every transaction that writes."""
        leases.hold(session, self.lease)

    def allow(self, session: Session, charge: Charge) -> None:
        """Raise BatchStopped where nothing more may start, BudgetUsedUp unless the run's budget covers the charge."""
        self.course.go_on()
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
            gate=self.lanes.gate,
            turn=self.lanes.turn(number),
            run_id=self.run_id,
            stage=self.stage.number,
        )

    def charge(self, number: int, units: int) -> Charge:
        """What request `number` sets aside for so many units."""
        return Charge(f"run/{self.run_id}/stage/{self.stage.number}/request/{number}", self.operation, self.cost(units))

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

    def applied(
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
        worklist.done(session, self.run_id, self.stage.number, ids, created=created, counts=counts or {})
        kind, number = related or (None, None)
        return Applied(self.cost(units), related_type=kind, related_id=number)

    def failed(self, session: Session, ids: Sequence[int], failure: Failure) -> None:
        """Mark the request's items failed."""
        worklist.failed(session, self.run_id, self.stage.number, ids, failure.reason)
