"""The four steps of a website's brief: what each asks for, and what was typed into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from igny8_lib.errors import InvalidInput
from igny8_lib.models import BlueprintHosting, Layout, SiteBlueprint, Template
from igny8_lib.site_builder.documents import BadStructure, Theme

LONGEST = 30_000
"""Characters of a field that are read at all; the library says how many each may have."""
MOST_OBJECTIVES = 10


@dataclass(frozen=True)
class Step:
    """One page of the form; `fields` are the names of what it asks for."""

    number: int
    title: str
    question: str
    fields: tuple[str, ...]


STEPS = (
    Step(1, "Business", "Whose website is it, and whom is it for?", ("name", "business_type", "industry", "audience")),
    Step(2, "Brief", "What should visitors learn, and what should the website know of you?", ("brief",)),
    Step(3, "Objectives", "What should the website achieve?", ("objectives", "tagline")),
    Step(
        4,
        "Style",
        "How should it look?",
        ("palette", "typography", "personality", "brand", "layout", "template", "hosting_type"),
    ),
)
STYLE = 4
THEME = ("palette", "typography", "personality", "brand")
NAMES = {
    "name": "Name",
    "business_type": "Kind of business",
    "industry": "Industry",
    "audience": "Audience",
    "brief": "Brief",
    "objectives": "Objectives",
    "tagline": "Tagline",
    "palette": "Palette",
    "typography": "Typography",
    "personality": "Personality",
    "brand": "Brand colour",
    "layout": "Layout",
    "template": "Kind of website",
    "hosting_type": "Where it is shown",
}


@dataclass(frozen=True)
class Typed:
    """What stands in a step, and what is wrong with it by its fields' names. Revision 0 is a new website's."""

    step: Step
    values: Mapping[str, str]
    revision: int = 0
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """Why a step was not saved, beside no field of its."""

    said: str
    stale: bool = False
    """Whether somebody else saved meanwhile."""


def step_of(number: int) -> Step:
    """The step of a number from 1 to 4."""
    return STEPS[number - 1]


def blank(step: Step) -> Typed:
    """The step of a website that is not there yet."""
    return Typed(step, dict.fromkeys(step.fields, ""))


def stored(step: Step, blueprint: SiteBlueprint) -> Typed:
    """What is known already."""
    theme = Theme(**blueprint.theme)
    values = {
        "objectives": "\n".join(blueprint.objectives),
        "brand": theme.brand or "",
        **{name: getattr(theme, name) for name in THEME[:3]},
        **{name: getattr(blueprint, name).value for name in ("layout", "template", "hosting_type")},
    }
    texts = {name: values[name] if name in values else str(getattr(blueprint, name)) for name in step.fields}
    return Typed(step, texts, blueprint.revision)


def read(step: Step, posted: Mapping[str, str]) -> Typed:
    """The step as it was sent. Raises InvalidInput where it is not whole: nothing is guessed."""
    revision = posted.get("revision", "")
    missing = [name for name in step.fields if name not in posted or len(posted[name]) > LONGEST]
    if missing or not (revision.isascii() and revision.isdecimal() and len(revision) <= 9):
        raise InvalidInput("The form did not arrive whole: load the page again. Nothing was changed.")
    values = {name: posted[name].replace("\r\n", "\n").strip() for name in step.fields}
    return Typed(step, values, int(revision))


def given(typed: Typed, before: Typed | None) -> dict[str, Any]:
    """What the library is told: of the style only what is another than before, for what is left alone there the AI may
    choose."""
    names = [name for name in typed.step.fields if before is None or typed.values[name] != before.values[name]]
    return {name: as_value(name, typed.values[name]) for name in names}


def as_value(name: str, text: str) -> object:
    """A field's text as the library takes it."""
    if name == "objectives":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if name == "brand":
        return text.lower() or None
    return text


def told(typed: Typed, wrong: BadStructure) -> tuple[Mapping[str, str], Refused | None]:
    """What is wrong beside its field; where the step has no such field, for the top of the form."""
    named = [part for part in wrong.field.split(".") if part in typed.step.fields]
    sentence = str(wrong).removeprefix(f"{wrong.field}: ")
    sentence = f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}."
    if not named:
        return {}, Refused(sentence)
    return {named[0]: sentence}, None


def theme_typed(values: Mapping[str, str]) -> Theme:
    """The theme that was chosen, for the sample; what is no choice is the default."""
    theme = Theme()
    for name in THEME:
        value = as_value(name, values.get(name, ""))
        if value:
            try:
                theme = Theme.model_validate(theme.model_dump() | {name: value})
            except ValueError:
                continue
    return theme


KINDS: Sequence[tuple[str, str, str]] = (
    (Template.MARKETING.value, "Pages to walk through", "The header shows the navigation."),
    (Template.LANDING.value, "One action", "The header shows that action instead of the navigation."),
)
LAYOUTS: Sequence[tuple[str, str, str]] = (
    (Layout.DEFAULT.value, "Wide", "A header with the navigation, a footer with all pages."),
    (Layout.MINIMAL.value, "One narrow column", "A small header and footer."),
)
HOSTED: Sequence[BlueprintHosting] = (BlueprintHosting.IGNY8_SITES, BlueprintHosting.WORDPRESS, BlueprintHosting.MULTI)
