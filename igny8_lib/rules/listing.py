"""A site's rules as people read them: what each says, how it stands, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.db.paging import Listed, one_page
from igny8_lib.errors import NotFound
from igny8_lib.models import AutomationRule, RuleExecution, RuleTrigger, Site
from igny8_lib.rules.documents import RuleDocument
from igny8_lib.rules.executions import ExecutionRow, newest_first, read_rows
from igny8_lib.rules.saving import document_of
from igny8_lib.rules.sentences import sentence
from igny8_lib.sites.account_day import day_of

MONTH = timedelta(days=30)
TIMES = ("created_at", "updated_at", "active_since", "next_due_at", "last_executed_at", "switched_off_told_at")
OWN = ("id", "name", "trigger", "is_active", "version", "created_by", *TIMES, "failures_in_a_row")


@dataclass(frozen=True)
class RuleRow:
    """One rule."""

    id: int
    name: str
    trigger: RuleTrigger
    is_active: bool
    version: int
    """Which one a change has to name."""
    created_by: str
    created_at: datetime
    updated_at: datetime
    """When people changed it last."""
    active_since: datetime
    """What happened before does not set it off."""
    next_due_at: datetime | None
    """When its schedule is next looked at; None for other triggers, and while it is off."""
    last_executed_at: datetime | None
    failures_in_a_row: int
    switched_off_because: str | None
    """Why the product switched it off by itself; None where it is on, or people switched it off."""
    switched_off_told_at: datetime | None
    document: RuleDocument
    sentence: str
    """The rule as one sentence: "When keywords are added and volume is at least 100, cluster them, …"."""
    executed_today: int
    """Executions that began in the account's day; `document.max_executions_per_day` is their limit."""
    credits_30_days: Credits
    last: ExecutionRow | None
    """Its newest execution, whatever became of it."""

    def as_json(self) -> dict[str, Any]:
        """As a JSON document: the rule as it can be sent back, and all that is known of it."""
        facts = {name: getattr(self, name) for name in (*OWN, "switched_off_because", "sentence", "executed_today")}
        times = {name: at.isoformat() if (at := getattr(self, name)) else None for name in TIMES}
        more = {
            "credits_30_days": self.credits_30_days.as_number(),
            "last": self.last.as_json() if self.last else None,
        }
        return self.document.model_dump(mode="json") | facts | times | more


def list_rules(session: Session, site: Site, *, page: int = 1, page_size: int = 50) -> Listed[RuleRow]:
    """The site's rules by the alphabet; six statements, however many there are."""
    mine = AutomationRule.site_id == site.id
    total = session.scalar(select(func.count()).select_from(AutomationRule).where(mine)) or 0
    query = with_latest(mine).order_by(func.lower(AutomationRule.name), AutomationRule.id)
    return Listed(rows_of(session, site, session.execute(one_page(query, page, page_size)).all()), total)


def show_rule(session: Session, site: Site, rule_id: int) -> RuleRow:
    """One rule. Raises NotFound, also for another site's."""
    query = with_latest(AutomationRule.site_id == site.id, AutomationRule.id == rule_id)
    rows = rows_of(session, site, session.execute(query).all())
    if not rows:
        raise NotFound(f"The site has no rule {rule_id}.")
    return rows[0]


def with_latest(*wanted: ColumnElement[bool]) -> Select[tuple[AutomationRule, int | None]]:
    """Rules of one site as the database has them now, each with the id of its newest execution."""
    execution = RuleExecution
    latest = (
        select(execution.id)
        .where(execution.site_id == AutomationRule.site_id, execution.rule_id == AutomationRule.id)
        .order_by(execution.created_at.desc(), execution.id.desc())
        .limit(1)
        .correlate(AutomationRule)
        .scalar_subquery()
    )
    return select(AutomationRule, latest).where(*wanted).execution_options(populate_existing=True)


def rows_of(session: Session, site: Site, found: Sequence[Any]) -> list[RuleRow]:
    """The rules with all that is said of them, in their order; four statements, none for no rule."""
    if not found:
        return []
    now = clock.now()
    today = day_of(session, site.account_id, now)
    used = credits_since(session, site.id, [rule.id for rule, _ in found], now - MONTH)
    latest = executions_by_id(session, site.id, (newest for _, newest in found if newest is not None))
    return [row_of(rule, site, today, used.get(rule.id, ZERO), latest.get(newest)) for rule, newest in found]


def row_of(rule: AutomationRule, site: Site, today: date, used: Credits, last: ExecutionRow | None) -> RuleRow:
    """One rule."""
    document = document_of(rule)
    facts: dict[str, Any] = {name: getattr(rule, name) for name in (*OWN, "switched_off_because")}
    return RuleRow(
        **facts,
        document=document,
        sentence=sentence(document, site.timezone),
        executed_today=rule.executions_counted if rule.executions_day == today else 0,
        credits_30_days=used,
        last=last,
    )


def credits_since(session: Session, site_id: int, rule_ids: Sequence[int], since: datetime) -> dict[int, Credits]:
    """What each of the rules used; one statement."""
    query = (
        select(RuleExecution.rule_id, func.sum(RuleExecution.credits_used))
        .where(RuleExecution.site_id == site_id, RuleExecution.rule_id.in_(rule_ids), RuleExecution.created_at >= since)
        .group_by(RuleExecution.rule_id)
    )
    return {rule_id: used for rule_id, used in session.execute(query) if rule_id is not None}


def executions_by_id(session: Session, site_id: int, ids: Iterable[int]) -> dict[int | None, ExecutionRow]:
    """These executions of the site; two statements."""
    query = newest_first(RuleExecution.site_id == site_id, RuleExecution.id.in_(list(ids)))
    return {row.id: row for row in read_rows(session, site_id, query)}
