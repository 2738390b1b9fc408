"""What becomes of an article once people look at it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum
from igny8_lib.models.writer import ArticleText


class VersionKind(StrEnum):
    """How a version of an article came to be."""

    WRITTEN = "written"
    IMPORTED = "imported"
    EDITED = "edited"
    REGENERATED = "regenerated"
    RESTORED = "restored"
    LINKED = "linked"
    """Links of the Linker were put in, or taken out."""
    OPTIMIZED = "optimized"
    """The Optimizer's text was taken, or taken back."""


class ContentVersion(ArticleText, Base):
    """An article's text as it once was, or is. An article that was never changed has none: it is its only version."""

    __tablename__ = "content_versions"

    id: Mapped[Id]
    site_id: Mapped[SiteId] = mapped_column(index=True)
    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1 for the first text, then one more with each change; the highest is what the article says now."""
    kind: Mapped[VersionKind] = mapped_column(text_enum(VersionKind))
    made_by: Mapped[str]
    made_at: Mapped[CreatedAt]
    note: Mapped[str] = mapped_column(default="")
    """What was restored, or what the writer was told."""

    __table_args__ = (UniqueConstraint("content_id", "number"),)


class ContentEventKind(StrEnum):
    """What people, or auto approval, did with an article beside changing its text."""

    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    """A decision was taken back: the article is in review again."""
    REWRITE_ASKED = "rewrite_asked"
    REWRITE_WITHDRAWN = "rewrite_withdrawn"
    REWRITE_FAILED = "rewrite_failed"
    """The article is as it was; the remark says why."""
    ALT_TEXT_CHANGED = "alt_text_changed"
    REDRAW_ASKED = "redraw_asked"
    PICTURE_REPLACED = "picture_replaced"


class RejectReason(StrEnum):
    """Why an article is rejected; an article can have several."""

    FACTS = "facts"
    """It says what is not so."""
    OFF_TOPIC = "off_topic"
    """It is about something else, or not what the site writes about."""
    DUPLICATE = "duplicate"
    """The site has an article on this."""
    TOO_SHALLOW = "too_shallow"
    """It says nothing that readers did not know."""
    TONE = "tone"
    """It does not sound like the site."""
    LANGUAGE = "language"
    """It reads badly, or has mistakes."""
    PICTURES = "pictures"
    """Its pictures do not fit."""
    RISK = "risk"
    """It may do harm, or is not allowed."""
    OTHER = "other"
    """What the remark says."""


class ContentEvent(Base):
    """What was done with an article, by whom and when: never changed, so the last one tells how it stands."""

    __tablename__ = "content_events"

    id: Mapped[Id]
    site_id: Mapped[SiteId] = mapped_column(index=True)
    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"))
    kind: Mapped[ContentEventKind] = mapped_column(text_enum(ContentEventKind))
    version: Mapped[int]
    """The article's newest version at that time: the text that was decided about."""
    made_by: Mapped[str]
    made_at: Mapped[CreatedAt]
    reasons: Mapped[list[str]] = mapped_column(default=list)
    """Of a rejection."""
    remark: Mapped[str] = mapped_column(default="")
    """In the words of who did it."""
    position: Mapped[int | None]
    """Of the picture that it was done to."""

    __table_args__ = (Index("ix_content_events_content_id", "content_id", "id"),)
