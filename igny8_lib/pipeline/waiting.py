"""What waits for each stage: the ids of a site's items, in the order in which a run takes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select

from igny8_lib.models import (
    Cluster,
    ClusterStatus,
    Content,
    ContentIdea,
    ContentSource,
    ContentStatus,
    IdeaStatus,
    Image,
    ImageStatus,
    Keyword,
    KeywordStatus,
    Task,
    TaskStatus,
)
from igny8_lib.review.drafts import being_rewritten, is_finished, is_made, is_new

Pending = Callable[[int], Select[int]]


def keywords_waiting(site_id: int) -> Select[int]:
    """New keywords without a cluster that nobody disabled and the provider has not refused."""
    return (
        select(Keyword.id)
        .where(
            Keyword.site_id == site_id,
            Keyword.status == KeywordStatus.NEW,
            Keyword.cluster_id.is_(None),
            Keyword.disabled.is_(False),
            Keyword.refused_reason.is_(None),
        )
        .order_by(Keyword.id)
    )


def clusters_waiting(site_id: int) -> Select[int]:
    """Clusters without ideas that the provider has not refused."""
    new = (Cluster.site_id == site_id, Cluster.status == ClusterStatus.NEW, Cluster.refused_reason.is_(None))
    return select(Cluster.id).where(*new).order_by(Cluster.id)


def by_priority(item: type[ContentIdea] | type[Task]) -> tuple[ColumnElement[Any], ...]:
    """What people put first, then the oldest. No priority counts as 0, so that something can be put last, too."""
    return (func.coalesce(item.priority, 0).desc(), item.id.asc())


def ideas_waiting(site_id: int) -> Select[int]:
    """New ideas."""
    new = (ContentIdea.site_id == site_id, ContentIdea.status == IdeaStatus.NEW)
    return select(ContentIdea.id).where(*new).order_by(*by_priority(ContentIdea))


def approved_ideas_waiting(site_id: int) -> Select[int]:
    """New ideas that people approved."""
    return ideas_waiting(site_id).where(ContentIdea.approved_at.is_not(None))


def tasks_waiting(site_id: int) -> Select[int]:
    """Queued writing tasks."""
    queued = (Task.site_id == site_id, Task.status == TaskStatus.QUEUED)
    return select(Task.id).where(*queued).order_by(*by_priority(Task))


def drafts_waiting(site_id: int) -> Select[int]:
    """Drafts that were written here, without image prompts, not refused by the provider, once nothing is to be written
    in them any more. Drafts of the website have pictures of their own, or none by intention."""
    return (
        select(Content.id)
        .where(
            Content.site_id == site_id,
            Content.status == ContentStatus.DRAFT,
            Content.source == ContentSource.IGNY8,
            Content.refused_reason.is_(None),
            ~exists().where(Image.content_id == Content.id, Image.site_id == site_id),
            ~being_rewritten(),
        )
        .order_by(Content.id)
    )


def images_waiting(site_id: int) -> Select[int]:
    """Image prompts without a file."""
    return select(Image.id).where(Image.site_id == site_id, Image.status == ImageStatus.PENDING).order_by(Image.id)


def articles_to_link(site_id: int) -> Select[int]:
    """Articles of runs whose text and pictures are made, and that nobody has seen yet."""
    return select(Content.id).where(Content.site_id == site_id, is_new(), is_finished()).order_by(Content.id)


def articles_to_optimize(site_id: int) -> Select[int]:
    """Articles that the Linker is done with."""
    return linked_or(site_id, false())


def unlinked_articles_to_optimize(site_id: int) -> Select[int]:
    """The same where runs do not link; one that an earlier run has linked is among them."""
    return linked_or(site_id, is_finished())


def linked_or(site_id: int, others: ColumnElement[bool]) -> Select[int]:
    """Articles that nobody has seen yet, linked ones and the others."""
    waits = or_(and_(Content.status == ContentStatus.LINKED, is_made()), others)
    return select(Content.id).where(Content.site_id == site_id, is_new(), waits).order_by(Content.id)


def reviews_waiting(site_id: int) -> Select[int]:
    """Articles in review."""
    return (
        select(Content.id)
        .where(Content.site_id == site_id, Content.status == ContentStatus.REVIEW)
        .order_by(Content.id)
    )
