"""Writing tasks as people look at them: what is to be written, what waits to be written anew, what failed and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Content, Task, TaskStatus
from igny8_lib.review.queue import LAST_PAGE, MAX_TEXT, MOST_ON_A_PAGE

TITLE: ColumnElement[str] = Task.brief["title"].astext


@dataclass(frozen=True)
class TaskPage:
    """One page of tasks, as documents, and how many there are in all."""

    tasks: list[dict[str, Any]]
    total: int


def list_tasks(
    session: Session,
    site_id: int,
    *,
    statuses: Sequence[TaskStatus] = (),
    text: str = "",
    page: int = 1,
    page_size: int = 50,
) -> TaskPage:
    """A page of the site's tasks, the oldest first, each with the article that it became; two statements, always.

    `statuses` is where they stand, anywhere where it is empty; `text` is a part of the title. Raises InvalidInput for a
    page below 1 or above `LAST_PAGE`, one of none or more than `MOST_ON_A_PAGE` tasks, and a text too long.
    """
    if not 1 <= page <= LAST_PAGE or not 1 <= page_size <= MOST_ON_A_PAGE:
        raise InvalidInput(f"Pages count from 1 to {LAST_PAGE:,}, and have 1 to {MOST_ON_A_PAGE} tasks.")
    shown = conditions(site_id, statuses, text)
    total = session.scalar(select(func.count()).select_from(Task).where(*shown)) or 0
    article = (Content.task_id == Task.id) & (Content.site_id == Task.site_id)
    query = select(*COLUMNS, Content.id.label("content_id")).outerjoin(Content, article).where(*shown)
    rows = session.execute(query.order_by(Task.id).limit(page_size).offset((page - 1) * page_size))
    return TaskPage([dict(row._mapping) for row in rows], total)  # noqa: SLF001 - SQLAlchemy's public name for it


COLUMNS = (
    *(Task.id, TITLE.label("title"), Task.status, Task.word_count_target, Task.priority, Task.cluster_id, Task.idea_id),
    *(Task.error, Task.remark, Task.rewrite_asked_by, Task.created_at),
)


def conditions(site_id: int, statuses: Sequence[TaskStatus], text: str) -> list[ColumnElement[bool]]:
    """Which tasks are meant. Raises InvalidInput for a text that is too long."""
    if len(text) > MAX_TEXT:
        raise InvalidInput(f"At most {MAX_TEXT} characters are searched for, not {len(text):,}.")
    found = [Task.site_id == site_id]
    if statuses:
        found.append(Task.status.in_(statuses))
    if searched := text.strip():
        found.append(TITLE.icontains(searched, autoescape=True))
    return found
