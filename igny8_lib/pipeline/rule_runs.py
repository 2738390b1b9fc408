"""Runs and rules: the conf of a DAG run names the execution that starts it, and a run's end is an event for rules."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import (
    AutomationRun,
    ExecutionStatus,
    RuleExecution,
    RuleTrigger,
    RunStatus,
    Site,
    Trigger,
)
from igny8_lib.outbox.writing import write_events
from igny8_lib.pipeline.limits import HIGHEST_ID

RULE_EXECUTION = "rule_execution"
"""In a DAG run's conf: the number of the execution whose run it is."""


ENDS: Mapping[RunStatus, RuleTrigger] = {
    RunStatus.COMPLETED: RuleTrigger.RUN_COMPLETED,
    RunStatus.FAILED: RuleTrigger.RUN_FAILED,
}
"""What the end of a run is to rules; a cancelled or skipped run is nothing that they wait for."""


def find_execution(session: Session, site: Site, given: object) -> RuleExecution | None:
    """The execution that a DAG run's conf names, if it is one of the site's; anything may stand in a conf."""
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= HIGHEST_ID:
        return None
    return session.scalar(select(RuleExecution).where(RuleExecution.site_id == site.id, RuleExecution.id == given))


def actor_of(execution: RuleExecution) -> str:
    """In whose name it acts."""
    return f"rule: {execution.rule_name}"


def give_to_rule(run: AutomationRun, execution: RuleExecution | None) -> None:
    """Make the run the execution's, also where it is then refused: what becomes of it is the rule's effect."""
    if execution is not None:
        run.rule_execution_id, run.triggered_by = execution.id, actor_of(execution)


def require_running(site: Site, execution: RuleExecution | None) -> None:
    """Raises InvalidInput where a run says that it is a rule's, and no execution of the site's is under way."""
    if execution is None:
        raise InvalidInput(
            f"A run of trigger {Trigger.RULE.value!r} names in {RULE_EXECUTION!r} the execution of a rule of site "
            f"{site.slug} that starts it; this one names none. Start it without both."
        )
    if execution.status is not ExecutionStatus.RUNNING:
        told = f"Execution {execution.id} of rule {execution.rule_name!r} is {execution.status.value}"
        raise InvalidInput(f"{told}: only one that is under way starts runs.")


def write_end(session: Session, run: AutomationRun) -> None:
    """Write down for the rules that the run has ended, in the transaction that ends it; a dry run did nothing."""
    kind = ENDS.get(run.status)
    if kind is not None and not run.dry_run:
        write_events(session, run.site_id, kind, [run.id], cause_id=run.rule_execution_id)
