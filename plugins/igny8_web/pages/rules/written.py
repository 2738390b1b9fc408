"""The rule that a form says, or everything that is wrong with it, each beside its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from igny8_lib.models import RuleAction, RuleTrigger
from igny8_lib.rules.conditions import check_conditions
from igny8_lib.rules.documents import BadRule, Condition, Operator, RuleDocument
from igny8_lib.rules.facts import BY_NAME, Fact, FactKind
from igny8_web.pages.rules.typed import DO, IF, ON, THESE, ActionRow, ConditionRow, Typed

NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?")
PLACES = {"conditions": IF, "actions": DO}
RULE = "rule"
"""The field of what is wrong with the whole."""
ARTICLES = frozenset({RuleAction.OPTIMIZE_CONTENT, RuleAction.LINK_CONTENT})


class DoesNotFit(Exception):
    """What is wrong, by the names of the form's fields."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def document_of(typed: Typed, *, unnamed: str = "") -> RuleDocument:
    """The rule as the library takes it, with `unnamed` for the name that nobody has given it yet. Raises DoesNotFit."""
    errors: dict[str, str] = {}
    trigger, is_timed = typed.trigger, typed.trigger is RuleTrigger.SCHEDULE
    document = {
        "name": typed.name or unnamed,
        "trigger": trigger,
        "conditions": [condition_of(trigger, row, f"{IF}_{n}_", errors) for n, row in enumerate(typed.conditions)],
        "actions": [action_of(row, f"{DO}_{n}_", errors) for n, row in enumerate(typed.actions)],
        "schedule": typed.schedule if is_timed else "",
        "is_active": typed.is_active,
        "max_executions_per_day": count_in(typed.max_executions_per_day, errors),
        "credit_limit_per_execution": credits_in(typed.credit_limit_per_execution, errors),
    }
    if not document["name"]:
        wrong(errors, "name", "Give the rule a name: what it does is done under it.")
    if is_timed and not typed.schedule:
        wrong(errors, "schedule", "Say when: five fields of a cron line, for example “0 6 * * 1-5”.")
    if not typed.actions:
        wrong(errors, RULE, "A rule does something: add an action.")
    if errors:
        raise DoesNotFit(errors)
    try:
        return RuleDocument.parse(document)
    except BadRule as bad:
        raise DoesNotFit(told(bad)) from None


def wrong(errors: dict[str, str], field: str, sentence: str) -> None:
    """Note what is wrong with a field; the first complaint stays."""
    errors.setdefault(field, sentence)


def condition_of(trigger: RuleTrigger, row: ConditionRow, place: str, errors: dict[str, str]) -> dict[str, Any]:
    """A condition, checked by the library as far as it can be read."""
    fact = BY_NAME[trigger].get(row.field)
    if fact is None:
        wrong(errors, f"{place}field", "Nobody knows this of what sets it off: choose another one, or take it out.")
        return {}
    if row.operator not in {each.value for each in fact.operators}:
        wrong(errors, f"{place}operator", "Choose how to compare.")
        return {}
    found = value_of(fact, row)
    if isinstance(found, Unreadable):
        wrong(errors, f"{place}value", found.sentence)
        return {}
    condition = {"field": row.field, "operator": row.operator, "value": found}
    try:
        check_conditions(trigger, (Condition.model_validate(condition),))
    except BadRule as bad:
        wrong(errors, place + last_name(bad.field), reason_of(bad))
    except ValueError:
        wrong(errors, f"{place}value", "Enter at most 100 values of at most 200 characters.")
    return condition


