"""Waiting for a busy site, or for what does not answer: each minute anew, and no longer than six hours."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import SiteBusy
from igny8_lib.models import RuleExecution, Site
from igny8_lib.pipeline.runs import active_run
from igny8_lib.rules.limits import MOST_WAIT


def wait(execution: RuleExecution, reason: str) -> bool:
    """Let the next action of a locked execution wait; False where it has waited as long as it may."""
    now = clock.now()
    since = execution.waits_since or now
    if now - since >= MOST_WAIT:
        return False
    execution.waits_since, execution.waits_for = since, reason
    return True


def waited(reason: str) -> str:
    """Why what waited so long is not done."""
    return f"Waited {MOST_WAIT.total_seconds() / 3600:.0f} hours, as long as a rule may. {reason}"


def busy_with(session: Session, site: Site, execution_id: int) -> SiteBusy | None:
    """What keeps the site from a run of this execution; None where it is free, or the run is the execution's own."""
    active = active_run(session, site.id)
    if active is None or active.rule_execution_id == execution_id:
        return None
    return SiteBusy(site.slug, active.run_id, active.status.value)
