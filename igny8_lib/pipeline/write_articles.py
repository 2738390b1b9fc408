"""Stage 4: a writing task becomes an article draft, sanitised before it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from slugify import slugify
from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session

from igny8_lib.ai.functions import generate_content
from igny8_lib.ai.functions.generate_content import Article, ArticleBrief
from igny8_lib.ai.metered_call import Applied, Failure, ask
from igny8_lib.amounts import ZERO
from igny8_lib.models import (
    AutomationRun,
    Content,
    ContentIdea,
    IdeaStatus,
    ItemState,
    RuleTrigger,
    StageItem,
    Task,
    TaskStatus,
    VersionKind,
)
from igny8_lib.outbox.writing import write_events
from igny8_lib.pipeline.batch import Batch, Material
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.review import rewriting, scores, versions
from igny8_lib.review.drafts import move_on
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
        remark=task.remark or "",
    )


def store(session: Session, batch: Batch, task_id: int, article: Article) -> Applied:
    """Write the draft, or the next version of the task's article; complete the task and its idea.

    Charged by the words that are really there.

    Nothing is written, and nothing charged, for a task that was deleted or taken out of the queue meanwhile.
    """
    task = session.scalar(select(Task).where(*waiting(batch.site_id, [task_id])).with_for_update())
    if task is None:
        batch.book_lost(session, [task_id])
        return Applied(ZERO)
    written = (Content.site_id == task.site_id, Content.task_id == task.id)
    # there is one where people asked for another version
    old = session.scalar(select(Content).where(*written).with_for_update())
    content = write_first(session, task, article) if old is None else write_anew(session, old, task, article)
    note_origin(session, batch, content)
    mine = (Task.site_id == batch.site_id, Task.id == task.id)
    plain = {"error": None, "remark": None, "rewrite_asked_by": None}
    session.execute(update(Task).where(*mine).values(status=TaskStatus.COMPLETED, **plain))
    idea = (ContentIdea.site_id == batch.site_id, ContentIdea.id == task.idea_id)
    session.execute(update(ContentIdea).where(*idea).values(status=IdeaStatus.COMPLETED))
    session.flush()
    if old is not None:
        move_on(session, batch.site_id, old.id, improvement=batch.snapshot.improvement)
    return batch.book_done(
        session,
        [task.id],
        units=article.words,
        created=1 if old is None else 0,
        related=("content", content.id),
        counts={"total_words": article.words} | ({} if old is None else {"articles_rewritten": 1}),
    )


def write_first(session: Session, task: Task, article: Article) -> Content:
    """A new article, a draft."""
    title = free_title(session, task.site_id, article.title, task.brief["title"])
    slug = free_slug(session, task.site_id, title)
    of = {"site_id": task.site_id, "task_id": task.id, "cluster_id": task.cluster_id}
    content = Content(**of, **texts_of(article, title), slug=slug, word_count=article.words)
    session.add(content)
    session.flush()
    scores.score(session, task.site_id, [content])
    return content


def write_anew(session: Session, content: Content, task: Task, article: Article) -> Content:
    """The next version of a locked article; its address stays, for it may be known already."""
    title = free_title(session, task.site_id, article.title, content.title, but=content.id)
    by, note = task.rewrite_asked_by or content.source.value, task.remark or ""
    content.first_review_at = None
    return versions.save(session, content, texts_of(article, title), kind=VersionKind.REGENERATED, by=by, note=note)


def note_origin(session: Session, batch: Batch, content: Content) -> None:
    """Keep whose run wrote the article, and write down that it did."""
    run = (AutomationRun.site_id == batch.site_id, AutomationRun.id == batch.run_id)
    content.rule_execution_id = session.scalar(select(AutomationRun.rule_execution_id).where(*run))
    cause = content.rule_execution_id
    write_events(session, batch.site_id, RuleTrigger.CONTENT_GENERATED, [content.id], cause_id=cause)


def texts_of(article: Article, title: str) -> dict[str, Any]:
    """What the article says, as columns."""
    same = ("html", "meta_title", "meta_description", "primary_keyword", "secondary_keywords", "tags", "categories")
    return {"title": title} | {name: getattr(article, name) for name in same}


def free_title(session: Session, site_id: int, title: str, planned: str, *, but: int = 0) -> str:
    """The writer's title, or the one that it has or was planned with, where another article than `but` is called so."""
    same = (Content.site_id == site_id, Content.slug == slug_of(title), Content.id != but)
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
    """Mark the task failed, unless nobody wants its article any more; after a temporary failure it stays queued.

    An article that was to be written anew stays as it was.
    """
    batch.book_failed(session, [task_id], failure)
    status = TaskStatus.QUEUED if failure.temporary else TaskStatus.FAILED
    failed = update(Task).where(*waiting(batch.site_id, [task_id])).values(status=status, error=failure.reason)
    if session.scalar(failed.returning(Task.id)) is not None and not failure.temporary:
        rewriting.give_up(session, batch.site_id, task_id, failure.reason)
