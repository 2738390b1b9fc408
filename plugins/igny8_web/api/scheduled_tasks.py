"""Scheduled tasks: the executions of a site's rules, and trying one again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session

from igny8_lib.models import BegunBy, ExecutionStatus, Site
from igny8_lib.rules import executions, retrying
from igny8_lib.rules.executions import ExecutionView
from igny8_web.api.automation import Reading, Running
from igny8_web.api.scheduled_tasks_shapes import (
    ExecutionId,
    ScheduledTaskList,
    ScheduledTaskWhole,
    task_of,
    whole_task_of,
)
from igny8_web.api.writer_doors import HIGHEST_ID, Paging
from igny8_web.rates import STARTING_RUNS
from igny8_web.repeats import Named, do_once

router = APIRouter(prefix="/automation/scheduled-tasks", tags=["automation"])

OfRule = Annotated[int | None, Query(ge=1, le=HIGHEST_ID, description="Only those of this rule (its id).")]


@router.get("/")
def list_scheduled_tasks(
    door: Reading,
    paging: Paging,
    rule_id: OfRule = None,
    status: ExecutionStatus | None = None,
    begun_by: BegunBy | None = None,
) -> ScheduledTaskList:
    """The executions of the site's rules, the newest first."""
    view = ExecutionView(rule_id=rule_id, status=status, begun_by=begun_by)
    with door.begin() as (session, site):
        found = executions.list_executions(session, site.id, view, page=paging.page, page_size=paging.page_size)
        rows = [task_of(row, site.slug) for row in found.rows]
    return ScheduledTaskList(scheduled_tasks=rows, pagination=paging.among(found.total))


@router.get("/{execution_id}/")
def show_scheduled_task(door: Reading, execution_id: ExecutionId) -> ScheduledTaskWhole:
    """One execution, with its results and the names of what it is about."""
    with door.begin() as (session, site):
        return whole_task_of(executions.show_execution(session, site.id, execution_id), site.slug)


@router.post("/{execution_id}/retry/", status_code=202, dependencies=[Depends(STARTING_RUNS)])
def retry_scheduled_task(door: Running, execution_id: ExecutionId, request: Named) -> ScheduledTaskWhole:
    """Try an execution that failed or was skipped again, with the same items, as its rule is now. Two at once make
    one."""

    def do(session: Session, site: Site) -> ScheduledTaskWhole:
        made = retrying.retry(session, site, execution_id, by=door.caller.name)
        session.flush()
        return whole_task_of(executions.show_execution(session, site.id, made.id), site.slug)

    return do_once(door, request, ScheduledTaskWhole, do)
