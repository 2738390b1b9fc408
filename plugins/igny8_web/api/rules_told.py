"""Rules, and what one would do, as the API tells them: from what the library returns to the shapes."""

from __future__ import annotations

from igny8_lib.models import RuleTrigger
from igny8_lib.rules.actions.base import Plan
from igny8_lib.rules.actions.kinds import KINDS, fits
from igny8_lib.rules.documents import Action, RuleDocument
from igny8_lib.rules.facts import FACTS, ITEM_WORDS, OPERATOR_WORDS, Fact
from igny8_lib.rules.listing import RuleRow
from igny8_lib.rules.overview import Dashboard
from igny8_lib.rules.ready_made import ReadyMade
from igny8_lib.rules.sentences import sentence
from igny8_lib.rules.testing import Tested
from igny8_web.api.rules_shapes import (
    ActionPlan,
    FactFacts,
    FittingAction,
    OperatorFacts,
    OtherItem,
    ReadyMadeRule,
    Rule,
    RuleFacts,
    RulesOverview,
    RuleTested,
    TriggerFacts,
    WrittenRule,
)
from igny8_web.api.scheduled_tasks_shapes import MatchedItem, task_of


def rule_of(row: RuleRow, slug: str) -> Rule:
    """A rule of the site, and how it has done so far."""
    address = f"/igny8/api/v1/automation/rules/{row.id}/?site={slug}"
    last = task_of(row.last, slug) if row.last else None
    return Rule.model_validate(row.as_json() | {"address": address, "last": last})


def overview_of(dashboard: Dashboard, slug: str) -> RulesOverview:
    """A site's rules at a glance."""
    latest = [task_of(each, slug) for each in dashboard.latest]
    return RulesOverview.model_validate(dashboard.as_json() | {"latest": latest})


def ready_made_of(ready: ReadyMade, zone: str) -> ReadyMadeRule:
    """A rule to start from, in the words of a site in this zone."""
    written = WrittenRule.model_validate(ready.document.model_dump())
    said = sentence(ready.document, zone)
    return ReadyMadeRule(key=ready.key, title=ready.title, why=ready.why, sentence=said, rule=written)


def facts_of_triggers() -> RuleFacts:
    """Everything of which rules are made."""
    return RuleFacts(triggers=[facts_of(trigger) for trigger in RuleTrigger])


def facts_of(trigger: RuleTrigger) -> TriggerFacts:
    """The same for one trigger."""
    one, many = ITEM_WORDS[trigger]
    fitting = [FittingAction(type=action, takes_matched=fits(trigger, action)) for action in KINDS]
    return TriggerFacts(
        trigger=trigger, item=one, items=many, facts=[fact_of(each) for each in FACTS[trigger]], actions=fitting
    )


def fact_of(fact: Fact) -> FactFacts:
    """One fact with the operators that fit it."""
    fitting = [OperatorFacts(operator=each, words=OPERATOR_WORDS[each]) for each in fact.operators]
    return FactFacts.model_validate(vars(fact) | {"operators": fitting, "choices": list(fact.choices)})


def tested_of(tested: Tested, document: RuleDocument) -> RuleTested:
    """What a rule would do now."""
    matches = tested.matches
    return RuleTested(
        holds=matches.holds,
        matched=len(matches.ids),
        looked_at=matches.looked_at,
        items=[MatchedItem(id=each.id, name=each.name) for each in matches.samples],
        others=[OtherItem(id=each.id, name=each.name, why_not=list(why)) for each, why in matches.others],
        plans=[plan_of(*each) for each in zip(document.actions, tested.plans, strict=False)],
        cost=tested.cost.as_number(),
        available=tested.available.as_number(),
        would=tested.would,
        limit=tested.limit,
    )


def plan_of(action: Action, plan: Plan) -> ActionPlan:
    """What one action would do now."""
    return ActionPlan(
        type=action.type,
        items=plan.items,
        left_out=list(plan.left_out),
        cost=plan.cost.as_number(),
        sentence=plan.sentence,
        refused=plan.refused,
    )
