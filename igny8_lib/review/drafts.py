"""When a draft is done: neither its text nor one of its pictures waits to be made. Then people see it.

    draft ──> (linked) ──> (optimized) ──> review

Where the account's modules and the site's switches are on, what was written here waits in between for a run that links
and optimizes it: once, before people have seen it. What comes from a website waits for nothing.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, update
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.models import Content, ContentSource, ContentStatus, Image, ImageStatus, Task, TaskStatus
from igny8_lib.sites.improvement import Improvement, improvement_of

ON_THE_WAY = (ContentStatus.LINKED, ContentStatus.OPTIMIZED)
"""Where articles stand between draft and review."""


def being_rewritten() -> ColumnElement[bool]:
    """Whether an article waits for stage 4 to write it anew."""
    mine = (Task.id == Content.task_id, Task.site_id == Content.site_id)
    return exists().where(*mine, Task.status == TaskStatus.QUEUED)


def is_made() -> ColumnElement[bool]:
    """Whether neither an article's text nor one of its pictures waits to be made."""
    pending = select(Image.id).where(
        Image.site_id == Content.site_id, Image.content_id == Content.id, Image.status == ImageStatus.PENDING
    )
    return and_(~exists(pending), ~being_rewritten())


def is_finished() -> ColumnElement[bool]:
    """Whether an article is a draft whose text and pictures are made."""
    pictures = select(Image.id).where(Image.site_id == Content.site_id, Image.content_id == Content.id)
    return and_(Content.status == ContentStatus.DRAFT, exists(pictures), is_made())


def has_come_far() -> ColumnElement[bool]:
    """Whether an article is linked or optimized, and nothing of it waits to be made anew."""
    return and_(Content.status.in_(ON_THE_WAY), is_made())


def is_new() -> ColumnElement[bool]:
    """Whether an article was written here, and nobody has seen it yet as it was written."""
    return and_(Content.source == ContentSource.IGNY8, Content.first_review_at.is_(None))


def move_on(
    session: Session, site_id: int, content_id: int | None = None, *, improvement: Improvement | None = None
) -> None:
    """Put a draft, or all drafts of the site, into review where neither text nor image is pending any more, nor the
    Linker, nor the Optimizer.

    People see there which images failed. For all drafts it mends what no image could: its last pending one was deleted.
    `improvement` is what a run found as it began; without it the switches of now hold.
    """
    into_review(session, site_id, or_(is_finished(), has_come_far()), content_id, improvement)


def let_go(
    session: Session, site_id: int, content_id: int | None = None, *, improvement: Improvement | None = None
) -> None:
    """Put into review what was linked or optimized and waits for nothing more, because that was all, or because it was
    switched off meanwhile."""
    into_review(session, site_id, has_come_far(), content_id, improvement)


def into_review(
    session: Session,
    site_id: int,
    chosen: ColumnElement[bool],
    content_id: int | None,
    improvement: Improvement | None,
) -> None:
    """Let people see these articles, as far as no run is to make them better first."""
    held = is_held(improvement or improvement_of(session, site_id))
    mine = (Content.site_id == site_id, *([] if content_id is None else [Content.id == content_id]))
    first = func.coalesce(Content.first_review_at, clock.now())
    session.execute(
        update(Content).where(*mine, chosen, ~held).values(status=ContentStatus.REVIEW, first_review_at=first)
    )


def is_held(improvement: Improvement) -> ColumnElement[bool]:
    """Whether an article waits for the Linker or the Optimizer."""
    linked = (ContentStatus.DRAFT,) if improvement.link else ()
    optimized = (ContentStatus.DRAFT, ContentStatus.LINKED) if improvement.optimize else ()
    waits = set(linked) | set(optimized)
    return and_(is_new(), Content.status.in_(sorted(waits))) if waits else false()
