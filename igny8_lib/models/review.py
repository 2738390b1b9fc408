"""What becomes of an article once people look at it."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum
from igny8_lib.models.writer import ArticleText


class VersionKind(StrEnum):
    """How a version of an article came to be."""

    WRITTEN = "written"
    IMPORTED = "imported"
    EDITED = "edited"
    RESTORED = "restored"


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
    """What was restored."""

    __table_args__ = (UniqueConstraint("content_id", "number"),)
