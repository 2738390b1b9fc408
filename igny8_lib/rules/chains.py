"""Chains of rules that set each other off, and where they end: no rule is set off by its own effects, none is the
sixth."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import AutomationRule, RuleExecution, RuleTrigger

MOST_RULES = 5
"""Rules of a chain."""
HAPPENED: Mapping[RuleTrigger, str] = {
    RuleTrigger.KEYWORD_ADDED: "keywords were added",
    RuleTrigger.CLUSTER_CREATED: "clusters were created",
    RuleTrigger.IDEA_CREATED: "ideas were created",
    RuleTrigger.TASK_CREATED: "writing tasks were created",
    RuleTrigger.CONTENT_GENERATED: "articles were written",
    RuleTrigger.CONTENT_APPROVED: "articles were approved",
    RuleTrigger.CONTENT_PUBLISHED: "articles were published",
    RuleTrigger.RUN_COMPLETED: "a run was completed",
    RuleTrigger.RUN_FAILED: "a run failed",
}
DELETED = "a deleted rule"


def ends_chain(rule_id: int, cause: RuleExecution | None) -> bool:
    """Whether the rule is not set off by what this execution brought about."""
    return cause is not None and (rule_id in cause.chain or len(cause.chain) >= MOST_RULES)


def why_ended(rule: AutomationRule, cause: RuleExecution, names: Mapping[int, str]) -> str:
    """Why, for people; `names` are of the chain's rules that are still there."""
    what = f"Not set off: {HAPPENED[rule.trigger]} by"
    path = path_of([*cause.chain, rule.id], {**names, rule.id: rule.name})
    if rule.id == cause.chain[-1]:
        return f"{what} this rule's own action (execution {cause.id})."
    if rule.id in cause.chain:
        return f"{what} what this rule itself had set off (execution {cause.id}): {path}."
    return f"{what} execution {cause.id}, and a chain ends after five rules: {path}."


def path_of(chain: Sequence[int], names: Mapping[int, str]) -> str:
    """The rules of a chain by name, in their order."""
    return " → ".join(names.get(each, DELETED) for each in chain)


def names_of(session: Session, site_ids: Collection[int], rule_ids: Collection[int]) -> dict[int, str]:
    """The names of the rules that are still there; one statement, none for no rule."""
    if not rule_ids:
        return {}
    mine = (AutomationRule.site_id.in_(sorted(site_ids)), AutomationRule.id.in_(sorted(rule_ids)))
    return {row.id: row.name for row in session.execute(select(AutomationRule.id, AutomationRule.name).where(*mine))}
