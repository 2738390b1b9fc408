"""The pages that a site has or plans: what its ideas are held against."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.models import Content, ContentIdea, ContentSource, ContentStatus, IdeaStatus, Task
from igny8_lib.planner.competition import Page, PageKind

AT_ONCE = 2_000
"""Rows that are read at once: articles without their HTML are small."""


def pages_of(session: Session, site_id: int) -> Iterator[Page]:
    """The site's articles that were not rejected, written here or imported, then its ideas that wait to be written.

    Articles come first: of two that are equally like an idea, the one that is there is named.
    """
    yield from articles_of(session, site_id)
    query = select(*IDEA).where(ContentIdea.site_id == site_id, ContentIdea.status == IdeaStatus.QUEUED)
    for row in session.execute(query.order_by(ContentIdea.id).execution_options(yield_per=AT_ONCE)):
        yield Page(PageKind.IDEA, row.id, row.title, tuple(row.target_keywords), row.intent)


IDEA = (ContentIdea.id, ContentIdea.title, ContentIdea.target_keywords, ContentIdea.intent)


def articles_of(session: Session, site_id: int) -> Iterator[Page]:
    """The site's articles, oldest first. One that was written here is also what its idea was to be found for."""
    query = (
        select(
            Content.id,
            Content.title,
            Content.source,
            Content.external_url,
            Content.primary_keyword,
            Content.secondary_keywords,
            ContentIdea.id.label("idea_id"),
            ContentIdea.intent,
            ContentIdea.target_keywords,
        )
        .outerjoin(Task, (Task.id == Content.task_id) & (Task.site_id == Content.site_id))
        .outerjoin(ContentIdea, (ContentIdea.id == Task.idea_id) & (ContentIdea.site_id == Content.site_id))
        .where(Content.site_id == site_id, Content.status != ContentStatus.REJECTED)
    )
    for row in session.execute(query.order_by(Content.id).execution_options(yield_per=AT_ONCE)):
        own = (row.primary_keyword, *row.secondary_keywords) if row.primary_keyword.strip() else ()
        yield Page(
            kind=PageKind.ARTICLE if row.source == ContentSource.IGNY8 else PageKind.IMPORTED,
            id=row.id,
            title=row.title,
            keywords=tuple(row.target_keywords or own),
            intent=row.intent,
            url=row.external_url,
            idea_id=row.idea_id,
        )


def page_of(idea: ContentIdea) -> Page:
    """An idea as a page to be."""
    overruled = frozenset((page["kind"], page["id"]) for page in idea.competition_overruled)
    return Page(PageKind.IDEA, idea.id, idea.title, tuple(idea.target_keywords), idea.intent, overruled=overruled)
