"""A rule's parts as words of the command line: "volume gte 100", "optimize_content articles=all score_below=60"."""

from __future__ import annotations

from typing import Any

from igny8_lib.errors import InvalidInput
from igny8_lib.models import RuleAction, RuleTrigger
from igny8_lib.rules.documents import Operator
from igny8_lib.rules.facts import BY_NAME, FactKind

CONDITION = '--if takes a fact, an operator and a value: --if "volume gte 100".'
ACTION = '--do takes an action and what it needs: --do cluster_keywords, --do "generate_ideas items=waiting".'
LISTS = {"items", "articles", "stages"}
"""What takes a list also where only one number is typed."""
FLAGS = {"true": True, "yes": True, "false": False, "no": False}


def condition_of(trigger: RuleTrigger, words: str) -> dict[str, Any]:
    """A condition as JSON has it; what does not fit is left as it was typed, and refused with the rule."""
    field, operator, value = (*words.split(maxsplit=2), "", "", "")[:3]
    if not value:
        raise InvalidInput(f"{words[:100]!r} is no condition. {CONDITION}")
    fact = BY_NAME[trigger].get(field)
    kind = fact.kind if fact else FactKind.TEXT
    several = operator == Operator.IN
    values = [typed(kind, each.strip()) for each in (value.split(",") if several else [value])]
    return {"field": field, "operator": operator, "value": values if several else values[0]}


def typed(kind: FactKind, value: str) -> str | bool | int | float:
    """The value as the fact's kind has it; the text itself where it is none of that kind."""
    if kind is FactKind.FLAG:
        return FLAGS.get(value.lower(), value)
    return number(value) if kind is FactKind.NUMBER else value


def number(value: str) -> str | int | float:
    """The number, or the text itself where it is none."""
    for reader in (int, float):
        try:
            return reader(value)
        except ValueError:
            continue
    return value


def action_of(words: str) -> dict[str, Any]:
    """An action as JSON has it: its name, then NAME=VALUE …; of `notify` the message. Raises InvalidInput."""
    name, _, rest = words.strip().partition(" ")
    if not name:
        raise InvalidInput(ACTION)
    if name == RuleAction.NOTIFY:
        return {"type": name, "params": {"message": rest.strip()}}
    given = [each.partition("=") for each in rest.split()]
    if wrong := [each for each, equals, value in given if not equals or not value]:
        raise InvalidInput(f"{wrong[0][:100]!r} of --do {name[:100]!r} is not NAME=VALUE. {ACTION}")
    return {"type": name, "params": {key: listed(key, value) for key, _, value in given}}


def listed(key: str, value: str) -> Any:  # noqa: ANN401 - as JSON has it
    """Ids and stages as a list, other numbers as numbers, words as they are."""
    parts = [number(each) for each in value.split(",")]
    several = len(parts) > 1 or (key in LISTS and isinstance(parts[0], int))
    return parts if several else parts[0]
