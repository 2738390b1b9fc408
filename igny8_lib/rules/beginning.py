"""The beginning of an execution: what may keep it from beginning, and what it takes along of its rule."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import NotAllowed
from igny8_lib.models import AutomationRule, BegunBy, ExecutionStatus, RuleAction, RuleExecution, Site
from igny8_lib.pipeline.runs import require_switched_on
from igny8_lib.rules import limits, waiting
from igny8_lib.rules.actions.kinds import KINDS
from igny8_lib.rules.ending import Outcome, end

ASKED_FOR = (BegunBy.PERSON, BegunBy.RETRY)
"""Executions that people asked for: their rule need not be on."""


def lock_both(session: Session, execution_id: int) -> tuple[RuleExecution | None, AutomationRule | None]:
    """An execution and its rule as they are now, locked in the order in which all lock them: the rule first. None for
    one that is gone."""
    rule_id = session.scalar(select(RuleExecution.rule_id).where(RuleExecution.id == execution_id))
    rules = select(AutomationRule).where(AutomationRule.id == rule_id).with_for_update(key_share=True)
    rule = session.scalar(rules.execution_options(populate_existing=True)) if rule_id is not None else None
    executions = select(RuleExecution).where(RuleExecution.id == execution_id).with_for_update(key_share=True)
    return session.scalar(executions.execution_options(populate_existing=True)), rule


def begin(session: Session, site: Site, execution: RuleExecution, rule: AutomationRule | None) -> bool:
    """Begin a pending execution, both locked; whether it is running now. Else it waits, or was skipped."""
    reason = why_not(session, site, execution, rule)
    if reason is None and rule is not None:
        if must_wait(session, site, execution, rule):
            return False
        reason = limits.count_execution(session, rule, site.account_id, clock.now())
    if rule is None or reason is not None:
        end(execution, rule, Outcome.skipped(reason or "The rule was deleted."))
        return False
    execution.status, execution.started_at = ExecutionStatus.RUNNING, rule.last_executed_at
    execution.waits_since, execution.waits_for = None, ""
    execution.rule_name, execution.actions = rule.name, rule.actions
    execution.credit_limit = rule.credit_limit_per_execution
    return True


def why_not(session: Session, site: Site, execution: RuleExecution, rule: AutomationRule | None) -> str | None:
    """What keeps it from ever beginning, but for the day's limit; None where nothing does."""
    if rule is None:
        return "The rule was deleted."
    if not rule.is_active and execution.begun_by not in ASKED_FOR:
        return "The rule was switched off before it began."
    if rule.trigger is not execution.trigger:
        return f"The rule waits for something else by now: its trigger is {rule.trigger.value}."
    try:
        require_switched_on(session, site)
    except NotAllowed as refused:
        return str(refused)
    return None


def must_wait(session: Session, site: Site, execution: RuleExecution, rule: AutomationRule) -> bool:
    """Let it wait where its first action is a run and the site is busy; one that has waited too long is skipped."""
    if not makes_run(rule.actions[0]["type"]):
        return False
    busy = waiting.busy_with(session, site, execution.id)
    if busy is None:
        return False
    if not waiting.wait(execution, str(busy)):
        end(execution, rule, Outcome.skipped(waiting.waited(str(busy))))
    return True


def makes_run(action: str) -> bool:
    """Whether an action of this type is a run of the site."""
    kind = KINDS.get(RuleAction(action))
    return kind is not None and kind.makes_run
