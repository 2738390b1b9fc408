"""What makes written articles better: a site's settings for it, batches of such work, optimizations, placed links."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.amounts import Credits
from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum


class ImprovementSettings(Base):
    """One row per site."""

    __tablename__ = "improvement_settings"

    site_id: Mapped[SiteId] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Counts the changes: one that was made from an older version is refused."""
    link_in_runs: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether runs link what they wrote before people see it."""
    optimize_in_runs: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether runs optimize what they wrote before people see it."""
    links_per_1000_words: Mapped[int] = mapped_column(default=3, server_default=text("3"))
    """At most so many links of the Linker in an article."""
    links_to_one_target: Mapped[int] = mapped_column(default=20, server_default=text("20"))
    """At most so many articles that the Linker lets lead to one; 0 = no limit."""
    link_threshold: Mapped[int] = mapped_column(default=50, server_default=text("50"))
    """0…100: a candidate with a lower score is not linked."""
    seo_weight: Mapped[int] = mapped_column(default=40, server_default=text("40"))
    readability_weight: Mapped[int] = mapped_column(default=35, server_default=text("35"))
    engagement_weight: Mapped[int] = mapped_column(default=25, server_default=text("25"))
    """Of the overall score; what counts is their proportion, and not all of them are 0."""


class BatchKind(StrEnum):
    """What is done with each article of a batch."""

    ANALYZE = "analyze"
    LINK = "link"
    OPTIMIZE = "optimize"


class BatchStatus(StrEnum):
    """How far a batch is."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    """Nothing more can be done: the credits or the provider are gone. What was done stays done."""


class BatchItemStatus(StrEnum):
    """What became of an article of a batch."""

    PENDING = "pending"
    DONE = "done"
    SKIPPED = "skipped"
    """There was nothing to do, or the result was not better."""
    FAILED = "failed"


class ContentBatch(Base):
    """Chosen articles that are to be analysed, linked or optimized, one after the other, in Airflow."""

    __tablename__ = "content_batches"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    kind: Mapped[BatchKind] = mapped_column(text_enum(BatchKind))
    status: Mapped[BatchStatus] = mapped_column(text_enum(BatchStatus), default=BatchStatus.PENDING)
    requested_by: Mapped[str]
    rule_execution_id: Mapped[int | None] = mapped_column(ForeignKey("rule_executions.id", ondelete="SET NULL"))
    """The execution of a rule that opened it; null where people did."""
    credit_limit: Mapped[Credits] = mapped_column(default=Credits(0), server_default=text("0"))
    """What all its articles may cost together: the others are left as they are then. 0 = no limit."""
    created_at: Mapped[CreatedAt]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    worked_at: Mapped[datetime | None]
    """When a worker last took something of it: who waits longest is next."""
    error: Mapped[str | None]
    """Why it failed, or who cancelled it; null otherwise."""

    __table_args__ = (
        Index("ix_content_batches_site_id", "site_id", "id"),
        Index("ix_content_batches_open", "id", postgresql_where=text("status IN ('pending', 'running')")),
        Index(
            "ix_content_batches_rule_execution_id",
            "rule_execution_id",
            postgresql_where=text("rule_execution_id IS NOT NULL"),
        ),
    )


class ContentBatchItem(Base):
    """One article of a batch."""

    __tablename__ = "content_batch_items"

    batch_id: Mapped[int] = mapped_column(ForeignKey("content_batches.id", ondelete="CASCADE"), primary_key=True)
    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"), primary_key=True, index=True)
    site_id: Mapped[SiteId] = mapped_column(index=True)
    status: Mapped[BatchItemStatus] = mapped_column(
        text_enum(BatchItemStatus), default=BatchItemStatus.PENDING, server_default="pending"
    )
    outcome: Mapped[str] = mapped_column(default="", server_default="")
    """What was done, or why nothing was, in a sentence."""
    credits: Mapped[Credits] = mapped_column(default=Credits(0), server_default=text("0"))
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How often it was begun: more than once where a worker died of it, or was killed."""
    finished_at: Mapped[datetime | None]


class OptimizationSource(StrEnum):
    """By which of the four ways an article came to the Optimizer."""

    WRITER = "writer"
    WORDPRESS_SYNC = "wordpress_sync"
    OTHER_SYNC = "other_sync"
    MANUAL = "manual"


class OptimizationStatus(StrEnum):
    """How an optimization ended."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    NOT_BETTER = "not_better"
    """The result broke a rule, or does not score higher: the article is as it was, and nothing was charged."""


class OptimizationTask(Base):
    """One try to make an article better, with what it said and scored before and after."""

    __tablename__ = "optimization_tasks"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("content_batches.id", ondelete="SET NULL"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("automation_runs.id", ondelete="SET NULL"), index=True)
    source: Mapped[OptimizationSource] = mapped_column(text_enum(OptimizationSource))
    status: Mapped[OptimizationStatus] = mapped_column(
        text_enum(OptimizationStatus), default=OptimizationStatus.PENDING
    )
    requested_by: Mapped[str]
    created_at: Mapped[CreatedAt]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    version_before: Mapped[int]
    """The version of the article that was analysed and sent."""
    version_after: Mapped[int | None]
    """The version that was made; null where none was."""
    before: Mapped[dict[str, Any]]
    """What the AI may change, as it was: html, meta_title, meta_description."""
    after: Mapped[dict[str, Any] | None]
    """The same as it came back and was cleaned, also where it was not taken; null before."""
    scores_before: Mapped[dict[str, Any]]
    scores_after: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]
    """Why nothing was taken, in a sentence; null otherwise."""
    credits: Mapped[Credits] = mapped_column(default=Credits(0), server_default=text("0"))
    taken_back_at: Mapped[datetime | None]
    taken_back_by: Mapped[str | None]

    __table_args__ = (
        Index("ix_optimization_tasks_site_id", "site_id", "id"),
        Index("ix_optimization_tasks_content_id", "content_id", "id"),
        Index(
            "uq_optimization_tasks_open",
            "content_id",
            unique=True,
            postgresql_where=text("status IN ('pending', 'running')"),
        ),
    )


class PlacedLink(Base):
    """A link that the Linker put into an article: kept when it is gone again, so that everything can be told."""

    __tablename__ = "placed_links"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("content.id", ondelete="SET NULL"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("content_batches.id", ondelete="SET NULL"), index=True)
    placing: Mapped[str]
    """What all links that were put into the article at once share, and what their charge is known by."""
    anchor: Mapped[str]
    """The linked words as the source of the HTML has them."""
    href: Mapped[str]
    offset: Mapped[int]
    """Where the link began in the HTML when it was put there, in characters."""
    score: Mapped[int]
    """0…100."""
    why: Mapped[dict[str, Any]]
    """The parts of the score by name."""
    placed_by: Mapped[str]
    placed_at: Mapped[CreatedAt]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None]
    removed_why: Mapped[str | None]

    __table_args__ = (
        Index("ix_placed_links_site_id", "site_id", "id"),
        Index("ix_placed_links_content_id", "content_id", "id"),
    )
