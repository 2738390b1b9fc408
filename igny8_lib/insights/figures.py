"""A run and its stages as figures: what every insight is computed from, whatever the rows look like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.models import ACTIVE_RUN, RunStatus, StageStatus, StoppedReason
from igny8_lib.pipeline.stages import LINK, OPTIMIZE, STAGES, Stage, stage

WAITING = "waiting"
"""A stage that the run has still to come to."""
NOT_REACHED = "not_reached"
"""A stage that the run ended before it came to."""

WRITE, RENDER = 4, 6
"""The stages that make articles and images."""


@dataclass(frozen=True)
class StageFigures:
    """One stage of one run; of a running one as far as it is."""

    number: int
    status: str = NOT_REACHED
    """A StageStatus, `waiting` or `not_reached`."""
    total: int = 0
    """Items of its work list; none before it is planned, and where it is skipped."""
    processed: int = 0
    created: int = 0
    failed: int = 0
    expected: int = 0
    """Items that waited when the run began and that its limit let through."""
    held_back: int = 0
    """Items that waited when the stage began and that its limit did not let through."""
    credits: Credits = ZERO
    seconds: float = 0.0
    error: str | None = None
    reason: str = ""
    """Why it was skipped."""

    @property
    def title(self) -> str:
        """What people call the stage."""
        return stage(self.number).title

    @property
    def worked(self) -> int:
        """Items that were tried, well or not."""
        return self.processed + self.failed

    @property
    def remaining(self) -> int:
        """Items that the run has still to work, or has left to the next one."""
        return max(0, (self.total or self.expected) - self.worked)

    @property
    def has_ended(self) -> bool:
        """Whether it worked items and works no more: only then is it compared with others."""
        return self.worked > 0 and self.status in (StageStatus.COMPLETED, StageStatus.FAILED)


@dataclass(frozen=True)
class RunFigures:
    """One run; `stages` are those of its way in order, `seconds` those it worked, without its pauses."""

    run_id: str
    run_number: int
    title: str
    """ "mysite.com #42"."""
    status: RunStatus
    trigger: str
    started_at: datetime
    completed_at: datetime | None = None
    seconds: float = 0.0
    paused_seconds: float = 0.0
    credits: Credits = ZERO
    current_stage: int | None = None
    stopped_reason: StoppedReason | None = None
    sentence: str = ""
    """Why it stopped, for people."""
    stages: tuple[StageFigures, ...] = tuple(StageFigures(each.number) for each in STAGES)

    def of(self, number: int) -> StageFigures:
        """The stage of this number or key; one that is not of its way was not reached."""
        return next((each for each in self.stages if each.number == number), StageFigures(number))

    @property
    def is_active(self) -> bool:
        """Whether it is running or paused."""
        return self.status in ACTIVE_RUN

    @property
    def processed(self) -> int:
        """Items that went well, over all stages."""
        return sum(each.processed for each in self.stages)

    @property
    def created(self) -> int:
        """Rows that were made, over all stages."""
        return sum(each.created for each in self.stages)

    def status_of(self, improving: Stage) -> str | None:
        """How linking or optimizing stands; None where it is not of the run's way."""
        return next((each.status for each in self.stages if each.number == improving.number), None)

    def count(self, status: StageStatus) -> int:
        """How many stages stand there."""
        return sum(each.status == status for each in self.stages)

    def as_json(self) -> dict[str, Any]:
        """The run as history and detail show it (SPEC §7); times in ISO 8601, credits as numbers."""
        return {
            "run_id": self.run_id,
            "run_number": self.run_number,
            "run_title": self.title,
            "status": self.status.value,
            "trigger_type": self.trigger,
            "started_at": self.started_at.isoformat(),
            "completed_at": self.completed_at.isoformat() if self.completed_at else None,
            "duration_seconds": round(self.seconds, 1),
            "total_credits_used": self.credits.as_number(),
            "current_stage": self.current_stage,
            "stages_completed": self.count(StageStatus.COMPLETED),
            "stages_failed": self.count(StageStatus.FAILED),
            "summary": {
                "items_processed": self.processed,
                "items_created": self.created,
                "content_created": self.of(WRITE).created,
                "images_generated": self.of(RENDER).created,
            },
            "stage_statuses": [self.of(each.number).status for each in STAGES],
            "link_status": self.status_of(LINK),
            "optimize_status": self.status_of(OPTIMIZE),
            "stopped_reason": self.stopped_reason.value if self.stopped_reason else None,
        }
