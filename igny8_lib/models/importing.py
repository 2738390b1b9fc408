"""What a site's WordPress had before IGNY8, and what people do there beside it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, Id, SiteId
from igny8_lib.db.types import text_enum


class PostKind(StrEnum):
    """What WordPress calls it; the value is its route in the REST API."""

    POST = "posts"
    PAGE = "pages"


class WordPressOriginal(Base):
    """A post or page as WordPress last had it, to the letter: what is written back is made from it, and what it says
    now is compared with it. Imported content has one; a published article of ours gets one when it is first met."""

    __tablename__ = "wordpress_originals"

    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"), primary_key=True)
    site_id: Mapped[SiteId]
    external_id: Mapped[str]
    """Its number in WordPress."""
    kind: Mapped[PostKind] = mapped_column(text_enum(PostKind))
    raw: Mapped[str]
    """`content.raw`: with block comments, shortcodes and everything else that our HTML has not."""
    digest: Mapped[str]
    """SHA-256 of what its text is made of: title, raw, excerpt, slug, names of its terms."""
    version: Mapped[int]
    """The article's version that says the same: a higher one was changed here."""
    status: Mapped[str]
    """As WordPress calls it (publish, draft, pending, private, future, trash), or `deleted`."""
    modified_at: Mapped[datetime | None]
    """`modified_gmt`; null where WordPress has none, as for drafts that were never saved again."""
    seen_at: Mapped[datetime]
    """Start of the last pass that met it: after a full one, what was not met is asked for by itself."""
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """Beside the text: excerpt, author, date, featured image and images (src, id, alt), its own title and slug."""

    __table_args__ = (
        UniqueConstraint("site_id", "external_id"),
        Index("ix_wordpress_originals_seen", "site_id", "seen_at", "content_id"),
    )


class ConflictResolution(StrEnum):
    """Which text won."""

    OURS = "ours"
    THEIRS = "theirs"
    MERGED = "merged"
    """A text that people made of both."""


class SyncConflict(Base):
    """Text that was changed in WordPress, and here too or published from here: people decide, nothing overwrites."""

    __tablename__ = "sync_conflicts"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"))
    theirs: Mapped[dict[str, Any]]
    """What WordPress says: title, html (ours), raw, excerpt, slug, tags, categories, modified, digest."""
    seen_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    resolution: Mapped[ConflictResolution | None] = mapped_column(text_enum(ConflictResolution))

    __table_args__ = (
        Index(
            "uq_sync_conflicts_open",
            "content_id",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
        Index("ix_sync_conflicts_site_id", "site_id", "id"),
    )


class WordPressSync(Base):
    """How far a site's import is: one row per site, written with each page."""

    __tablename__ = "wordpress_syncs"

    site_id: Mapped[SiteId] = mapped_column(primary_key=True)
    next_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When it is worked on next: an hour after a pass, at once where people asked or a pass is under way."""
    wanted_full: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether people asked for everything, not only for what changed."""
    is_full: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Whether the pass under way, else the last one, reads everything: only such a one finds deleted posts."""
    started_at: Mapped[datetime | None]
    """Of the pass under way, else of the last one."""
    finished_at: Mapped[datetime | None]
    """Of the last pass that came to its end."""
    full_finished_at: Mapped[datetime | None]
    cursor: Mapped[dict[str, Any] | None]
    """Where the pass under way goes on; null between passes."""
    revision: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Counts the pages: one that was fetched beside another process's is not written."""
    high_water: Mapped[datetime | None]
    """The website's time at the start of the last finished pass: the next one asks for what changed since."""
    mark: Mapped[datetime | None]
    """The website's time at the start of the pass under way."""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """Of the pass: new, changed, unchanged, conflicts, trashed, deleted, skipped."""
    error: Mapped[str | None]
    """A sentence that says why the last attempt stopped and what to do; null when all is well."""
