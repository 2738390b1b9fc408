"""What the form offers: what sets a rule off, what can be asked of it and how, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from igny8_lib.models import ContentSource, RuleAction, RuleTrigger
from igny8_lib.rules.actions.kinds import fits
from igny8_lib.rules.documents import Operator
from igny8_lib.rules.facts import BY_NAME, ITEM_WORDS, OPERATOR_WORDS, Fact, FactKind
from igny8_lib.rules.sentences import TRIGGER_WORDS
from igny8_web.pages.content.states import SOURCE_STATES
from igny8_web.pages.rules.typed import THESE, ActionRow, ConditionRow
from igny8_web.pages.stages import LOOKS

Offered = Sequence[tuple[str, str]]
"""Values of a field with their names."""

TRIGGERS: Offered = tuple((each.value, words) for each, words in TRIGGER_WORDS.items())
ACTIONS: Mapping[RuleAction, str] = {
    RuleAction.CLUSTER_KEYWORDS: "cluster",
    RuleAction.GENERATE_IDEAS: "plan ideas for",
    RuleAction.GENERATE_CONTENT: "write articles for",
    RuleAction.OPTIMIZE_CONTENT: "optimize",
    RuleAction.LINK_CONTENT: "link",
    RuleAction.RUN_PIPELINE: "run the pipeline",
    RuleAction.GENERATE_SITE_STRUCTURE: "plan the pages of a website",
    RuleAction.NOTIFY: "tell people",
}
TAKEN: Mapping[RuleAction, tuple[str, str]] = {
    RuleAction.CLUSTER_KEYWORDS: ("keywords", "all keywords that wait"),
    RuleAction.GENERATE_IDEAS: ("clusters", "all clusters that wait"),
    RuleAction.GENERATE_CONTENT: ("writing tasks", "all ideas and tasks that wait"),
    RuleAction.OPTIMIZE_CONTENT: ("articles", "all articles"),
    RuleAction.LINK_CONTENT: ("articles", "all articles"),
}
"""What an action is done with, and how all of it is called."""
OF_ARTICLES = frozenset({RuleAction.OPTIMIZE_CONTENT, RuleAction.LINK_CONTENT})
SOURCES: Offered = (("", "any source"), *((each.value, SOURCE_STATES[each].word) for each in ContentSource))
STAGES: Offered = tuple((str(each.number), each.name) for each in LOOKS)
YES_NO: Offered = (("on", "yes"), ("off", "no"))
FIELDS: Mapping[FactKind, str] = {
    FactKind.NUMBER: "number",
    FactKind.TEXT: "text",
    FactKind.CHOICE: "choice",
    FactKind.FLAG: "choice",
}
"""By what a value is entered."""


@dataclass(frozen=True)
class ConditionOffer:
    """A row of the conditions with what fits into each of its fields."""

    row: ConditionRow
    place: int
    fact: Fact | None
    facts: Offered
    operators: Offered
    choices: Offered
    kind: str
    """Of the field of the value: number, numbers, text, texts, choice, choices."""

    @property
    def id(self) -> str:
        """What its fields' names begin with."""
        return f"if_{self.place}"


@dataclass(frozen=True)
class ActionOffer:
    """A row of the actions with what fits into each of its fields."""

    row: ActionRow
    place: int
    types: Offered
    items: Offered
    what: str
    """What it is done with, in the plural; empty where it is done with nothing in particular."""

    @property
    def id(self) -> str:
        """What its fields' names begin with."""
        return f"do_{self.place}"

    @property
    def is_of_articles(self) -> bool:
        """Whether a score and a source can be asked for, too."""
        return self.row.type in OF_ARTICLES


def condition_offer(trigger: RuleTrigger, place: int, row: ConditionRow) -> ConditionOffer:
    """What fits; a fact that the trigger does not have stays named, so that nothing typed is lost."""
    known = BY_NAME[trigger]
    fact = known.get(row.field)
    facts = [(name, each.label) for name, each in known.items()]
    if fact is None:
        return ConditionOffer(row, place, None, [(row.field, f"{row.field} (not here)"), *facts], (), (), "text")
    operators = [(each.value, OPERATOR_WORDS[each]) for each in fact.operators]
    several = "s" if row.operator == Operator.IN else ""
    return ConditionOffer(row, place, fact, facts, operators, choices_of(fact), FIELDS[fact.kind] + several)


def choices_of(fact: Fact) -> Offered:
    """What its value is chosen from; nothing where it is typed."""
    return YES_NO if fact.kind is FactKind.FLAG else named(fact.choices)


def named(choices: Sequence[str]) -> Offered:
    """Choices with the words for them."""
    return [(each, each.replace("_", " ")) for each in choices]


def action_offer(trigger: RuleTrigger, place: int, row: ActionRow) -> ActionOffer:
    """What fits."""
    types = [(each.value, verb) for each, verb in ACTIONS.items()]
    if row.type not in set(TAKEN):
        return ActionOffer(row, place, types, (), "")
    what, everything = TAKEN[RuleAction(row.type)]
    return ActionOffer(row, place, types, items_for(trigger, RuleAction(row.type), what, everything), what)


def items_for(trigger: RuleTrigger, action: RuleAction, what: str, everything: str) -> Offered:
    """With what an action can be done where this sets it off."""
    matched = [("matched", f"the {ITEM_WORDS[trigger][1]} that match")] if fits(trigger, action) else []
    return [*matched, ("all" if action in OF_ARTICLES else "waiting", everything), (THESE, f"these {what}")]
