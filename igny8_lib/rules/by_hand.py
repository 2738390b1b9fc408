"""Executing a rule because somebody asks for it: with what matches now, also where the rule is switched off."""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import AutomationRule, BegunBy, ExecutionStatus, RuleExecution, RuleTrigger, Site
from igny8_lib.rules.documents import Condition
from igny8_lib.rules.facts import ITEM_WORDS
from igny8_lib.rules.finding import find_rule
from igny8_lib.rules.reading import find_matches


def execute(session: Session, site: Site, rule_id: int, *, by: str) -> RuleExecution:
    """A pending execution with everything that fulfils the rule's conditions now; begun within a minute.

    It counts for the day's limit when it begins. Commits nothing. Raises NotFound, also for another site's rule, and
    InvalidInput where nothing matches.
    """
    rule = find_rule(session, site.id, rule_id)
    conditions = [Condition.model_validate(each) for each in rule.conditions]
    matches = find_matches(session, site, rule.trigger, conditions)
    if not matches.holds:
        raise InvalidInput(nothing_matches(rule, matches.looked_at))
    execution = RuleExecution(
        site_id=site.id,
        rule_id=rule.id,
        rule_name=rule.name,
        trigger=rule.trigger,
        begun_by=BegunBy.PERSON,
        requested_by=by,
        status=ExecutionStatus.PENDING,
        chain=[rule.id],
        matched_ids=matches.ids,
        looked_at=matches.looked_at,
        actions=rule.actions,
    )
    session.add(execution)
    session.flush()
    return execution


def nothing_matches(rule: AutomationRule, looked_at: int) -> str:
    """Why there is nothing to execute."""
    told = f"Rule {rule.name!r} was not executed: "
    if rule.trigger is RuleTrigger.SCHEDULE:
        return f"{told}its conditions do not hold on the site now. Test it to see why."
    one, many = ITEM_WORDS[rule.trigger]
    if not looked_at:
        return f"{told}the site has no {one}."
    return f"{told}none of {looked_at:,} {many} fulfils its conditions now. Test it to see why."
