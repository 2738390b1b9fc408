"""One publication as its page shows it: the five steps, and what each left on the website, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from igny8_lib.models import Site, StepName
from igny8_lib.publishing.publications import Step, Whole
from igny8_lib.publishing.steps import DELAY, HANDED_OVER, OVERWRITE
from igny8_web.pages.publications.rows import Row
from igny8_web.pages.publications.states import FOUND_WORDS, STEP_STATES, STEPS, WISHES
from igny8_web.pages.states import State
from igny8_web.pages.words import capfirst, web_address

LONGEST = 300
"""Characters of a value that are shown."""
MOST_FACTS = 40
"""Facts of a step that are shown."""
APART = frozenset({DELAY, HANDED_OVER, OVERWRITE})
"""What the page tells in sentences of its own."""


@dataclass(frozen=True)
class Fact:
    """Something that a step left: a name and a value, which is a link where it is an address."""

    name: str
    value: str

    @property
    def url(self) -> str:
        """Where the link goes; empty where the value is no address."""
        return web_address(self.value)


@dataclass(frozen=True)
class StepView:
    """A step in words."""

    step: Step
    name: str
    icon: str
    state: State
    facts: Sequence[Fact]
    more: int
    """Facts that are not shown."""

    @property
    def seconds(self) -> float | None:
        """How long its last attempt took; None where it never ended."""
        started, ended = self.step.started_at, self.step.finished_at
        return (ended - started).total_seconds() if started and ended else None


@dataclass(frozen=True)
class Detail:
    """All that the page shows."""

    name: str
    slug: str
    zone: str
    row: Row
    steps: Sequence[StepView]
    told: Sequence[Fact]
    """What the report says beside."""

    @property
    def wish(self) -> str:
        """What shall be true of the post."""
        return WISHES[self.row.publication.wish]

    @property
    def is_handed_over(self) -> bool:
        """Whether people release it on the website."""
        return bool(self.row.publication.report.get(HANDED_OVER))

    @property
    def found(self) -> str:
        """How the post was found last; empty where nobody looked."""
        found = self.row.publication.found
        return FOUND_WORDS[found] if found else ""


def detail_of(site: Site, whole: Whole) -> Detail:
    """The view of a publication that was read."""
    report = {name: value for name, value in whole.publication.report.items() if name not in APART}
    steps = [view_of(step) for step in whole.steps]
    return Detail(site.name, site.slug, site.timezone, Row(whole), steps, facts_of(report))


def view_of(step: Step) -> StepView:
    """A step in words."""
    name, icon = STEPS[StepName(step.name)]
    facts = facts_of(step.trace)
    return StepView(step, name, icon, STEP_STATES[step.status], facts[:MOST_FACTS], max(0, len(facts) - MOST_FACTS))


def facts_of(trace: Mapping[str, Any]) -> list[Fact]:
    """A trace as lines of names and values; what is inside something is named after it. Whatever targets keep."""
    found: list[Fact] = []
    waiting: list[tuple[str, Any]] = list(trace.items())
    while waiting:
        name, value = waiting.pop(0)
        if isinstance(value, dict):
            waiting[:0] = [(f"{name} {key}", inner) for key, inner in value.items()]
        elif isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
            waiting[:0] = [(f"{name} {number}", inner) for number, inner in enumerate(value, 1)]
        elif value not in (None, "", [], {}):
            found.append(Fact(capfirst(name.replace("_", " ")), shown(value)))
    return found


def shown(value: object) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
