"""One website as its page shows it: its pages, the build that works on it, what is live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from igny8_lib.amounts import Credits
from igny8_lib.models import (
    BlueprintHosting,
    BlueprintStatus,
    BuildStatus,
    BuildStepKind,
    BuildStepStatus,
    SiteBlueprint,
    SitePage,
)
from igny8_lib.site_builder.building.progress import Progress, StepProgress
from igny8_lib.site_builder.deploying.versions import DeploymentRow
from igny8_lib.site_builder.documents import Theme
from igny8_lib.site_builder.palettes import PALETTES
from igny8_lib.site_builder.personalities import PERSONALITIES
from igny8_lib.site_builder.typographies import TYPOGRAPHIES
from igny8_web.pages.builder.states import BUILDS, LIVE, PAGES, STEPS, TYPES
from igny8_web.pages.states import State
from igny8_web.pages.words import plural

OPEN = (BuildStatus.PENDING, BuildStatus.RUNNING)


@dataclass(frozen=True)
class PageRow:
    """A page of the website."""

    facts: SitePage

    @property
    def kind(self) -> str:
        """What it is for."""
        return TYPES[self.facts.type]

    @property
    def state(self) -> State:
        """How far it is."""
        return PAGES[self.facts.status]

    @property
    def about(self) -> str:
        """What it is for, in a line; a kind that the title says already is left out."""
        kind = "" if self.kind == self.facts.title else self.kind
        by = "edited by hand" if self.by_people else ""
        return " · ".join(filter(None, (kind, by, self.facts.purpose)))

    @property
    def has_text(self) -> bool:
        """Whether anything is on it."""
        return bool(self.facts.blocks)

    @property
    def by_people(self) -> bool:
        """Whether people made or changed it."""
        return bool(self.facts.edited)


@dataclass(frozen=True)
class BuildView:
    """A build with its steps."""

    facts: Progress

    @property
    def state(self) -> State:
        """How it stands."""
        return BUILDS[self.facts.status]

    @property
    def is_open(self) -> bool:
        """Whether it goes on while one looks."""
        return self.facts.status in OPEN

    @property
    def name(self) -> str:
        """What it is to do."""
        pages = sum(step.kind is BuildStepKind.PAGE for step in self.facts.steps)
        told = [
            "plan the pages" if self.facts.structure else "",
            f"write {plural(pages, 'page')}" if pages else "write the pages" if self.facts.every_page else "",
            "deploy" if self.facts.deploy else "",
        ]
        return ", ".join(filter(None, told)).capitalize() or "Build"

    @property
    def percent(self) -> int:
        """How much of it has ended."""
        return 100 * self.facts.done // self.facts.total if self.facts.total else 0

    @property
    def bar(self) -> Sequence[Mapping[str, object]]:
        """Its steps by what became of them, as parts of a bar."""
        total, start, parts = max(1, self.facts.total), 0.0, []
        for kind, status in (("ok", BuildStepStatus.DONE), ("bad", BuildStepStatus.FAILED)):
            width = 100 * sum(step.status is status for step in self.facts.steps) / total
            parts.append({"kind": kind, "start": start, "width": width})
            start += width
        return parts

    @property
    def steps(self) -> Sequence[tuple[StepProgress, State]]:
        """Each step, and how it stands."""
        return [(step, STEPS[step.status]) for step in self.facts.steps]

    @property
    def faults(self) -> Sequence[Mapping[str, str]]:
        """What its check found wrong, where."""
        return [fault for step in self.facts.steps for fault in step.report.get("faults", ())]


@dataclass(frozen=True)
class Price:
    """What the two kinds of asking the AI cost."""

    plan: Credits
    page: Credits

    def of_pages(self, count: int) -> Credits:
        """So many pages."""
        return self.page * count


@dataclass(frozen=True)
class WebsiteView:
    """All that the page shows; rows are read, nothing more is asked."""

    facts: SiteBlueprint
    pages: Sequence[PageRow]
    build: BuildView | None
    """The newest."""
    live: DeploymentRow | None
    """What visitors of the site see, whichever website it is."""
    price: Price
    address: str
    """Where visitors find what is live; empty before the first deployment."""

    @property
    def state_live(self) -> State:
        """Of what visitors see."""
        return LIVE

    @property
    def is_busy(self) -> bool:
        """Whether the AI, or a deployment, is at work on it."""
        return self.facts.status is BlueprintStatus.GENERATING or (self.build is not None and self.build.is_open)

    @property
    def unwritten(self) -> int:
        """Pages without text."""
        return sum(not page.has_text for page in self.pages)

    @property
    def is_deployable(self) -> bool:
        """Whether there is anything to show visitors, in a place where it can be shown."""
        return bool(self.pages) and self.facts.hosting_type is not BlueprintHosting.SHOPIFY

    @property
    def is_live(self) -> bool:
        """Whether visitors see one of its versions."""
        return self.facts.deployed_version is not None

    @property
    def lead(self) -> str:
        """How it stands and what comes next, in a sentence."""
        if self.is_busy:
            return "Work is under way: it is told below, and you may leave this page meanwhile."
        if not self.pages:
            return "The brief is kept. Next, let the AI plan the pages."
        if self.unwritten:
            are = "is" if self.unwritten == 1 else "are"
            return f"{self.unwritten} of {plural(len(self.pages), 'page')} {are} not written yet."
        if not self.is_live:
            return f"All {plural(len(self.pages), 'page')} are written. Look at them, then deploy the website."
        return f"Visitors see version {self.facts.deployed_version}."

    @property
    def brief(self) -> Sequence[tuple[str, str, int]]:
        """What people said: name, text, and the step that changes it."""
        told = (
            ("Business", self.facts.business_type, 1),
            ("Industry", self.facts.industry, 1),
            ("Audience", self.facts.audience, 1),
            ("Brief", self.facts.brief, 2),
            ("Objectives", "\n".join(self.facts.objectives), 3),
            ("Tagline", self.facts.tagline, 3),
        )
        return [(name, text, step) for name, text, step in told if text]

    @property
    def style(self) -> str:
        """How it looks, in the words of the wizard."""
        theme = Theme(**self.facts.theme)
        titles = [
            PALETTES[theme.palette].title,
            TYPOGRAPHIES[theme.typography].title,
            PERSONALITIES[theme.personality].title,
        ]
        return ", ".join([*titles, theme.brand or ""]).rstrip(", ")
