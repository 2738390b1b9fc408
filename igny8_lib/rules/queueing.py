"""Which execution is next: of the site that nothing was done for longest, the one that nobody looked at for longest."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from igny8_lib.db import holding
from igny8_lib.models import OPEN_EXECUTION, AutomationRule, RuleExecution

MOST = 200
"""Executions that are looked at for one that is free: more than there are workers."""
EXECUTION_LOCK = 0x49675255 << 32
"""The advisory locks of workers: this, and the execution's number."""


def next_executions(session: Session, *, before: datetime, besides: Collection[int] = ()) -> list[int]:
    """Open executions that nobody looked at since then, the next one first; one statement.

    A site with fifty of them has no more than its turn.
    """
    execution = RuleExecution
    last_of_site = func.max(execution.worked_at).over(partition_by=execution.site_id)
    is_due = or_(execution.worked_at.is_(None), execution.worked_at < before)
    query = select(execution.id).where(execution.status.in_(OPEN_EXECUTION), is_due, execution.id.not_in(list(besides)))
    order = (last_of_site.asc().nulls_first(), execution.worked_at.asc().nulls_first(), execution.id)
    return list(session.scalars(query.order_by(*order).limit(MOST)))


def count_open(session: Session) -> int:
    """How many executions of all sites are not over, and rules whose being switched off is still to be told; one
    statement."""
    executions = select(func.count()).select_from(RuleExecution).where(is_open())
    rules = select(func.count()).select_from(AutomationRule).where(is_untold())
    return session.scalar(select(executions.scalar_subquery() + rules.scalar_subquery())) or 0


def is_open() -> ColumnElement[bool]:
    """Which executions are not over."""
    return RuleExecution.status.in_(OPEN_EXECUTION)


def is_untold() -> ColumnElement[bool]:
    """Which rules were switched off by what happened, and nobody was told."""
    return and_(AutomationRule.switched_off_because.is_not(None), AutomationRule.switched_off_told_at.is_(None))


def hold_execution(guard: Session, execution_id: int) -> bool:
    """Be the execution's only worker until the guard's transaction ends; False where another one is."""
    return holding.hold(guard, EXECUTION_LOCK + execution_id)
