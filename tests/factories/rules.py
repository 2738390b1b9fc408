"""Rules, their executions, and what sets them off, as rows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.models import AutomationRule, BegunBy, DomainEvent, RuleExecution, RuleTrigger, Site

counter = itertools.count(1)

CLUSTER = {"type": "cluster_keywords", "params": {"items": "matched"}}
TELL = {"type": "notify", "params": {"message": "Something happened."}}


def make_rule(session: Session, site: Site, **given: Any) -> AutomationRule:
    """An active rule that clusters keywords as they are added, unless something else is given."""
    usual = {
        "name": f"Rule {next(counter)}",
        "trigger": RuleTrigger.KEYWORD_ADDED,
        "conditions": [],
        "actions": [CLUSTER],
        "created_by": "owner",
    }
    rule = AutomationRule(site_id=site.id, **(usual | given))
    session.add(rule)
    session.flush()
    session.refresh(rule)
    return rule


def make_event(
    session: Session, site: Site, kind: RuleTrigger, item_ids: Sequence[int], *, cause: RuleExecution | None = None
) -> DomainEvent:
    """Something that happened to these items."""
    event = DomainEvent(site_id=site.id, kind=kind, item_ids=list(item_ids), cause_id=cause.id if cause else None)
    session.add(event)
    session.flush()
    return event


def make_execution(session: Session, rule: AutomationRule, **given: Any) -> RuleExecution:
    """A pending execution of the rule, unless something else is given."""
    usual = {
        "site_id": rule.site_id,
        "rule_id": rule.id,
        "rule_name": rule.name,
        "trigger": rule.trigger,
        "begun_by": BegunBy.EVENT,
        "chain": [rule.id],
        "matched_ids": [],
        "actions": rule.actions,
    }
    execution = RuleExecution(**(usual | given))
    session.add(execution)
    session.flush()
    return execution
