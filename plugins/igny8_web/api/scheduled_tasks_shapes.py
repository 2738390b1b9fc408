"""Shapes of scheduled tasks: the executions of rules."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field

from igny8_lib.models import BegunBy, ExecutionStatus, RuleAction, RuleTrigger
from igny8_lib.rules.executions import ExecutionRow
from igny8_web.api.shapes import Answer, CreditAmount, Pagination
from igny8_web.api.writer_doors import HIGHEST_ID

RuleId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The rule's id.")]
ExecutionId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The execution's id.")]


class StepDone(Answer):
    """How an action of a rule ended, or one part of its items."""

    action: RuleAction
    status: Literal["completed", "failed", "skipped"]
    sentence: str
    run_id: str | None = Field(description="The name of its run.", examples=["run_20260113_140523_rule"])
    batch_id: int | None
    build_id: int | None
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
    says: str = Field(description="How it stands, in a sentence.")
    created_at: datetime
    due_at: datetime | None = Field(description="The quarter of an hour of the schedule that it answers.")
    started_at: datetime | None = Field(description="When its first action began.")
    finished_at: datetime | None
    waits_since: datetime | None = Field(description="Null where it does not wait.")
    waits_for: str = Field(description="What it waits for, in a sentence; empty where it does not.")
    matched: int = Field(description="Items that fulfil the conditions; none of a schedule, whose item is the site.")
    looked_at: int = Field(description="Of so many.")
    step: int = Field(description="Which of its actions is next or under way, from 0.")
    steps: int = Field(description="How many actions it has.")
    run_id: str | None = Field(
        description="The name of the run of the action under way.", examples=["run_20260113_140523_rule"]
    )
    batch_id: int | None = Field(description="The batch of the action under way.")
    build_id: int | None = Field(description="The build of a website of the action under way.")
    results: list[StepDone] = Field(description="Of each action that ended, or part of its items.")
    result: str = Field(description="How it ended, in a sentence; empty while it is open.")
    error: str | None = Field(description="What went wrong; null unless it failed.")
    credits_used: CreditAmount
    credit_limit: CreditAmount = Field(description="What it may use; 0 is no limit but the site's.")
    chain: list[str] = Field(description="Names of the rules that led here, its own last.")
    caused_by_id: int | None = Field(description="The scheduled task whose effect set it off.")
    retry_of_id: int | None
    retried_by_id: int | None = Field(description="The latest one that tries it again.")
    is_retryable: bool


class MatchedItem(Answer):
    """One of the items that fulfilled the conditions: a keyword, a cluster, … a run, by the trigger."""

    id: int
    name: str


class ScheduledTaskWhole(ScheduledTask):
    """The same with what it is about."""

    matched_items: list[MatchedItem] = Field(description="The first of those that matched and are still there.")


class ScheduledTaskList(Answer):
    """A page of a site's scheduled tasks, the newest first."""

    scheduled_tasks: list[ScheduledTask]
    pagination: Pagination


def task_of(row: ExecutionRow, slug: str) -> ScheduledTask:
    """An execution of the site as it is told."""
    return ScheduledTask.model_validate(told(row, slug))


def whole_task_of(row: ExecutionRow, slug: str) -> ScheduledTaskWhole:
    """The same with the names of what matched."""
    return ScheduledTaskWhole.model_validate(told(row, slug))


def told(row: ExecutionRow, slug: str) -> dict[str, Any]:
    """Its facts by name."""
    return row.as_json() | {"address": f"/igny8/api/v1/automation/scheduled-tasks/{row.id}/?site={slug}"}