class Unreadable:
    """A value that says nothing that could be compared."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence


def value_of(fact: Fact, row: ConditionRow) -> Any:  # noqa: ANN401 - a condition's value
    """The value of a row in the type of its fact, or why there is none."""
    one = READERS[fact.kind]
    if row.operator != Operator.IN:
        return one(row.single)
    if fact.kind is FactKind.CHOICE:
        return list(row.several) or Unreadable("Tick at least one.")
    lines = [line.strip() for line in row.value.split("\n")]
    values = [one(line) for line in lines if line]
    unread = next((each for each in values if isinstance(each, Unreadable)), None)
    return unread or values or Unreadable("Enter at least one value, each in a line of its own.")


def number_in(text: str) -> int | float | Unreadable:
    """A number, with or without commas between thousands."""
    digits = text.replace(",", "").replace("\u00a0", "")
    if not NUMBER.fullmatch(digits):
        said = f"“{text[:20]}” is no number. " if text else ""
        return Unreadable(f"{said}Enter a number, for example 100 or 0.5.")
    return float(digits) if "." in digits else int(digits)


def text_in(text: str) -> str | Unreadable:
    """A text that says something."""
    return text or Unreadable("Enter a text to compare with.")


def choice_in(text: str) -> str | Unreadable:
    """One of the choices; which there are says the library."""
    return text or Unreadable("Choose one.")


def flag_in(text: str) -> bool | Unreadable:
    """Yes or no."""
    return text == ON if text else Unreadable("Choose yes or no.")


READERS: Mapping[FactKind, Callable[[str], Any]] = {
    FactKind.NUMBER: number_in,
    FactKind.TEXT: text_in,
    FactKind.CHOICE: choice_in,
    FactKind.FLAG: flag_in,
}


def action_of(row: ActionRow, place: str, errors: dict[str, str]) -> dict[str, Any]:
    """An action with the params of its kind."""
    if row.type == RuleAction.NOTIFY:
        if not row.message:
            wrong(errors, f"{place}message", "Say what people are told.")
        return {"type": row.type, "params": {"message": row.message}}
    if row.type == RuleAction.RUN_PIPELINE:
        if not row.stages:
            wrong(errors, f"{place}stages", "Choose at least one stage: a run without any would do nothing.")
        return {"type": row.type, "params": {"stages": list(row.stages)}}
    if row.type == RuleAction.GENERATE_SITE_STRUCTURE:
        return {"type": row.type, "params": {"blueprint_id": blueprint_in(row, f"{place}blueprint_id", errors)}}
    items: Any = ids_in(row.ids, f"{place}ids", errors) if row.items == THESE else row.items
    if not row.items:
        wrong(errors, f"{place}items", "Choose with what.")
    if row.type not in ARTICLES:
        return {"type": row.type, "params": {"items": items}}
    below = score_in(row.score_below, f"{place}score_below", errors)
    return {"type": row.type, "params": {"articles": items, "score_below": below, "source": row.source or None}}


def ids_in(text: str, field: str, errors: dict[str, str]) -> list[int]:
    """Numbers of items, with commas or spaces between them."""
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    unread = next((part for part in parts if not re.fullmatch(r"#?[0-9]{1,18}", part)), None)
    if unread is not None:
        wrong(errors, field, f"“{unread[:20]}” is no number of an item. Enter numbers, for example 12, 15, 31.")
    elif not parts:
        wrong(errors, field, "Enter the numbers of the items, for example 12, 15, 31.")
    return [] if unread is not None else [int(part.removeprefix("#")) for part in parts]


def blueprint_in(row: ActionRow, field: str, errors: dict[str, str]) -> int | None:
    """The number of a website's blueprint; None where the newest one is meant."""
    text = row.blueprint_id.removeprefix("#")
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,18}", text) and int(text):
        return int(text)
    wrong(errors, field, "Enter the number of a website of this site, or nothing for its newest.")
    return None


def score_in(text: str, field: str, errors: dict[str, str]) -> int | None:
    """A score that articles are to be below; None where any score will do."""
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,3}", text) and 1 <= int(text) <= 100:
        return int(text)
    wrong(errors, field, "Enter a score from 1 to 100, or nothing.")
    return None


def count_in(text: str, errors: dict[str, str]) -> int | None:
    """How often a day."""
    if re.fullmatch(r"[0-9]{1,4}", text) and int(text) <= 1_000:
        return int(text)
    wrong(errors, "max_executions_per_day", "Enter a whole number from 0 to 1,000; 0 means no limit.")
    return None


def credits_in(text: str, errors: dict[str, str]) -> float | int | None:
    """Credits of one execution, in halves."""
    value = number_in(text)
    if isinstance(value, Unreadable) or value < 0 or not float(value * 2).is_integer():
        sentence = "Enter credits in halves, for example 50 or 0.5; 0 means no limit but the site’s."
        wrong(errors, "credit_limit_per_execution", sentence)
        return None
    return value


def told(bad: BadRule) -> dict[str, str]:
    """What the library says of a rule, beside the form's field."""
    return {field_of(bad.field): reason_of(bad)}


def reason_of(bad: BadRule) -> str:
    """What is wrong, without the field that it stands beside."""
    said = str(bad).removeprefix(f"{bad.field}: ")
    return said[:1].upper() + said[1:]


def last_name(field: str) -> str:
    """The field of a row that a complaint is about: "conditions.0.value.2" is about the value."""
    names = [part for part in field.split(".")[2:] if not part.isdecimal()]
    return next((name for name in names if name in {"field", "operator", "value"}), "value")


def field_of(place: str) -> str:
    """The form's field for a place in JSON: "actions.1.params.items" is do_1_items."""
    kind, _, rest = place.partition(".")
    row, _, below = rest.partition(".")
    if kind not in PLACES or not row.isdecimal():
        return kind if kind in SINGLE else RULE
    if kind == "conditions":
        return f"{IF}_{row}_{last_name(place)}"
    names = [part for part in below.split(".") if part and not part.isdecimal() and part != "params"]
    name = "items" if not names or names[0] == "articles" else names[0]
    return f"{DO}_{row}_{name}"


SINGLE = frozenset({"name", "trigger", "schedule", "max_executions_per_day", "credit_limit_per_execution"})
