"""Schedules: which rules are due, looked at on the quarters of an hour.

A rule is due at `next_due_at`, and is planned anew from the last quarter of an hour: after an outage, what was due
meanwhile is made up for once. The unique pair of rule and `due_at` lets a quarter be answered once, whoever looks.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.errors import InvalidInput
from igny8_lib.models import AutomationRule, BegunBy, ExecutionStatus, RuleExecution, RuleTrigger, Site
from igny8_lib.rules.cron import parse
from igny8_lib.rules.documents import Condition
from igny8_lib.rules.ending import Outcome, end, switch_off
from igny8_lib.rules.matching import unjudged
from igny8_lib.rules.planning import next_due, quarter_of
from igny8_lib.rules.reading import find_matches

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Rules of one transaction."""


def start_due(sessions: Sessions) -> int:
    """Execute the rules that are due and whose conditions hold, and plan all of them anew; how many executions.

    Two statements where none is due and no site has moved to another zone.
    """
    now = clock.now()
    started = 0
    while (some := start_some(sessions, now)) is not None:
        started += some
    while plan_moved(sessions, now):
        pass
    return started


def start_some(sessions: Sessions, now: datetime) -> int | None:
    """The next few in one transaction; how many executions, None where no rule is due."""
    with sessions.begin() as session:
        due = due_rules(session, now)
        if not due:
            return None
        rows = [row for rule, site in due if (row := row_of(sessions, rule, site)) is not None]
        for rule, site in due:
            plan(rule, site, now)
        return write_rows(session, rows)


def due_rules(session: Session, now: datetime) -> list[tuple[AutomationRule, Site]]:
    """Rules that are due and that nobody else plans at present, locked, with their sites."""
    return lock_rules(session, is_due(now))


def is_scheduled() -> ColumnElement[bool]:
    """Which rules have a schedule."""
    return AutomationRule.trigger == RuleTrigger.SCHEDULE


def is_due(now: datetime) -> ColumnElement[bool]:
    """Which of them are due."""
    return and_(AutomationRule.next_due_at <= now, AutomationRule.is_active)


def is_moved() -> ColumnElement[bool]:
    """Which of them, joined with their sites, were planned in another zone than the site has."""
    planned = (AutomationRule.next_due_at.is_not(None), AutomationRule.is_active)
    return and_(*planned, AutomationRule.planned_zone != Site.timezone)


def plan_moved(sessions: Sessions, now: datetime) -> int:
    """Plan anew the rules whose sites have another zone than they were planned in; how many."""
    with sessions.begin() as session:
        moved = lock_rules(session, is_moved())
        for rule, site in moved:
            plan(rule, site, now)
        return len(moved)


def lock_rules(session: Session, *which: Any) -> list[tuple[AutomationRule, Site]]:  # noqa: ANN401 - conditions
    """Some of these rules with a schedule, locked, those first that are due first; one statement."""
    query = select(AutomationRule, Site).join(Site, Site.id == AutomationRule.site_id).where(*which)
    query = query.where(is_scheduled())
    query = query.order_by(AutomationRule.next_due_at, AutomationRule.id).limit(AT_ONCE)
    locked = query.with_for_update(of=AutomationRule, skip_locked=True, key_share=True)
    return [(rule, site) for rule, site in session.execute(locked)]


def plan(rule: AutomationRule, site: Site, now: datetime) -> None:
    """When the rule is due next, unless it was switched off; so is one whose schedule names no time any more."""
    if not rule.is_active:
        return
    try:
        rule.next_due_at = next_due(parse(rule.schedule), site.timezone, quarter_of(now))
        rule.planned_zone = site.timezone
    except InvalidInput as reason:
        switch_off(rule, f"Its schedule cannot be read: {reason}")


def row_of(sessions: Sessions, rule: AutomationRule, site: Site) -> dict[str, Any] | None:
    """The execution of a rule that is due; None where its conditions do not hold."""
    row = {
        "site_id": rule.site_id,
        "rule_id": rule.id,
        "rule_name": rule.name,
        "trigger": rule.trigger,
        "begun_by": BegunBy.SCHEDULE,
        "status": ExecutionStatus.PENDING,
        "due_at": rule.next_due_at,
        "chain": [rule.id],
        "matched_ids": [],
        "looked_at": 1,
        "actions": rule.actions,
        "result": "",
        "error": None,
        "finished_at": None,
    }
    try:
        return row if holds(sessions, rule, site) else None
    except SQLAlchemyError:
        raise  # the database's trouble is no rule's fault
    except Exception as error:
        log.exception("The conditions of rule %s", rule.id)
        failed = RuleExecution(**row)
        end(failed, rule, Outcome.failed(unjudged(error)))
        return row | {name: getattr(failed, name) for name in ("status", "result", "error", "finished_at")}


def holds(sessions: Sessions, rule: AutomationRule, site: Site) -> bool:
    """Whether the rule's conditions hold on its site now; nothing is read for a rule without any."""
    if not rule.conditions:
        return True
    conditions = [Condition.model_validate(each) for each in rule.conditions]
    with scoped(sessions, Scope.of_sites(site.account_id, [site.id]))() as session:
        return find_matches(session, site, RuleTrigger.SCHEDULE, conditions, samples=0).holds


def write_rows(session: Session, rows: Sequence[dict[str, Any]]) -> int:
    """Write the executions, but for those that are there; how many."""
    if not rows:
        return 0
    once = insert(RuleExecution).values(rows).on_conflict_do_nothing(index_elements=["rule_id", "due_at"])
    return len(session.scalars(once.returning(RuleExecution.id)).all())
