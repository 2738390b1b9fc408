"""The form's own buttons: one more row, one less, another order; and what follows from another choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from igny8_lib.models import RuleTrigger
from igny8_lib.rules.documents import MOST_ACTIONS, MOST_CONDITIONS
from igny8_lib.rules.facts import BY_NAME, FACTS, FactKind
from igny8_web.pages.rules.offers import action_offer, choices_of
from igny8_web.pages.rules.typed import ActionRow, ConditionRow, Typed

Row = TypeVar("Row")
MOVES = {"up": -1, "down": 1}


def pressed(typed: Typed, button: str) -> Typed:
    """The form after a press of a button: "add_if", "drop_do_1", "up_do_1", …; any other one changes no rows."""
    what, _, rest = button.partition("_")
    kind, _, number = rest.partition("_")
    place = int(number) if number.isdecimal() and len(number) <= 2 else -1
    if what == "add":
        return fitted(added(typed, kind))
    if kind == "if":
        return fitted(replace(typed, conditions=moved(typed.conditions, what, place)))
    if kind == "do":
        return fitted(replace(typed, actions=moved(typed.actions, what, place)))
    return fitted(typed)


def added(typed: Typed, kind: str) -> Typed:
    """With one more row, as far as there may be so many."""
    if kind == "if" and len(typed.conditions) < MOST_CONDITIONS:
        return replace(typed, conditions=[*typed.conditions, ConditionRow(FACTS[typed.trigger][0].name)])
    if kind == "do" and len(typed.actions) < MOST_ACTIONS:
        return replace(typed, actions=[*typed.actions, ActionRow()])
    return typed


def moved(rows: Sequence[Row], what: str, place: int) -> list[Row]:
    """Without the row at a place, or with it one place earlier or later."""
    found = list(rows)
    if not 0 <= place < len(found):
        return found
    row = found.pop(place)
    if what in MOVES:
        found.insert(max(0, place + MOVES[what]), row)
    return found if what in {"drop", *MOVES} else list(rows)


def fitted(typed: Typed) -> Typed:
    """The form with choices that are offered: where another fact or trigger was chosen, what does not fit any more is
    chosen anew. What was typed stays."""
    conditions = [fitted_condition(typed.trigger, row) for row in typed.conditions]
    actions = [fitted_action(typed.trigger, row) for row in typed.actions]
    return replace(typed, conditions=conditions, actions=actions)


def fitted_condition(trigger: RuleTrigger, row: ConditionRow) -> ConditionRow:
    """A row whose comparison fits its fact, and whose choice is one of the fact's; one without a fact stays."""
    fact = BY_NAME[trigger].get(row.field)
    if fact is None:
        return row
    operators = [each.value for each in fact.operators]
    is_another = BY_NAME[trigger].get(row.was, fact).kind is not fact.kind
    operator = operators[0] if is_another or row.operator not in operators else row.operator
    if fact.kind not in {FactKind.CHOICE, FactKind.FLAG}:
        return replace(row, operator=operator)
    known = [value for value, _ in choices_of(fact)]
    chosen = tuple(each for each in row.several if each in known)
    value = row.single if row.single in known else known[0]
    return replace(row, operator=operator, value=value, chosen=chosen)


def fitted_action(trigger: RuleTrigger, row: ActionRow) -> ActionRow:
    """A row whose items are offered."""
    offered = [value for value, _ in action_offer(trigger, 0, row).items]
    return row if row.items in offered or not offered else replace(row, items=offered[0])


def focus_after(typed: Typed, button: str) -> str:
    """The field that people go on with after a press: the new row's first one, or the button that adds another."""
    what, _, rest = button.partition("_")
    kind, _, number = rest.partition("_")
    names = {"if": ("field", len(typed.conditions)), "do": ("type", len(typed.actions))}
    if kind not in names:
        return ""
    name, count = names[kind]
    if what == "add":
        return f"{kind}_{count - 1}_{name}"
    if what in MOVES and number.isdecimal():
        return f"{kind}_{max(0, int(number[:3]) + MOVES[what])}_{name}"
    return f"add_{kind}"
