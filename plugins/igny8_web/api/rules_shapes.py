"""Shapes of automation rules: as people send them, as they are told, what they may say, and what one would do now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from igny8_lib.models import RuleAction, RuleTrigger
from igny8_lib.rules.documents import Condition, Operator, RuleDocument
from igny8_lib.rules.facts import FactKind
from igny8_web.api.scheduled_tasks_shapes import MatchedItem, ScheduledTask
from igny8_web.api.shapes import Answer, Asked, CreditAmount, Pagination

HIGHEST_VERSION = 2**31 - 1
EXAMPLE = {
    "name": "Cluster what is searched for",
    "trigger": "keyword_added",
    "conditions": [{"field": "volume", "operator": "gte", "value": 100}],
    "actions": [{"type": "cluster_keywords", "params": {"items": "matched"}}],
    "schedule": "",
    "is_active": True,
    "max_executions_per_day": 3,
    "credit_limit_per_execution": 50,
}


class RuleWish(RuleDocument, Asked):
    """A whole rule: when this happens and that holds, do this, within these limits.

    `schedule` is a cron line of five fields in the site's zone, for the trigger `schedule` alone.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    def document(self) -> RuleDocument:
        """The same for the library."""
        return RuleDocument(**{name: getattr(self, name) for name in RuleDocument.model_fields})


class RuleChange(RuleWish):
    """A whole rule in the place of what it was."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE | {"version": 1}]})

    version: Annotated[
        int, Field(ge=1, le=HIGHEST_VERSION, description="The version that was read: a newer one is not overwritten.")
    ]


class RuleSwitch(Asked):
    """Whether the rule shall be on."""

    is_active: bool


class RuleStep(Answer):
    """One thing that a rule does."""

    type: RuleAction
    params: dict[str, Any] = Field(description="As they were sent, with what was left out.")


class WrittenRule(Answer):
    """What a rule says, in the shape in which it is sent."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: str
    trigger: RuleTrigger
    conditions: list[Condition] = Field(description="All must hold.")
    actions: list[RuleStep] = Field(description="In the order in which they are done.")
    schedule: str = Field(description="A cron line of five fields in the site's zone; empty for other triggers.")
    is_active: bool
    max_executions_per_day: int = Field(description="In the account's day; 0 is no limit.")
    credit_limit_per_execution: CreditAmount = Field(description="0 is no limit but the site's.")


class Rule(WrittenRule):
    """A rule, and how it has done so far."""

    model_config = ConfigDict(json_schema_extra={"examples": []})

    id: int
    version: int = Field(description="Send it back with a change.")
    address: str = Field(
        description="Where it is told again.", examples=["/igny8/api/v1/automation/rules/12/?site=harbour-blog"]
    )
    sentence: str = Field(
        description="The whole rule in a sentence.",
        examples=["When keywords are added and volume is at least 100, cluster them, at most 3 times a day."],
    )
    created_by: str
    created_at: datetime
    updated_at: datetime
    active_since: datetime = Field(description="What happened before does not set it off.")
    next_due_at: datetime | None = Field(description="When its schedule is next looked at.")
    last_executed_at: datetime | None
    executed_today: int = Field(description="Executions in the account's day.")
    credits_30_days: CreditAmount
    failures_in_a_row: int = Field(description="After five of them it is switched off.")
    switched_off_because: str | None = Field(description="Why the product switched it off by itself.")
    last: ScheduledTask | None = Field(description="Its latest execution.")


class RuleList(Answer):
    """A page of a site's rules."""

    rules: list[Rule]
    pagination: Pagination


class RuleDeleted(Answer):
    """A rule that is gone; its executions are still told."""

    id: int
    name: str


class RuleUse(Answer):
    """What one rule did and used in those days."""

    rule_id: int | None = Field(description="Null where it is deleted.")
    rule_name: str
    executions: int
    credits: CreditAmount


class RulesOverview(Answer):
    """A site's rules at a glance."""

    days: int = Field(description="Executions and credits are those of so many days.")
    active: int
    total: int
    executions: dict[str, int] = Field(description="By their status.")
    success_rate: float | None = Field(description="Completed ones of those that completed or failed, 0 to 1.")
    credits: CreditAmount
    by_rule: list[RuleUse] = Field(description="The dearest ones first.")
    latest: list[ScheduledTask]
    waiting: int = Field(description="Executions that are open now.")


class ReadyMadeRule(Answer):
    """A rule to start from: send `rule`, changed as you like."""

    key: str
    title: str
    why: str
    sentence: str
    rule: WrittenRule


class ReadyMadeList(Answer):
    """All of them."""

    ready_made: list[ReadyMadeRule]


class OperatorFacts(Answer):
    """A comparison."""

    operator: Operator
    words: str = Field(description="As sentences say it.", examples=["is at least"])


class FactFacts(Answer):
    """Something that a condition may look at."""

    name: str = Field(description="What a condition's `field` says.", examples=["volume"])
    label: str
    kind: FactKind
    unit: str
    choices: list[str] = Field(description="The values that there are, of a choice.")
    tooltip: str
    is_list: bool = Field(description="Whether an item has any number of them, such as tags.")
    operators: list[OperatorFacts]


class FittingAction(Answer):
    """Something that a rule of this trigger may do."""

    type: RuleAction
    takes_matched: bool = Field(description="Whether it can be done with the items that matched.")


class TriggerFacts(Answer):
    """What sets a rule off, what its conditions may look at, and what it may do."""

    trigger: RuleTrigger
    item: str = Field(description="What one of its items is called.", examples=["keyword"])
    items: str = Field(examples=["keywords"])
    facts: list[FactFacts]
    actions: list[FittingAction]


class RuleFacts(Answer):
    """Everything of which rules are made."""

    triggers: list[TriggerFacts]


class OtherItem(MatchedItem):
    """One that does not, and why."""

    why_not: list[str] = Field(examples=[["volume 80 is not ≥ 100"]])


class ActionPlan(Answer):
    """What one action would do now."""

    type: RuleAction
    items: int
    left_out: list[str] = Field(description="Which of the items would not be taken, and why.")
    cost: CreditAmount
    sentence: str
    refused: str = Field(description="Why it would not be done; empty where it would.")


class RuleTested(Answer):
    """What a rule would do if it were executed now; nothing is."""

    holds: bool = Field(description="Whether anything fulfils the conditions.")
    matched: int
    looked_at: int
    items: list[MatchedItem] = Field(description="The first of those that match.")
    others: list[OtherItem] = Field(description="The first of those that do not.")
    plans: list[ActionPlan] = Field(description="One for each action; none where nothing matches.")
    cost: CreditAmount
    available: CreditAmount = Field(description="Of the account.")
    would: str = Field(description="What would happen, in a sentence.")
    limit: str = Field(description="How often it may still be executed today.")
