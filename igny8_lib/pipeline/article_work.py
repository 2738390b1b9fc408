"""What an article waits for, as the one stage and the items that a direct run would do it with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict, NotFound
from igny8_lib.models import Content, ContentSource, ContentStatus, Image, ImageStatus, Task, TaskStatus


@dataclass(frozen=True)
class ArticleWork:
    """One stage, and the ids of the items that it is to work."""

    stage: int
    items: tuple[int, ...]

    def as_conf(self) -> dict[str, Any]:
        """As options of a run."""
        return {"stages": [self.stage], "items": list(self.items)}


def work_of(session: Session, site_id: int, content_id: int) -> ArticleWork:
    """The first thing that the article waits for: its text, prompts of its pictures, or its pictures; two statements.

    Raises NotFound, and Conflict for an article that waits for nothing but people.
    """
    task = (Task.id == Content.task_id) & (Task.site_id == Content.site_id)
    query = select(Content.status, Content.source, Content.title, Task.id, Task.status).outerjoin(Task, task)
    row = session.execute(query.where(Content.site_id == site_id, Content.id == content_id)).one_or_none()
    if row is None:
        raise NotFound(f"The site has no article {content_id}.")
    status, source, title, task_id, task_status = row
    if task_id is not None and task_status == TaskStatus.QUEUED:
        return ArticleWork(4, (task_id,))
    pictures = select(Image.id, Image.status).where(Image.site_id == site_id, Image.content_id == content_id)
    found = session.execute(pictures.order_by(Image.position)).all()
    if status == ContentStatus.DRAFT and source == ContentSource.IGNY8 and not found:
        return ArticleWork(5, (content_id,))
    if pending := tuple(picture for picture, stands in found if stands == ImageStatus.PENDING):
        return ArticleWork(6, pending)
    raise Conflict(f"The article {content_id} {title!r} waits for nothing that a run could do.")
