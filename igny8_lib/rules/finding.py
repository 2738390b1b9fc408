"""A rule and an execution of a site, by their numbers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import AutomationRule, RuleExecution


def find_rule(session: Session, site_id: int, rule_id: int, *, lock: bool = False) -> AutomationRule:
    """A rule of the site as the database has it now. Raises NotFound, also for another site's."""
    query = select(AutomationRule).where(AutomationRule.site_id == site_id, AutomationRule.id == rule_id)
    query = query.with_for_update() if lock else query
    rule = session.scalar(query.execution_options(populate_existing=True))
    if rule is None:
        raise NotFound(f"The site has no rule {rule_id}.")
    return rule


def find_execution(session: Session, site_id: int, execution_id: int) -> RuleExecution:
    """An execution of the site as the database has it now. Raises NotFound, also for another site's."""
    query = select(RuleExecution).where(RuleExecution.site_id == site_id, RuleExecution.id == execution_id)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(f"The site has no execution {execution_id} of a rule.")
    return found
