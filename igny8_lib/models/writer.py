"""Writing tasks, articles and their images (the writer module)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Computed, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum


class TaskStatus(StrEnum):
    """Where a writing task stands."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"


class ContentStatus(StrEnum):
    """Where an article stands: written, linked and optimized by its run, waiting for people, accepted, public."""

    DRAFT = "draft"
    LINKED = "linked"
    """The Linker has seen it, whether it found something to link or not; it waits for the Optimizer."""
    OPTIMIZED = "optimized"
    """The Optimizer has seen it, whether it came to something better or not."""
    REVIEW = "review"
    APPROVED = "approved"
    REJECTED = "rejected"
    PUBLISHED = "published"
    FAILED = "failed"


class SiteContentStatus(StrEnum):
    """Where an article stands on the website itself."""

    NOT_SCHEDULED = "not_scheduled"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    FAILED = "failed"


class ContentSource(StrEnum):
    """Who wrote the article first."""

    IGNY8 = "igny8"
    WORDPRESS = "wordpress"
    SHOPIFY = "shopify"
    CUSTOM = "custom"


class SyncStatus(StrEnum):
    """How the article relates to its copy on the website."""

    NATIVE = "native"
    IMPORTED = "imported"
    SYNCED = "synced"


class ImageKind(StrEnum):
    """One featured image per article, the rest stand inside it."""

    FEATURED = "featured"
    IN_ARTICLE = "in_article"


class ImageStatus(StrEnum):
    """`pending` images have a prompt and no file yet."""

    PENDING = "pending"
    GENERATED = "generated"
    FAILED = "failed"


class Task(Base):
    """One article to write."""

    __tablename__ = "tasks"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    idea_id: Mapped[int] = mapped_column(ForeignKey("content_ideas.id", ondelete="CASCADE"), unique=True)
    cluster_id: Mapped[int] = mapped_column(ForeignKey("clusters.id", ondelete="CASCADE"), index=True)
    brief: Mapped[dict[str, Any]]
    """Title, outline, content type, intent and target keywords: what the writer is told."""
    word_count_target: Mapped[int]
    status: Mapped[TaskStatus] = mapped_column(text_enum(TaskStatus), default=TaskStatus.QUEUED)
    priority: Mapped[int | None]
    """Its idea's: higher ones are written first, null counts as 0."""
    error: Mapped[str | None]
    remark: Mapped[str | None]
    """What the writer is told beside the brief, where people asked for another version of the article."""
    rewrite_asked_by: Mapped[str | None]
    """Who asked for it; null once it is written."""
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        Index("ix_tasks_pending", "site_id", "id", postgresql_where=text("status = 'queued'")),
        Index("ix_tasks_failed", "site_id", postgresql_where=text("status = 'failed'")),
    )


class ArticleText:
    """What an article says: the columns that people edit, and that its versions keep."""

    title: Mapped[str]
    slug: Mapped[str]
    html: Mapped[str]
    meta_title: Mapped[str] = mapped_column(default="")
    meta_description: Mapped[str] = mapped_column(default="")
    primary_keyword: Mapped[str] = mapped_column(default="")
    secondary_keywords: Mapped[list[str]] = mapped_column(default=list)
    tags: Mapped[list[str]] = mapped_column(default=list)
    categories: Mapped[list[str]] = mapped_column(default=list)
    word_count: Mapped[int] = mapped_column(default=0)


class Content(ArticleText, Base):
    """An article."""

    __tablename__ = "content"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="SET NULL"), unique=True)
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("clusters.id", ondelete="SET NULL"), index=True)
    rule_execution_id: Mapped[int | None] = mapped_column(ForeignKey("rule_executions.id", ondelete="SET NULL"))
    """The execution of a rule whose run wrote it, as long as no person has decided about it; null otherwise."""
    version: Mapped[int] = mapped_column(default=1)
    """Of its text. Every write names the version that it was made from, so that nobody overwrites what he never saw."""
    status: Mapped[ContentStatus] = mapped_column(text_enum(ContentStatus), default=ContentStatus.DRAFT)
    site_status: Mapped[SiteContentStatus] = mapped_column(
        text_enum(SiteContentStatus), default=SiteContentStatus.NOT_SCHEDULED
    )
    first_review_at: Mapped[datetime | None]
    """When people could first see it as it was written; null before, and again once it is written anew. Runs link and
    optimize what nobody has seen yet, and nothing else."""
    refused_reason: Mapped[str | None]
    """Why the AI provider refused to plan its images: no run asks again until people put it back. Null otherwise."""
    scheduled_publish_at: Mapped[datetime | None]
    """Its slot; two articles of a site never share one."""
    no_slot_reason: Mapped[str | None]
    """Why an approved article has no slot; null where it has one, or where people took it out of the calendar."""
    published_at: Mapped[datetime | None]
    date_changes: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often its place on the calendar changed: slot, publication, state. The database counts, nobody writes it."""
    date_changed_at: Mapped[datetime | None]
    """When it did last."""
    source: Mapped[ContentSource] = mapped_column(text_enum(ContentSource), default=ContentSource.IGNY8)
    sync_status: Mapped[SyncStatus] = mapped_column(text_enum(SyncStatus), default=SyncStatus.NATIVE)
    external_id: Mapped[str | None]
    external_url: Mapped[str | None]
    sync_metadata: Mapped[dict[str, Any]] = mapped_column(default=dict)
    internal_links: Mapped[list[Any]] = mapped_column(default=list)
    linker_version: Mapped[int] = mapped_column(default=0)
    optimizer_version: Mapped[int] = mapped_column(default=0)
    optimization_scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What its last analysis found (review/scores.py); empty while there was none."""
    score: Mapped[int | None] = mapped_column(Computed("(optimization_scores ->> 'overall')::bigint", persisted=True))
    """0…100, `overall` of its scores: the database copies it, so that lists can filter and order by it."""
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        Index(
            "ix_content_rule_execution_id",
            "rule_execution_id",
            postgresql_where=text("rule_execution_id IS NOT NULL"),
        ),
        UniqueConstraint("site_id", "slug"),
        Index("ix_content_site_status", "site_id", "status", "id"),
        Index("ix_content_score", "site_id", "score", "id"),
        Index(
            "uq_content_slot",
            *("site_id", "scheduled_publish_at"),
            unique=True,
            postgresql_where=text("scheduled_publish_at IS NOT NULL"),
        ),
        Index("ix_content_due", "scheduled_publish_at", postgresql_where=text("site_status = 'scheduled'")),
        Index("ix_content_without_slot", "site_id", postgresql_where=text("no_slot_reason IS NOT NULL")),
        Index("ix_content_written", "site_id", "created_at", postgresql_where=text("source = 'igny8'")),
    )


class Image(Base):
    """One picture of an article: first a prompt, then a file."""

    __tablename__ = "images"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"))
    kind: Mapped[ImageKind] = mapped_column(text_enum(ImageKind))
    position: Mapped[int]
    """0 for the featured image, 1… in the order of the article."""
    prompt: Mapped[str]
    alt_text: Mapped[str] = mapped_column(default="")
    status: Mapped[ImageStatus] = mapped_column(text_enum(ImageStatus), default=ImageStatus.PENDING)
    file: Mapped[str | None]
    """Path below the media root."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    model: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("content_id", "position"),
        Index("ix_images_pending", "site_id", "id", postgresql_where=text("status = 'pending'")),
        Index("ix_images_failed", "site_id", postgresql_where=text("status = 'failed'")),
    )
