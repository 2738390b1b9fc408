"""A rule as it is stored, or as it is ready-made, written into the form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from igny8_lib.rules.documents import Action, Condition, Operator, RuleDocument
from igny8_web.pages.rules.typed import ALL_STAGES, ON, THESE, ActionRow, ConditionRow, Typed

OFF = "off"


def form_of(document: RuleDocument, version: int = 0) -> Typed:
    """The form that says this rule."""
    return Typed(
        trigger=document.trigger,
        name=document.name,
        schedule=document.schedule,
        is_active=document.is_active,
        max_executions_per_day=str(document.max_executions_per_day),
        credit_limit_per_execution=text_of(document.credit_limit_per_execution),
        conditions=[row_of(each) for each in document.conditions],
        actions=[action_row_of(each) for each in document.actions],
        version=version,
    )


def row_of(condition: Condition) -> ConditionRow:
    """A condition's row; several values stand one a line, and are ticked where the fact has choices."""
    value = condition.value
    operator = condition.operator.value
    if condition.operator is Operator.IN and isinstance(value, tuple):
        several = tuple(text_of(each) for each in value)
        return ConditionRow(condition.field, operator, "\n".join(several), several)
    return ConditionRow(condition.field, operator, text_of(value))


def text_of(value: object) -> str:
    """A value as it stands in its field."""
    if isinstance(value, bool):
        return ON if value else OFF
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    return str(value)


def action_row_of(action: Action) -> ActionRow:
    """An action's row."""
    params: dict[str, Any] = action.params.model_dump()
    items = params.get("items", params.get("articles", ""))
    named = not isinstance(items, str)
    return ActionRow(
        type=action.type.value,
        items=THESE if named else items,
        ids=", ".join(map(str, items)) if named else "",
        score_below=text_of(params.get("score_below") or ""),
        source=params.get("source") or "",
        message=params.get("message", ""),
        blueprint_id=text_of(params.get("blueprint_id") or ""),
        stages=tuple(params.get("stages", ALL_STAGES)),
    )
