"""Another version of an article by the AI: people ask for it with a remark, and stage 4 writes it as any article.

The article's own task waits for stage 4 again, so it is planned, written and charged once more, into the same article.
Until then the article is a draft; its pictures stay, unless new ones are asked for, too.
"""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from igny8_lib.errors import Conflict
from igny8_lib.models import (
    Content,
    ContentEventKind,
    ContentIdea,
    ContentStatus,
    IdeaStatus,
    Image,
    Task,
    TaskStatus,
)
from igny8_lib.review.decisions import check_remark, record
from igny8_lib.review.drafts import ON_THE_WAY, being_rewritten, move_on
from igny8_lib.review.versions import find_article, lock_version

UNDECIDED = (ContentStatus.DRAFT, *ON_THE_WAY, ContentStatus.REVIEW, ContentStatus.REJECTED)
"""Articles that can be written anew: nobody relies on them."""


def regenerate(
    session: Session,
    site_id: int,
    content_id: int,
    remark: str,
    *,
    version: int,
    by: str,
    new_pictures: bool = False,
) -> list[str]:
    """Let the next run's stage 4, or a direct one on the article's task, write the article anew, heeding the remark.

    Returns the files of pictures that are to be deleted after the commit: where new ones are asked for, stages 5 and 6
    make them. Raises NotFound, InvalidInput, ChangedMeanwhile, and Conflict for an article that is approved or public,
    waits for it already, or was not written here.
    """
    told = check_remark(remark)
    task = lock_task(session, site_id, content_id)
    pictures = lock_pictures(session, site_id, content_id) if new_pictures else []
    content = lock_version(session, site_id, content_id, version)
    if content.status not in UNDECIDED:
        raise Conflict(f"The article {content_id} is {content.status.value}: take that back before it is written anew.")
    if task.status == TaskStatus.QUEUED:
        raise Conflict(f"The article {content_id} waits to be written anew already.")
    stand(session, task, TaskStatus.QUEUED, remark=told or None, by=by)
    content.status = ContentStatus.DRAFT
    if pictures:
        session.execute(delete(Image).where(Image.site_id == site_id, Image.content_id == content_id))
    record(session, [content], ContentEventKind.REWRITE_ASKED, by, {content_id: {"reasons": [], "remark": told}})
    return [image.file for image in pictures if image.file]


def withdraw(session: Session, site_id: int, content_id: int, *, by: str) -> None:
    """Let the article be as it is: nothing writes it anew. Raises NotFound, and Conflict where nothing was going to."""
    task = lock_task(session, site_id, content_id)
    content = find_article(session, site_id, content_id, lock=True)
    if task.status != TaskStatus.QUEUED:
        raise Conflict(f"The article {content_id} does not wait to be written anew.")
    stand(session, task, TaskStatus.COMPLETED)
    record(session, [content], ContentEventKind.REWRITE_WITHDRAWN, by)
    move_on(session, site_id, content_id)


def is_waiting(session: Session, site_id: int, content_id: int) -> bool:
    """Whether the article waits to be written anew."""
    query = select(being_rewritten()).where(Content.site_id == site_id, Content.id == content_id)
    return bool(session.scalar(query))


def give_up(session: Session, site_id: int, task_id: int, reason: str) -> None:
    """Leave the article of a failed task as it was, and let people see it again; a task without one has nothing."""
    content = session.scalar(select(Content).where(Content.site_id == site_id, Content.task_id == task_id))
    if content is not None:
        told = {content.id: {"reasons": [], "remark": reason}}
        record(session, [content], ContentEventKind.REWRITE_FAILED, content.source.value, told)
        move_on(session, site_id, content.id)


def lock_task(session: Session, site_id: int, content_id: int) -> Task:
    """The task of an article, locked first, as stage 4 does. Raises NotFound, and Conflict where there is none."""
    content = find_article(session, site_id, content_id)
    query = select(Task).where(Task.site_id == site_id, Task.id == content.task_id)
    task = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if task is None:
        raise Conflict(
            f"The article {content_id} has no writing task: it comes from elsewhere, or its plan is deleted."
        )
    return task


def lock_pictures(session: Session, site_id: int, content_id: int) -> list[Image]:
    """An article's pictures, locked before it, as stage 6 does."""
    query = select(Image).where(Image.site_id == site_id, Image.content_id == content_id).order_by(Image.id)
    return list(session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def stand(
    session: Session, task: Task, status: TaskStatus, *, remark: str | None = None, by: str | None = None
) -> None:
    """Let a locked task, and its idea with it, wait for stage 4 or be done."""
    task.status, task.error, task.remark, task.rewrite_asked_by = status, None, remark, by
    idea = IdeaStatus.QUEUED if status == TaskStatus.QUEUED else IdeaStatus.COMPLETED
    mine = (ContentIdea.site_id == task.site_id, ContentIdea.id == task.idea_id)
    session.execute(update(ContentIdea).where(*mine).values(status=idea))
    session.flush()
