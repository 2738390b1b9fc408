"""What binds an execution: how often its rule may be executed in a day, what it may spend, how long it waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from igny8_lib.amounts import Credits
from igny8_lib.models import AutomationRule, RuleExecution
from igny8_lib.sites.account_day import day_of

MOST_WAIT = timedelta(hours=6)
"""So long an action waits for a busy site, or for what does not answer."""


def count_execution(session: Session, rule: AutomationRule, account_id: int, now: datetime) -> str | None:
    """Count an execution that begins now, of a locked rule; where the account's day allows no more, nothing is counted
    and the reason is returned."""
    today = day_of(session, account_id, now)
    counted = rule.executions_counted if rule.executions_day == today else 0
    most = rule.max_executions_per_day
    if most and counted >= most:
        times = "once" if most == 1 else f"{most:,} times"
        return f"Not executed: the rule was executed {times} today ({today}), as often as a day allows it."
    rule.executions_day, rule.executions_counted, rule.last_executed_at = today, counted + 1, now
    return None


def credits_left(execution: RuleExecution) -> Credits | None:
    """What the execution may still spend, never less than nothing; None where nothing but the site limits it."""
    if not execution.credit_limit:
        return None
    return max(execution.credit_limit - execution.credits_used, Credits(0))


def used_up(execution: RuleExecution) -> str:
    """Why a paid action is not begun."""
    return f"The rule's limit of {execution.credit_limit} credits is used up."
