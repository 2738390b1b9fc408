"""When a draft is done: neither its text nor one of its pictures waits to be made. Then people see it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from igny8_lib.models import Content, ContentStatus, Image, ImageStatus, Task, TaskStatus


def being_rewritten() -> ColumnElement[bool]:
    """Whether an article waits for stage 4 to write it anew."""
    mine = (Task.id == Content.task_id, Task.site_id == Content.site_id)
    return exists().where(*mine, Task.status == TaskStatus.QUEUED)


def move_on(session: Session, site_id: int, content_id: int | None = None) -> None:
    """Put a draft, or all drafts of the site, into review where neither text nor image is pending any more.

    People see there which images failed. For all drafts it mends what no image could: its last pending one was deleted.
    """
    pictures = select(Image.id).where(Image.site_id == site_id, Image.content_id == Content.id)
    mine = (Content.site_id == site_id, Content.status == ContentStatus.DRAFT)
    session.execute(
        update(Content)
        .where(*mine, *([] if content_id is None else [Content.id == content_id]))
        .where(exists(pictures), ~exists(pictures.where(Image.status == ImageStatus.PENDING)), ~being_rewritten())
        .values(status=ContentStatus.REVIEW)
    )
