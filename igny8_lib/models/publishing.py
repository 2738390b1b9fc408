"""From an approved article to a post: when a site publishes, and how each post came to be."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum


class SchedulingMode(StrEnum):
    """How a site's articles are spread over time."""

    TIME_SLOTS = "time_slots"
    """At the configured local times of the allowed days."""
    STAGGER = "stagger"
    """At every interval between two local times of the allowed days."""
    IMMEDIATE = "immediate"
    """Now, one minute apart."""


class ImageFormat(StrEnum):
    """What pictures are uploaded as."""

    WEBP = "webp"
    ORIGINAL = "original"


class Markup(StrEnum):
    """How an article's text is written into WordPress."""

    CLASSIC = "classic"
    """HTML as it is: every theme shows it, and "Convert to blocks" exists."""
    BLOCKS = "blocks"
    """With the comments of the block editor."""


class PostStatus(StrEnum):
    """What a post becomes in WordPress."""

    PUBLISH = "publish"
    DRAFT = "draft"
    """People press the button in WordPress: the article counts as handed over, not as published."""


class PublishingSettings(Base):
    """One row per site."""

    __tablename__ = "publishing_settings"

    site_id: Mapped[SiteId] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Counts the changes: one that was made from an older version is refused."""
    auto_approval_enabled: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether stage 7 approves by itself."""
    auto_publish_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Whether what is due goes out by itself; while it is off, slots are given and kept, and people publish by hand."""
    scheduling_mode: Mapped[SchedulingMode] = mapped_column(
        text_enum(SchedulingMode), default=SchedulingMode.TIME_SLOTS, server_default="time_slots"
    )
    publish_days: Mapped[list[Any]] = mapped_column(
        default=lambda: [0, 1, 2, 3, 4], server_default=text("'[0, 1, 2, 3, 4]'")
    )
    """0 = Monday … 6 = Sunday, in order, in the site's zone."""
    publish_time_slots: Mapped[list[str]] = mapped_column(
        default=lambda: ["09:00", "14:00", "18:00"], server_default=text("""'["09:00", "14:00", "18:00"]'""")
    )
    """Local times HH:MM, in order."""
    stagger_start_time: Mapped[time] = mapped_column(default=time(9, 0), server_default=text("'09:00'"))
    stagger_end_time: Mapped[time] = mapped_column(default=time(18, 0), server_default=text("'18:00'"))
    stagger_interval_minutes: Mapped[int] = mapped_column(default=15, server_default=text("15"))
    daily_publish_target: Mapped[int] = mapped_column(default=3, server_default=text("3"))
    weekly_publish_target: Mapped[int] = mapped_column(default=15, server_default=text("15"))
    monthly_publish_target: Mapped[int] = mapped_column(default=50, server_default=text("50"))
    """Targets are for spreading and display, never a block; 0 = none."""
    queue_limit: Mapped[int] = mapped_column(default=100, server_default=text("100"))
    """Items in `scheduled` at once: the only hard limit."""
    image_format: Mapped[ImageFormat] = mapped_column(
        text_enum(ImageFormat), default=ImageFormat.WEBP, server_default="webp"
    )
    markup: Mapped[Markup] = mapped_column(text_enum(Markup), default=Markup.CLASSIC, server_default="classic")
    post_status: Mapped[PostStatus] = mapped_column(
        text_enum(PostStatus), default=PostStatus.PUBLISH, server_default="publish"
    )
    post_author: Mapped[str] = mapped_column(default="", server_default="")
    """WordPress user's login or number whose name stands on the posts; empty: the user of the connection."""
    comments_open: Mapped[bool | None]
    """Whether readers may comment; null: as the website decides."""
    feed_key: Mapped[str | None] = mapped_column(unique=True)
    """The secret in the address of the site's iCal feed; null: the feed is off."""


class PublicationTarget(StrEnum):
    """Where a publication goes; by the site's hosting type."""

    WORDPRESS = "wordpress"
    STATIC = "igny8"


