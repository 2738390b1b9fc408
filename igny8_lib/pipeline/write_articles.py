"""Stage 4: a writing task becomes an article draft, sanitised before it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from slugify import slugify
from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from igny8_lib.ai.functions import generate_content
from igny8_lib.ai.functions.generate_content import Article, ArticleBrief
from igny8_lib.ai.metered_call import Applied, Failure, ask
from igny8_lib.amounts import ZERO
from igny8_lib.models import Content, ContentIdea, IdeaStatus, ItemState, StageItem, Task, TaskStatus
from igny8_lib.pipeline.batch import Batch, Material
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.text.names import SLUG


def load(session: Session, site_id: int, ids: Sequence[int], _opened_at: datetime) -> Material:
    """The batch's tasks that are still queued."""
    return Material({task.id: task for task in session.scalars(select(Task).where(*waiting(site_id, ids)))})


def waiting(site_id: int, ids: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    """Of these tasks those that are queued."""
    return (Task.site_id == site_id, Task.id.in_(ids), Task.status == TaskStatus.QUEUED)


def least_words(session: Session, run_id: int, stage: int) -> int:
    """The word count target of the shortest article that is still to be written; 0 where none is."""
    mine = (StageItem.run_id == run_id, StageItem.stage == stage, StageItem.state == ItemState.PENDING)
    waiting_tasks = (Task.id == StageItem.item_id, Task.site_id == StageItem.site_id)
    query = select(func.min(Task.word_count_target)).join(StageItem, and_(*waiting_tasks)).where(*mine)
    return session.scalar(query) or 0


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Write the article of one task."""
    task: Task = batch.material.items[items.ids[0]]
    return await ask(
        batch.meter(items.number),
        batch.charge(items.number, task.word_count_target),
        generate_content.request(batch.brief, brief_of(task)),
        apply=lambda session, answer: store(session, batch, task.id, answer),
        reject=lambda session, failure: give_up(session, batch, task.id, failure),
    )


def brief_of(task: Task) -> ArticleBrief:
    """The task as the writer is told it."""
    return ArticleBrief(
        title=task.brief["title"],
        outline=task.brief["outline"],
        content_type=task.brief["content_type"],
        intent=task.brief["intent"] or "informational",
        target_keywords=task.brief["target_keywords"],
        word_count=task.word_count_target,
    )


def store(session: Session, batch: Batch, task_id: int, article: Article) -> Applied:
    """Write the draft, complete the task and its idea; charged by the words that are really there.

    Nothing is written, and nothing charged, for a task that was deleted or taken out of the queue meanwhile.
    """
    task = session.scalar(select(Task).where(*waiting(batch.site_id, [task_id])).with_for_update())
    if task is None:
        batch.book_lost(session, [task_id])
        return Applied(ZERO)
    title = free_title(session, batch.site_id, article.title, task.brief["title"])
    content = Content(
        site_id=batch.site_id,
        task_id=task.id,
        cluster_id=task.cluster_id,
        title=title,
        slug=free_slug(session, batch.site_id, title),
        html=article.html,
        meta_title=article.meta_title,
        meta_description=article.meta_description,
        primary_keyword=article.primary_keyword,
        secondary_keywords=article.secondary_keywords,
        tags=article.tags,
        categories=article.categories,
        word_count=article.words,
    )
    session.add(content)
    mine = (Task.site_id == batch.site_id, Task.id == task.id)
    session.execute(update(Task).where(*mine).values(status=TaskStatus.COMPLETED, error=None))
    idea = (ContentIdea.site_id == batch.site_id, ContentIdea.id == task.idea_id)
    session.execute(update(ContentIdea).where(*idea).values(status=IdeaStatus.COMPLETED))
    session.flush()
    return batch.book_done(
        session,
        [task.id],
        units=article.words,
        created=1,
        related=("content", content.id),
        counts={"total_words": article.words},
    )


def free_title(session: Session, site_id: int, title: str, planned: str) -> str:
    """The writer's title, or the planned one, which no other plan has, where another article is called like that."""
    same = (Content.site_id == site_id, Content.slug == slug_of(title))
    return title if session.scalar(select(Content.id).where(*same).limit(1)) is None else planned


def slug_of(title: str) -> str:
    """The title as an address."""
    return slugify(title, max_length=SLUG, word_boundary=True) or "article"


def free_slug(session: Session, site_id: int, title: str) -> str:
    """The title as a slug that the site does not have yet: `housing-grants`, `housing-grants-2`, …

    The site's lease and the order of writing keep two articles from choosing the same one.
    """
    slug = slug_of(title)
    pattern = f"^{slug}(-[0-9]+)?$"
    query = select(Content.slug).where(Content.site_id == site_id, Content.slug.regexp_match(pattern))
    taken = set(session.scalars(query))
    number = 1
    while (candidate := slug if number == 1 else f"{slug}-{number}") in taken:
        number += 1
    return candidate


def give_up(session: Session, batch: Batch, task_id: int, failure: Failure) -> None:
    """Mark the task failed; after a temporary failure it stays queued for the next run."""
    batch.book_failed(session, [task_id], failure)
    status = TaskStatus.QUEUED if failure.temporary else TaskStatus.FAILED
    mine = (Task.site_id == batch.site_id, Task.id == task_id)
    session.execute(update(Task).where(*mine).values(status=status, error=func.left(failure.reason, 2000)))
