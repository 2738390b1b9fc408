"""Executing again what failed or was skipped: a new execution with the same matches, whatever the rule is by then."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from igny8_lib.errors import Conflict
from igny8_lib.models import (
    OPEN_EXECUTION,
    AutomationRule,
    BegunBy,
    ExecutionStatus,
    RuleExecution,
    Site,
)
from igny8_lib.rules.finding import find_execution

AGAIN = (ExecutionStatus.FAILED, ExecutionStatus.SKIPPED)
"""What can be retried."""


def retry(session: Session, site: Site, execution_id: int, *, by: str) -> RuleExecution:
    """A pending execution of the same rule with the same matches; begun within a minute, also of an inactive rule.

    Of two who ask at once, both get the same one. Commits nothing. Raises NotFound, also for another site's, and
    Conflict where it has not ended, was completed, or its rule was deleted.
    """
    first = find_execution(session, site.id, execution_id)
    rule = require_retryable(session, first)
    while True:
        made = session.scalar(again(first, rule, by))
        open_one = open_retry(session, site.id, first.id) if made is None else made
        if open_one is not None:  # else it ended between the two statements
            return session.get_one(RuleExecution, open_one, populate_existing=True)


def require_retryable(session: Session, execution: RuleExecution) -> AutomationRule:
    """The execution's rule. Raises Conflict where there is nothing to retry, or no rule to do it."""
    if execution.status not in AGAIN:
        state = "is not over yet" if execution.status in OPEN_EXECUTION else "was completed"
        raise Conflict(f"Execution {execution.id} {state}: only what failed or was skipped is tried again.")
    mine = (AutomationRule.site_id == execution.site_id, AutomationRule.id == execution.rule_id)
    rule = session.scalar(select(AutomationRule).where(*mine))
    if rule is None:
        raise Conflict(f"Rule {execution.rule_name!r} was deleted: execution {execution.id} cannot be tried again.")
    return rule


def again(first: RuleExecution, rule: AutomationRule, by: str) -> ReturningInsert[tuple[int]]:
    """The statement that writes the retry, unless one is open: its id, or nothing."""
    row = insert(RuleExecution).values(
        site_id=first.site_id,
        rule_id=rule.id,
        rule_name=rule.name,
        trigger=first.trigger,
        begun_by=BegunBy.RETRY,
        requested_by=by,
        status=ExecutionStatus.PENDING,
        chain=list(first.chain),
        caused_by_id=first.caused_by_id,
        retry_of_id=first.id,
        matched_ids=list(first.matched_ids),
        looked_at=first.looked_at,
        actions=rule.actions,
    )
    open_one = RuleExecution.retry_of_id.is_not(None) & RuleExecution.status.in_(OPEN_EXECUTION)
    once = row.on_conflict_do_nothing(index_elements=["retry_of_id"], index_where=open_one)
    return once.returning(RuleExecution.id)


def open_retry(session: Session, site_id: int, execution_id: int) -> int | None:
    """The retry of the execution that has not ended; None where there is none."""
    mine = (RuleExecution.site_id == site_id, RuleExecution.retry_of_id == execution_id)
    return session.scalar(select(RuleExecution.id).where(*mine, RuleExecution.status.in_(OPEN_EXECUTION)))
