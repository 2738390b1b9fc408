"""How a site's rules did lately, at one glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import Credits
from igny8_lib.models import OPEN_EXECUTION, AutomationRule, ExecutionStatus, RuleExecution, Site
from igny8_lib.rules.executions import ExecutionRow, list_executions

LATEST = 10
MOST_NAMED = 10
"""Rules of the ranking."""


@dataclass(frozen=True)
class RuleShare:
    """What one rule did in the days of the overview."""

    rule_id: int | None
    """None where it was deleted."""
    rule_name: str
    executions: int
    credits: Credits


@dataclass(frozen=True)
class Dashboard:
    """The rules of a site, and their executions that came up in the last `days`."""

    days: int
    total: int
    """Rules."""
    active: int
    """Rules that are switched on."""
    executions: dict[ExecutionStatus, int]
    """How many stand where; every status is there."""
    credits: Credits
    by_rule: list[RuleShare]
    """The MOST_NAMED dearest ones; of those that cost the same, the busiest first."""
    waiting: int
    """Executions that are open now, since whenever."""
    latest: list[ExecutionRow]
    """The LATEST newest ones, since whenever."""

    @property
    def success_rate(self) -> float | None:
        """0…1: how many of those that were done to their end succeeded; None where none was. Skipped ones do not
        count: nothing was tried."""
        completed, failed = (self.executions[each] for each in (ExecutionStatus.COMPLETED, ExecutionStatus.FAILED))
        return completed / (completed + failed) if completed + failed else None

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        figures = {name: getattr(self, name) for name in ("days", "total", "active", "success_rate", "waiting")}
        shares = [vars(each) | {"credits": each.credits.as_number()} for each in self.by_rule]
        statuses = {status.value: number for status, number in self.executions.items()}
        facts = {"executions": statuses, "credits": self.credits.as_number(), "by_rule": shares}
        return figures | facts | {"latest": [each.as_json() for each in self.latest]}


def dashboard(session: Session, site: Site, *, days: int = 30) -> Dashboard:
    """The site's rules at one glance; seven statements, however many rules and executions there are."""
    since = clock.now() - timedelta(days=days)
    rules = select(func.count(), func.count().filter(AutomationRule.is_active))
    total, active = session.execute(rules.where(AutomationRule.site_id == site.id)).one()
    executions, used = figures_since(session, site.id, since)
    still_open = (RuleExecution.site_id == site.id, RuleExecution.status.in_(OPEN_EXECUTION))
    waiting = session.scalar(select(func.count()).select_from(RuleExecution).where(*still_open)) or 0
    shares = shares_since(session, site.id, since)
    latest = list_executions(session, site.id, page_size=LATEST).rows
    return Dashboard(days, total, active, executions, used, shares, waiting, latest)


def figures_since(session: Session, site_id: int, since: datetime) -> tuple[dict[ExecutionStatus, int], Credits]:
    """Executions by status, and what they used; one statement."""
    query = select(RuleExecution.status, func.count(), func.sum(RuleExecution.credits_used))
    recent = (RuleExecution.site_id == site_id, RuleExecution.created_at >= since)
    found = {row[0]: (row[1], row[2]) for row in session.execute(query.where(*recent).group_by(RuleExecution.status))}
    numbers = {status: found[status][0] if status in found else 0 for status in ExecutionStatus}
    return numbers, Credits.total(used for _, used in found.values())


def shares_since(session: Session, site_id: int, since: datetime) -> list[RuleShare]:
    """What the rules did, by the names they have now, or had when they were deleted; one statement."""
    execution, rule = RuleExecution, AutomationRule
    name = func.coalesce(rule.name, execution.rule_name)
    used = func.sum(execution.credits_used)
    query = (
        select(execution.rule_id, name, func.count(), used)
        .outerjoin(rule, (rule.id == execution.rule_id) & (rule.site_id == site_id))
        .where(execution.site_id == site_id, execution.created_at >= since)
        .group_by(execution.rule_id, name)
        .order_by(used.desc(), func.count().desc(), name)
        .limit(MOST_NAMED)
    )
    return [RuleShare(*row) for row in session.execute(query)]
