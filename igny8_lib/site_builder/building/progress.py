"""How far builds are: their steps, figures, and a sentence for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.costs import CostTable, costs_in_force
from igny8_lib.models import (
    BuildStatus,
    BuildStepKind,
    BuildStepStatus,
    SiteBuild,
    SiteBuildStep,
    SitePage,
)
from igny8_lib.site_builder.building.estimating import price_of
from igny8_lib.site_builder.building.finding import LEFT, ORDER
from igny8_lib.site_builder.building.wishes import LEAST_PAGES

NAMES = {
    BuildStepKind.STRUCTURE: "Plan the pages",
    BuildStepKind.PAGE: "Write a page",
    BuildStepKind.CHECK: "Check the site",
    BuildStepKind.DEPLOY: "Deploy the site",
}
DOING = {
    BuildStepKind.STRUCTURE: "the pages are being planned",
    BuildStepKind.CHECK: "the site is being checked",
    BuildStepKind.DEPLOY: "the site is being deployed",
}
WAITS = "Waits for a worker: one begins within a minute or two."
TIMES = ("created_at", "started_at", "finished_at")
OWN = (
    "id",
    "blueprint_id",
    "status",
    "structure",
    "every_page",
    "replace",
    "deploy",
    "remark",
    "requested_by",
    "error",
)


@dataclass(frozen=True)
class StepProgress:
    """One step."""

    id: int
    kind: BuildStepKind
    title: str
    """What it is, for people: of a page its title."""
    page_id: int | None
    status: BuildStepStatus
    outcome: str
    report: dict[str, Any]
    credits: Credits
    started_at: datetime | None
    finished_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        times = {name: at.isoformat() if (at := getattr(self, name)) else None for name in TIMES[1:]}
        return asdict(self) | times | {"credits": self.credits.as_number()}


@dataclass(frozen=True)
class Progress:
    """A build with its steps, in their order."""

    id: int
    blueprint_id: int
    status: BuildStatus
    structure: bool
    every_page: bool
    replace: bool
    deploy: bool
    remark: str
    requested_by: str
    error: str | None
    """Why it failed, or who cancelled it."""
    credit_limit: Credits
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    dag_run_id: str | None
    steps: tuple[StepProgress, ...]
    credits: Credits
    """What it was charged so far."""
    expected: Credits
    """What it comes to with what is left of it: at least, while its pages are still to be planned."""

    @property
    def total(self) -> int:
        """How many steps there are."""
        return len(self.steps)

    @property
    def done(self) -> int:
        """How many have ended, however."""
        return sum(step.status not in LEFT for step in self.steps)

    @property
    def sentence(self) -> str:
        """How it stands, in a sentence."""
        if self.status is BuildStatus.PENDING:
            return WAITS
        if self.status is BuildStatus.RUNNING:
            return f"{self.done} of {self.total} steps are done{self.doing()}."
        if self.status is BuildStatus.COMPLETED:
            return " ".join(filter(None, (self.written(), *self.outcomes()))) or "It is done."
        return f"{self.error} {self.written()}".strip()

    def doing(self) -> str:
        """What is under way."""
        running = [step for step in self.steps if step.status is BuildStepStatus.RUNNING]
        pages = [repr(step.title) for step in running if step.kind is BuildStepKind.PAGE]
        if pages:
            return f"; {', '.join(pages)} {'is' if len(pages) == 1 else 'are'} being written"
        return f"; {DOING[running[0].kind]}" if running else ""

    def written(self) -> str:
        """What became of the pages."""
        pages = [step for step in self.steps if step.kind is BuildStepKind.PAGE]
        done = sum(step.status is BuildStepStatus.DONE for step in pages)
        left = [step for step in pages if step.status is BuildStepStatus.SKIPPED]
        if not pages:
            return ""
        rest = f" {left[0].outcome}" if left and self.status is BuildStatus.COMPLETED else ""
        return f"{done} of {len(pages)} pages {'was' if done == 1 else 'were'} written.{rest}"

    def outcomes(self) -> list[str]:
        """What the other steps that were done have to say."""
        others = [step for step in self.steps if step.kind in (BuildStepKind.STRUCTURE, BuildStepKind.DEPLOY)]
        return [step.outcome for step in others if step.status is BuildStepStatus.DONE]

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        plain = {name: getattr(self, name) for name in (*OWN, "dag_run_id", "total", "done", "sentence")}
        amounts = {name: getattr(self, name).as_number() for name in ("credits", "expected", "credit_limit")}
        times = {name: at.isoformat() if (at := getattr(self, name)) else None for name in TIMES}
        return plain | amounts | times | {"steps": [step.as_json() for step in self.steps]}


def progress_of(session: Session, build: SiteBuild) -> Progress:
    """One build with its steps."""
    return all_progress(session, [build])[0]


def all_progress(session: Session, builds: Sequence[SiteBuild]) -> list[Progress]:
    """The builds, all of one site, with their steps, in their order; two statements, none for no build."""
    if not builds:
        return []
    step = SiteBuildStep
    query = (
        select(step, SitePage.title)
        .outerjoin(SitePage, SitePage.id == step.page_id)
        .where(step.site_id == builds[0].site_id, step.build_id.in_([build.id for build in builds]))
        .order_by(case(ORDER, value=step.kind), SitePage.position, step.id)
    )
    found: dict[int, list[StepProgress]] = {build.id: [] for build in builds}
    for row, title in session.execute(query.execution_options(populate_existing=True)):
        found[row.build_id].append(step_progress(row, title))
    costs = costs_in_force(session)
    return [with_steps(build, found[build.id], costs) for build in builds]


def step_progress(step: SiteBuildStep, title: str | None) -> StepProgress:
    """One step as people see it."""
    return StepProgress(
        id=step.id,
        kind=step.kind,
        title=title or NAMES[step.kind],
        page_id=step.page_id,
        status=step.status,
        outcome=step.outcome,
        report=step.report,
        credits=step.credits,
        started_at=step.started_at,
        finished_at=step.finished_at,
    )


def with_steps(build: SiteBuild, steps: Sequence[StepProgress], costs: CostTable) -> Progress:
    """One build with its steps and what they cost."""
    facts: dict[str, Any] = {name: getattr(build, name) for name in (*OWN, *TIMES, "dag_run_id", "credit_limit")}
    spent = Credits.total(step.credits for step in steps)
    ahead = Credits.total(price_of(costs, step.kind) for step in steps if step.status in LEFT)
    return Progress(**facts, steps=tuple(steps), credits=spent, expected=spent + ahead + unplanned(build, steps, costs))


def unplanned(build: SiteBuild, steps: Sequence[StepProgress], costs: CostTable) -> Credits:
    """What the pages cost at least that are planned first."""
    planning = any(step.kind is BuildStepKind.STRUCTURE and step.status in LEFT for step in steps)
    return price_of(costs, BuildStepKind.PAGE) * LEAST_PAGES if planning and build.every_page else ZERO
