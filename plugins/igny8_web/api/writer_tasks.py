"""Writing tasks: what is to be written, and what became of it. To write some at once, start a run of stage 4 on them
(`automation/run_now/` with `stages` and `items`)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from igny8_lib.models import TaskStatus
from igny8_lib.review.tasks import list_tasks
from igny8_web.api.writer_doors import Paging, Reading
from igny8_web.api.writer_shapes import TaskList

router = APIRouter(prefix="/tasks", tags=["writer"])
Statuses = Annotated[
    list[TaskStatus] | None, Query(alias="status", description="Where they stand; anywhere where absent.")
]


@router.get("/")
def show_tasks(
    door: Reading,
    paging: Paging,
    status: Statuses = None,
    text: Annotated[str, Query(max_length=200, description="Part of the title.")] = "",
) -> TaskList:
    """The site's writing tasks, the oldest first, each with the article that it became."""
    with door.begin() as (session, site):
        found = list_tasks(
            session, site.id, statuses=status or (), text=text, page=paging.page, page_size=paging.page_size
        )
    shown = {"tasks": found.tasks, "pagination": paging.among(found.total)}
    return TaskList.model_validate(shown)
