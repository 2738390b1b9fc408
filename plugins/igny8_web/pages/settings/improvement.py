"""How a site's articles are scored, linked and optimized, as a form of its own on the settings page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotated_types import Ge, Le
from pydantic import ValidationError
from sqlalchemy.orm import Session

from igny8_lib.models import Module, Site
from igny8_lib.review.improvement_settings import WEIGHTS, Improvement, read
from igny8_web.pages.settings.form import ON, Form, text_of, values_typed
from igny8_web.pages.words import number

SWITCHES = ("link_in_runs", "optimize_in_runs")
TEXTS = tuple(name for name in Improvement.model_fields if name not in SWITCHES)
ALL_ZERO = "One of the three has to count: enter more than 0 in one of them."


@dataclass(frozen=True)
class ImprovementView:
    """The card."""

    form: Form
    switches: Mapping[Module, bool]

    @property
    def off(self) -> str:
        """Which of the account's modules are off, in a sentence; empty where none is."""
        named = {Module.LINKER: "Linker", Module.OPTIMIZER: "Optimizer"}
        off = [name for module, name in named.items() if not self.switches[module]]
        if not off:
            return ""
        verb = "is" if len(off) == 1 else "are"
        return f"{' and '.join(off)} {verb} switched off for the account: runs leave that out. Scores are made as ever."


def improvement_form(session: Session, site: Site) -> Form:
    """The settings as they are stored now; one statement."""
    settings, version = read(session, site.id)
    return Form(version, {name: text_of(value) for name, value in settings.as_json().items()})


def form_typed(posted: Mapping[str, str]) -> Form:
    """The form as it was sent. Raises InvalidInput where it is not whole."""
    version, values = values_typed(posted, SWITCHES, TEXTS)
    return Form(version, values, errors_of(values))


def changes_of(values: Mapping[str, str]) -> dict[str, object]:
    """The values as the library takes them."""
    return {name: values.get(name) == ON for name in SWITCHES} | {name: values[name] for name in TEXTS}


def errors_of(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by field, and what may stand there; what is about all weights stands at the first."""
    try:
        Improvement.model_validate(changes_of(values))
    except ValidationError as error:
        return dict(what_fits(each["loc"]) for each in error.errors())
    return {}


def what_fits(location: tuple[int | str, ...]) -> tuple[str, str]:
    """A field, and what may stand there."""
    if not location:
        return WEIGHTS[0], ALL_ZERO
    about = Improvement.model_fields[str(location[0])]
    least = next(each.ge for each in about.metadata if isinstance(each, Ge))
    most = next(each.le for each in about.metadata if isinstance(each, Le))
    lowest, highest = number(float(str(least))), number(float(str(most)))
    return str(location[0]), f"Enter a whole number from {lowest} to {highest}, for example {about.default}."


def against(typed: Form, stored: Form) -> Form:
    """What was typed, beside what somebody else saved meanwhile; to be saved over that where it is saved again."""
    newer = {
        name: (value or "off") if name in SWITCHES else value
        for name, value in stored.values.items()
        if value != typed.values.get(name)
    }
    return Form(stored.version, typed.values, typed.errors, newer)
