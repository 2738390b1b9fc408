"""States as people see them: an icon, a word and a colour, in this order of reliance."""

from __future__ import annotations

from dataclasses import dataclass

from igny8_lib.models import AutomationRun, EventLevel, RunStatus, StoppedReason
from igny8_lib.review.score_bands import Band, band_of


@dataclass(frozen=True)
class State:
    """What a badge shows; `kind` is the class that colours it."""

    kind: str
    icon: str
    word: str


RUNNING = State("run", "spin", "Running")
PAUSED = State("hold", "pause", "Paused")
COMPLETED = State("ok", "check", "Completed")
FAILED = State("bad", "alert", "Failed")
CANCELLED = State("wait", "stop", "Cancelled")
SKIPPED = State("wait", "jump", "Skipped")
WAITING = State("wait", "dash", "Waiting")
NOT_REACHED = State("wait", "dash", "Not reached")
IDLE = State("wait", "dash", "Idle")
NEVER_RUN = State("wait", "dash", "Never run")
SWITCHED_OFF = State("wait", "stop", "Switched off")
LIMITED = State("warn", "flag", "Stopped by a limit")

RUN_STATES = {
    RunStatus.RUNNING: RUNNING,
    RunStatus.PAUSED: PAUSED,
    RunStatus.COMPLETED: COMPLETED,
    RunStatus.FAILED: FAILED,
    RunStatus.CANCELLED: CANCELLED,
    RunStatus.SKIPPED: SKIPPED,
}
STAGE_STATES = {
    "waiting": WAITING,
    "running": RUNNING,
    "completed": COMPLETED,
    "failed": FAILED,
    "skipped": SKIPPED,
}
LIMITS = frozenset({StoppedReason.PER_RUN_LIMIT, StoppedReason.CREDIT_BUDGET, StoppedReason.INSUFFICIENT_CREDITS})
"""A stop by a limit is information, no failure."""


def state_of_run(run: AutomationRun | None) -> State:
    """A run's state; of no run that nothing goes on."""
    return IDLE if run is None else state_of(run.status, run.stopped_reason)


def state_of(status: RunStatus, reason: StoppedReason | None) -> State:
    """A run's state by its record."""
    return LIMITED if reason in LIMITS and status is RunStatus.COMPLETED else RUN_STATES[status]


LOG_LOOKS = {
    EventLevel.INFO: State("wait", "check", "Done"),
    EventLevel.WARNING: State("warn", "alert", "Look"),
    EventLevel.ERROR: State("bad", "alert", "Failed"),
}
"""Lines of an activity log."""

SCORE_STATES = {
    Band.GOOD: State("ok", "check", "Good"),
    Band.FAIR: State("warn", "alert", "Fair"),
    Band.POOR: State("bad", "alert", "Poor"),
    Band.NONE: State("wait", "dash", "Not analysed"),
}


def state_of_score(score: int | None) -> State:
    """How good an overall score is; None is that of an article which was never analysed."""
    return SCORE_STATES[band_of(score)]
