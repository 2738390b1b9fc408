"""Shapes of scheduled tasks: the executions of rules."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field

from igny8_lib.amounts import Credits
from igny8_lib.models import BegunBy, ExecutionStatus, RuleAction, RuleTrigger
from igny8_lib.rules.documents import StepResult
from igny8_lib.rules.listing import ExecutionRow
from igny8_web.api.shapes import Answer, CreditAmount, Pagination
from igny8_web.api.writer_doors import HIGHEST_ID

RuleId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The rule's id.")]
TaskId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The scheduled task's id.")]


class StepDone(Answer):
    """How an action of a rule ended, or one part of its items."""

    action: RuleAction
    status: Literal["completed", "failed", "skipped"]
    sentence: str
    run_id: str | None = Field(description="The name of its run.", examples=["run_20260113_140523_rule"])
    batch_id: int | None
    credits: CreditAmount


class ScheduledTask(Answer):
    """One execution of a rule, and what came of it."""

    id: int
    address: str = Field(
        description="Where it is told again.",
        examples=["/igny8/api/v1/automation/scheduled-tasks/12/?site=harbour-blog"],
    )
    rule_id: int | None = Field(description="Null where the rule is deleted.")
    rule_name: str
    trigger: RuleTrigger
    begun_by: BegunBy
    requested_by: str = Field(description="Who asked for it by hand; empty where nobody did.")
    status: ExecutionStatus
    created_at: datetime
    due_at: datetime | None = Field(description="The quarter of an hour of the schedule that it answers.")
    started_at: datetime | None = Field(description="When its first action began.")
    finished_at: datetime | None
    waits_for: str = Field(description="What it waits for, in a sentence; empty where it does not.")
    matched: int = Field(description="Items that fulfil the conditions.")
    looked_at: int = Field(description="Of so many.")
    results: list[StepDone]
    result: str = Field(description="How it ended, in a sentence.")
    error: str | None
    credits_used: CreditAmount
    chain: list[str] = Field(description="Names of the rules that led here, its own last.")
    retry_of_id: int | None
    retried_by_id: int | None = Field(description="The execution that tried it again.")
    is_retryable: bool


class ScheduledTaskWhole(ScheduledTask):
    """The same with what it was about."""

    items: list[str] = Field(description="Names of the first of the items that matched.")


class ScheduledTaskList(Answer):
    """A page of a site's scheduled tasks, the newest first."""

    scheduled_tasks: list[ScheduledTask]
    pagination: Pagination


def task_of(row: ExecutionRow, slug: str) -> ScheduledTask:
    """An execution of the site as it is told."""
    return ScheduledTask.model_validate(told(row, slug))


def whole_task_of(row: ExecutionRow, slug: str) -> ScheduledTaskWhole:
    """The same with the names of what matched."""
    return ScheduledTaskWhole.model_validate(told(row, slug) | {"items": list(row.items)})


def told(row: ExecutionRow, slug: str) -> dict[str, Any]:
    """Its facts by name."""
    named = {name: getattr(row, name) for name in ScheduledTask.model_fields.keys() - {"address"}}
    return named | {
        "address": f"/igny8/api/v1/automation/scheduled-tasks/{row.id}/?site={slug}",
        "results": [step_of(each) for each in row.results],
        "credits_used": row.credits_used.as_number(),
    }


def step_of(result: StepResult) -> StepDone:
    """How an action ended; whole credits without a decimal, as everywhere."""
    return StepDone.model_validate(result.model_dump() | {"credits": Credits.of(str(result.credits)).as_number()})
