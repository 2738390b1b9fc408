"""The settings as a form has them: texts by name, what is wrong with each, and what a newer version says instead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from enum import StrEnum

from annotated_types import Ge, Le
from pydantic import ValidationError

from igny8_lib.errors import InvalidInput
from igny8_lib.sites.configuration import WEEKDAYS, Configuration
from igny8_web.pages.words import number

ON = "on"
SWITCHES = frozenset(name for name, each in Configuration.model_fields.items() if each.annotation is bool)
"""A box that is not ticked sends nothing."""
TEXTS = tuple(name for name in Configuration.model_fields if name not in SWITCHES)


@dataclass(frozen=True)
class Form:
    """What stands in the form. `newer` holds what the stored version says of the fields that differ."""

    version: int
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    newer: Mapping[str, str] = field(default_factory=dict)

    def changes(self) -> dict[str, object]:
        """The values as the library takes them."""
        return {name: self.values.get(name) == ON for name in SWITCHES} | {name: self.values[name] for name in TEXTS}

    def is_on(self, name: str) -> bool:
        """Whether the switch is on."""
        return self.values.get(name) == ON


def form_of(config: Configuration, version: int) -> Form:
    """The stored settings as a form."""
    return Form(version, {name: text_of(value) for name, value in config.as_json().items()})


def text_of(value: object) -> str:
    """A JSON value as it stands in its field."""
    if isinstance(value, bool):
        return ON if value else ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def form_typed(posted: Mapping[str, str]) -> Form:
    """The form as it was sent. Raises InvalidInput where it is not whole."""
    version, values = values_typed(posted, SWITCHES, TEXTS)
    return Form(version, values, errors_of(values))


def values_typed(
    posted: Mapping[str, str], switches: Iterable[str], texts: Collection[str]
) -> tuple[int, dict[str, str]]:
    """The version that a form was made from, and its fields as they were typed.

    Raises InvalidInput where it is not whole: nothing is guessed.
    """
    missing = [name for name in (*texts, "version") if name not in posted]
    if missing or not posted["version"].isdecimal() or len(posted["version"]) > 9:
        raise InvalidInput("The form did not arrive whole: load the page again. Nothing was changed.")
    values = {name: ON if posted.get(name) else "" for name in switches}
    return int(posted["version"]), values | {name: posted[name].strip() for name in texts}


def errors_of(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by field, and what may stand there."""
    try:
        Configuration.model_validate({name: value for name, value in values.items() if name in TEXTS})
    except ValidationError as error:
        return {str(each["loc"][0]): what_fits(str(each["loc"][0])) for each in error.errors()}
    return {}


def what_fits(name: str) -> str:
    """What may stand in a field, with an example."""
    about = Configuration.model_fields[name]
    if about.annotation is time:
        return "Enter a time of day, for example 02:00."
    if isinstance(about.annotation, type) and issubclass(about.annotation, StrEnum):
        return f"Choose one of {', '.join(about.annotation)}."
    least = next((each.ge for each in about.metadata if isinstance(each, Ge)), None)
    most = next((each.le for each in about.metadata if isinstance(each, Le)), None)
    if name.startswith("max_"):
        steps = "in halves" if about.annotation is Decimal else "as a whole number"
        return f"Enter 0 or more {steps}, at most {number(most)}, for example 600. 0 means no limit."
    if least is None or most is None:
        return "Choose one of the values."
    kind = "a number" if about.annotation is Decimal else "a whole number"
    return f"Enter {kind} from {number(float(least))} to {number(float(most))}, for example {about.default}."


def against(typed: Form, stored: Form) -> Form:
    """What was typed, beside what somebody else saved meanwhile; to be saved over that where it is saved again."""
    newer = {name: in_words(name, each) for name, each in stored.values.items() if each != typed.values.get(name)}
    return Form(stored.version, typed.values, typed.errors, newer)


def in_words(name: str, value: str) -> str:
    """A stored value as people read it."""
    if name in SWITCHES:
        return ON if value else "off"
    return WEEKDAYS[int(value)].capitalize() if name == "weekday" else value
