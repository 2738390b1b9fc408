"""Shapes of builds: what is asked for, what it would come to, and how far one is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from igny8_lib.models import BuildStatus, BuildStepKind, BuildStepStatus
from igny8_lib.site_builder.building.estimating import Estimate
from igny8_lib.site_builder.building.opening import MOST_REMARK
from igny8_lib.site_builder.building.progress import Progress
from igny8_web.api.shapes import Answer, Asked, CreditAmount, Pagination
from igny8_web.api.site_builder_doors import address

DryRun = Annotated[bool, Field(description="Says what it would come to, and opens nothing.")]
Replace = Annotated[bool, Field(description="What people wrote is made anew, too; otherwise it stays as it is.")]


class StructureWish(Asked):
    """A plan of the pages, and what is to be done with it."""

    replace: Replace = False
    pages: bool = Field(default=False, description="Write all pages, too, that have no text after the planning.")
    deploy: bool = Field(default=False, description="Check the site at the end, and show it to visitors.")
    dry_run: DryRun = False


class WritingWish(Asked):
    """A page that has no text yet."""

    dry_run: DryRun = False


class RewritingWish(Asked):
    """A page that is to be written anew."""

    replace: Replace = False
    remark: str = Field(default="", max_length=MOST_REMARK, description="What the AI shall heed this time.")
    dry_run: DryRun = False


class BuildStepFacts(Answer):
    """One step of a build; a page has a step of its own."""

    id: int
    kind: BuildStepKind
    title: str = Field(description="What it is, for people: of a page its title.")
    page_id: int | None
    status: BuildStepStatus
    outcome: str = Field(description="What was done, or why nothing was.")
    report: dict[str, Any] = Field(
        description="Of a check what is wrong, and where; of a deployment its version and what changed.",
        examples=[{"faults": [{"path": "about/index.html", "reason": "the link #prices leads nowhere"}]}],
    )
    credits: CreditAmount
    started_at: datetime | None
    finished_at: datetime | None


class BuildFacts(Answer):
    """A build and how far it is."""

    id: int
    blueprint_id: int
    address: str = Field(
        description="Where it is told again.", examples=["/igny8/api/v1/site-builder/builds/12/?site=harbour-blog"]
    )
    status: BuildStatus
    structure: bool = Field(description="Whether the pages are planned first.")
    every_page: bool = Field(description="Whether all pages without text are written.")
    replace: bool
    deploy: bool
    remark: str
    requested_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    dag_run_id: str | None = Field(description="Airflow's run that works on it; null before Airflow took it.")
    total: int = Field(description="Steps that are known; planning adds one for each page that is to be written.")
    done: int = Field(description="Steps that have ended, however.")
    credits: CreditAmount = Field(description="Charged so far.")
    expected: CreditAmount = Field(description="What it comes to with what is left of it, at least.")
    credit_limit: CreditAmount = Field(description="What it may cost in all; 0 is no limit but the account's.")
    sentence: str = Field(description="How it stands, for people.")
    error: str | None = Field(description="Why it failed, or who cancelled it.")
    steps: list[BuildStepFacts]


class BuildList(Answer):
    """A page of builds, the newest first."""

    builds: list[BuildFacts]
    pagination: Pagination


class Replaced(Answer):
    """What generating again would leave alone, and what it would replace, in people's words."""

    kept: list[str]
    replaced: list[str]


class BuildEstimate(Answer):
    """What a build would come to now."""

    credits: CreditAmount
    pages: int = Field(description="Pages that would be written.")
    at_least: bool = Field(description="Whether the planning may make more pages of it.")
    would_replace: Replaced


class BuildAsked(Answer):
    """A build that was opened (202), or would be (200, for a dry run)."""

    build: BuildFacts | None = Field(description="Null for a dry run.")
    estimate: BuildEstimate


def facts_of(progress: Progress, slug: str) -> BuildFacts:
    """A build of the site as it is told."""
    return BuildFacts.model_validate(progress.as_json() | {"address": address(f"builds/{progress.id}", slug)})


def estimate_of(estimate: Estimate) -> BuildEstimate:
    """What a build would come to, as it is told."""
    return BuildEstimate.model_validate(estimate.as_json())
