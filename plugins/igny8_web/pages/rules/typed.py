"""A rule as its form has it: texts by name, a row for each condition and for each action.

if_0_field, if_0_was, if_0_operator, if_0_value, if_0_any_<choice>     the first condition
do_0_type, do_0_items, do_0_ids, do_0_stage_1, …             the first action
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from igny8_lib.errors import InvalidInput
from igny8_lib.models import RuleAction, RuleTrigger
from igny8_lib.rules.documents import MOST_ACTIONS, MOST_CONDITIONS

IF, DO = "if", "do"
ON = "on"
THESE = "these"
"""The choice of items that are named by their numbers."""
STAGES = range(1, 8)
ALL_STAGES = tuple(STAGES)
TEXTS = ("name", "trigger", "schedule", "max_executions_per_day", "credit_limit_per_execution", "version")
HIGHEST_VERSION = 2**31 - 1
LONGEST = 20_000
"""Characters of one field; more is nobody's typing."""


@dataclass(frozen=True)
class ConditionRow:
    """One condition as it stands in the form; `chosen` are the ticked ones of a list of choices."""

    field: str = ""
    operator: str = ""
    value: str = ""
    chosen: tuple[str, ...] = ()
    was: str = ""
    """The fact that the row was drawn for; another one than `field` where that was just chosen."""

    @property
    def single(self) -> str:
        """The one choice, also where several were ticked before the comparison was changed."""
        return self.value or next(iter(self.chosen), "")

    @property
    def several(self) -> tuple[str, ...]:
        """The ticked choices, also where one was chosen before the comparison was changed."""
        return self.chosen or tuple(self.value.splitlines())


@dataclass(frozen=True)
class ActionRow:
    """One action as it stands in the form, with what its kind asks for and what another kind asked for before."""

    type: str = RuleAction.CLUSTER_KEYWORDS.value
    items: str = ""
    ids: str = ""
    score_below: str = ""
    source: str = ""
    message: str = ""
    blueprint_id: str = ""
    stages: tuple[int, ...] = ALL_STAGES


@dataclass(frozen=True)
class Typed:
    """What stands in the form, and what is wrong with it by the names of its fields. Version 0 is a new rule's."""

    trigger: RuleTrigger
    name: str = ""
    schedule: str = ""
    is_active: bool = True
    max_executions_per_day: str = "10"
    credit_limit_per_execution: str = "0"
    conditions: Sequence[ConditionRow] = ()
    actions: Sequence[ActionRow] = (ActionRow(),)
    version: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)


def read(posted: Mapping[str, str]) -> Typed:
    """The form as it was sent. Raises InvalidInput where it is not whole: nothing is guessed."""
    missing = [name for name in TEXTS if name not in posted]
    trigger = posted.get("trigger", "")
    if missing or trigger not in set(RuleTrigger) or any(len(value) > LONGEST for value in posted.values()):
        raise InvalidInput("The form did not arrive whole: load the page again. Nothing was changed.")
    posted = {name: value.replace("\r\n", "\n") for name, value in posted.items()}  # as browsers end lines
    return Typed(
        trigger=RuleTrigger(trigger),
        name=posted["name"].strip(),
        schedule=posted["schedule"].strip(),
        is_active=bool(posted.get("is_active")),
        max_executions_per_day=posted["max_executions_per_day"].strip(),
        credit_limit_per_execution=posted["credit_limit_per_execution"].strip(),
        conditions=[condition_at(posted, place) for place in places(posted, IF, "field", MOST_CONDITIONS)],
        actions=[action_at(posted, place) for place in places(posted, DO, "type", MOST_ACTIONS)],
        version=version_in(posted["version"]),
    )


def version_in(text: str) -> int:
    """The version that the form was made from. Raises InvalidInput."""
    if not re.fullmatch(r"[0-9]{1,10}", text) or int(text) > HIGHEST_VERSION:
        raise InvalidInput("The form did not arrive whole: load the page again. Nothing was changed.")
    return int(text)


def places(posted: Mapping[str, str], kind: str, what: str, most: int) -> list[int]:
    """The numbers of the rows that were sent, in order; gaps are where a row was taken out."""
    found = (re.fullmatch(rf"{kind}_([0-9]{{1,2}})_{what}", name) for name in posted)
    return sorted({int(each[1]) for each in found if each})[:most]


def condition_at(posted: Mapping[str, str], place: int) -> ConditionRow:
    """One row of the conditions."""
    row = f"{IF}_{place}_"
    ticked = f"{row}any_"
    chosen = tuple(name.removeprefix(ticked) for name in posted if name.startswith(ticked))
    texts = {name: posted.get(row + name, "").strip() for name in ("field", "operator", "value", "was")}
    return ConditionRow(**texts, chosen=chosen)


def action_at(posted: Mapping[str, str], place: int) -> ActionRow:
    """One row of the actions. Stages that nobody was asked about are all of them."""
    row = f"{DO}_{place}_"
    texts = [each.name for each in fields(ActionRow) if each.name != "stages"]
    values = {name: posted[row + name].strip() for name in texts if row + name in posted}
    asked = row + "stages" in posted
    stages = tuple(stage for stage in STAGES if posted.get(f"{row}stage_{stage}"))
    return ActionRow(**values, stages=stages if asked else ALL_STAGES)
