"""The life of a run: which status may follow which, and a line in the log, with who and when, for each change.

    start ──> running <──> paused
                 └────┬──────┘
                      ├──> completed    its tasks ended well, or properly in the middle (limit, budget, credits)
                      ├──> failed       a stage, the provider, or its tasks
                      └──> cancelled    by people, in the product or in Airflow
    start ──> skipped                   never began: a scheduled start that met an active run
    start ──> failed                    never began: refused for another reason

Repeating a change does nothing. A change that is not drawn here is refused with the run's name and status.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import Conflict
from igny8_lib.models import AutomationRun, EventLevel, RunStatus
from igny8_lib.pipeline import activity

FINAL: frozenset[RunStatus] = frozenset({RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED})

ALLOWED: Mapping[RunStatus, frozenset[RunStatus]] = {
    RunStatus.RUNNING: FINAL | {RunStatus.PAUSED},
    RunStatus.PAUSED: FINAL | {RunStatus.RUNNING},
    RunStatus.COMPLETED: frozenset(),
    RunStatus.FAILED: frozenset(),
    RunStatus.CANCELLED: frozenset(),
    RunStatus.SKIPPED: frozenset(),
}
"""A paused run may complete: its last batch was under way when it was paused."""


class WrongTransition(Conflict):
    """The run's status does not allow the change."""

    def __init__(self, run: AutomationRun, wanted: RunStatus) -> None:
        reason = f": {run.stopped_detail}" if run.stopped_detail else ""
        super().__init__(f"Run {run.run_id} is {run.status.value} and cannot become {wanted.value}{reason}")
        self.run_id = run.run_id
        self.status = run.status.value
        self.wanted = wanted.value


class RunPaused(Conflict):
    """The run is paused: the task that wanted to start has to wait until it is resumed."""

    def __init__(self, run: AutomationRun) -> None:
        super().__init__(f"Run {run.run_id} is paused since {run.paused_at:%Y-%m-%d %H:%M:%S} UTC: resume it.")
        self.run_id = run.run_id


def lock_run(session: Session, run_id: int) -> AutomationRun:
    """The run as it is now, locked for this transaction. Who also locks the site's lease does that first."""
    return session.get_one(AutomationRun, run_id, with_for_update=True, populate_existing=True)


def change(
    session: Session,
    run: AutomationRun,
    status: RunStatus,
    message: str,
    *,
    actor: str = "",
    level: EventLevel = EventLevel.INFO,
) -> bool:
    """Move a locked run to another status and write it down; False, and nothing done, where it is there already.

    Raises WrongTransition.
    """
    if run.status == status:
        return False
    if status not in ALLOWED[run.status]:
        raise WrongTransition(run, status)
    run.status = status
    activity.record(session, run, message, stage=run.current_stage, level=level, actor=actor)
    return True


def pause(session: Session, run_id: int, *, actor: str, where: str = "") -> bool:
    """Record that the run is paused; `where` says so when it was not done here. Raises WrongTransition."""
    run = lock_run(session, run_id)
    message = f"Paused{by_actor(actor)}{where}: the batch under way is finished, no other one starts."
    changed = change(session, run, RunStatus.PAUSED, message, actor=actor)
    if changed:
        run.paused_at = clock.now()
    return changed


def resume(session: Session, run_id: int, *, actor: str, where: str = "") -> bool:
    """Record that the run goes on. Raises WrongTransition."""
    run = lock_run(session, run_id)
    paused = clock.now() - run.paused_at if run.paused_at else None
    since = f" after {paused}".split(".", maxsplit=1)[0] if paused else ""
    changed = change(session, run, RunStatus.RUNNING, f"Resumed{by_actor(actor)}{where}{since}.", actor=actor)
    if changed:
        run.paused_at = None
        run.paused_seconds += paused.total_seconds() if paused else 0.0
    return changed


def by_actor(actor: str) -> str:
    """The actor in a sentence."""
    return f" by {actor}" if actor else ""