class PublicationWish(StrEnum):
    """What shall be true of the post; a publisher works until it is."""

    LIVE = "live"
    """Public, and says what the article says: publishing and updating are the same wish."""
    DRAFT = "draft"
    """There, and not public: unpublished."""
    GONE = "gone"
    """Deleted."""


class PublicationStatus(StrEnum):
    """How far the wish is fulfilled."""

    WAITING = "waiting"
    """To be tried at `next_attempt_at`."""
    UNDER_WAY = "under_way"
    """A publisher works on it, or died doing so: its row lock tells which."""
    DONE = "done"
    FAILED = "failed"
    """A person has to change something, then try again."""


class PostFound(StrEnum):
    """How a post was found by a later check."""

    AS_PUBLISHED = "as_published"
    CHANGED = "changed"
    """People changed it in WordPress."""
    UNPUBLISHED = "unpublished"
    """A draft, pending, private or scheduled by people."""
    TRASHED = "trashed"
    DELETED = "deleted"
    UNREACHABLE = "unreachable"
    """The post is there, its public address does not show it."""


class Publication(Base):
    """One article on one target: at most one post, however often it is tried and whatever dies when."""

    __tablename__ = "publications"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"))
    target: Mapped[PublicationTarget] = mapped_column(text_enum(PublicationTarget))
    mark: Mapped[str] = mapped_column(unique=True)
    """Stands in the post itself and survives there: by it the post is found again when an answer never came."""
    wish: Mapped[PublicationWish] = mapped_column(text_enum(PublicationWish), default=PublicationWish.LIVE)
    status: Mapped[PublicationStatus] = mapped_column(text_enum(PublicationStatus), default=PublicationStatus.WAITING)
    requested_by: Mapped[str]
    """Who asked: a person, or the calendar."""
    due_at: Mapped[datetime]
    """When it should have gone out: the slot, or when people asked."""
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Since the wish was made, or tried again by hand."""
    next_attempt_at: Mapped[datetime]
    """Of what failed: since when."""
    error: Mapped[str | None]
    """A sentence that says what was wrong and what to do; null when all is well."""
    cause: Mapped[str | None]
    """The error's kind in one word: people are told once per cause and day."""
    content_version: Mapped[int | None]
    """The version of the article that the post says; null before the first post."""
    external_id: Mapped[str | None]
    external_url: Mapped[str | None]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """What is to be told beside success: SEO fields that the website dropped, the delay in seconds, what differs."""
    found: Mapped[PostFound | None] = mapped_column(text_enum(PostFound))
    checked_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    """When it was first seen live."""
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("content_id", "target"),
        Index(
            "ix_publications_open",
            "site_id",
            "next_attempt_at",
            postgresql_where=text("status IN ('waiting', 'under_way')"),
        ),
        Index("ix_publications_failed", "site_id", postgresql_where=text("status = 'failed'")),
        Index("ix_publications_site_id", "site_id", "id"),
        Index("ix_publications_published", "site_id", "published_at"),
        Index(
            "ix_publications_checked",
            "checked_at",
            postgresql_where=text("wish = 'live' AND checked_at IS NOT NULL"),
        ),
    )


class StepName(StrEnum):
    """The steps of a publication, in their order."""

    MEDIA = "media"
    TERMS = "terms"
    POST = "post"
    SEO = "seo"
    LIVE = "live"


class StepStatus(StrEnum):
    """How a step of a publication stands."""

    PENDING = "pending"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


class PublicationStep(Base):
    """A step of a publication, with what it left on the target."""

    __tablename__ = "publication_steps"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[StepName] = mapped_column(text_enum(StepName), primary_key=True)
    site_id: Mapped[SiteId] = mapped_column(index=True)
    status: Mapped[StepStatus] = mapped_column(text_enum(StepStatus), default=StepStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    trace: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """What it made or found: media by file, terms by name, the post, what was written and read back, what was seen."""
    error: Mapped[str | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class PublishingNotice(Base):
    """That people were told of failed publications: once per site, cause and day."""

    __tablename__ = "publishing_notices"

    site_id: Mapped[SiteId] = mapped_column(primary_key=True)
    cause: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    """In the site's zone."""
