"""What a website holds beside its pages: published articles, uploaded files, and where it goes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum


class SiteArticleRow(Base):
    """A published article as the live version of a site shows it: what lists and later versions are rendered from."""

    __tablename__ = "site_articles"

    content_id: Mapped[int] = mapped_column(ForeignKey("content.id", ondelete="CASCADE"), primary_key=True)
    site_id: Mapped[SiteId]
    slug: Mapped[str]
    mark: Mapped[str]
    """The publication's."""
    facts: Mapped[dict[str, Any]]
    """articles.SiteArticle without its html."""
    html: Mapped[str] = mapped_column(deferred=True)
    images: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """Its pictures' sizes by name (images.ImageFile)."""
    published_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    is_unfinished: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether the live version may still show something else: `former`, or some files of each."""
    former: Mapped[dict[str, Any] | None]
    """While it is unfinished the facts that were shown before; null where the article was not shown."""
    is_leaving: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether it is being taken away: the row goes once the live version does not show it any more."""

    __table_args__ = (
        UniqueConstraint("site_id", "slug"),
        Index("ix_site_articles_unfinished", "site_id", postgresql_where=text("is_unfinished")),
    )


class AssetFolder(StrEnum):
    """Where uploaded files are kept in a site: `assets/{folder}/`."""

    IMAGES = "images"
    DOCUMENTS = "documents"
    MEDIA = "media"


class SiteAsset(Base):
    """An uploaded file; a picture with its narrower variants."""

    __tablename__ = "site_assets"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    folder: Mapped[AssetFolder] = mapped_column(text_enum(AssetFolder))
    name: Mapped[str]
    twin_key: Mapped[str]
    """The name without its case and Unicode form: no two files of a folder share it."""
    media_type: Mapped[str]
    alt_text: Mapped[str] = mapped_column(default="", server_default="")
    files: Mapped[dict[str, Any]]
    """Where each of its files is kept, by name: {name: {"stored": name in the media store, "bytes"}}."""
    image: Mapped[dict[str, Any] | None]
    """A picture's sizes (images.ImageFile); null for other files."""
    size_bytes: Mapped[int]
    """Of all its files: what counts against the quota."""
    uploaded_by: Mapped[str]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("site_id", "folder", "twin_key"),
        Index("ix_site_assets_site_id", "site_id", "id"),
    )


class SiteBuilderSettings(Base):
    """One row per site that chose something."""

    __tablename__ = "site_builder_settings"

    site_id: Mapped[SiteId] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Counts the changes: one that was made from an older revision is refused."""
    target_url: Mapped[str] = mapped_column(default="", server_default="")
    """Where the site's versions go: an fsspec URL of a folder; empty: the platform's own."""
    public_url: Mapped[str] = mapped_column(default="", server_default="")
    """Where visitors find what is there; empty: as the platform shows its own."""
    versions_kept: Mapped[int] = mapped_column(default=5, server_default=text("5"))
    """With the live one."""
    asset_quota_mb: Mapped[int] = mapped_column(default=500, server_default=text("500"))
    """Megabytes (10⁶ bytes) of uploaded files."""


class SiteWordPressPage(Base):
    """A page that was deployed as a page of the site's WordPress."""

    __tablename__ = "site_wordpress_pages"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    page_id: Mapped[int | None] = mapped_column(ForeignKey("site_pages.id", ondelete="SET NULL"), unique=True)
    """Null for one whose page is gone here: the next deployment puts it into WordPress' trash."""
    slug: Mapped[str]
    """The page's in the version that was written last: an earlier version's page of this name is the same."""
    mark: Mapped[str] = mapped_column(unique=True)
    """Stands in the page itself: by it the page is found again when an answer never came."""
    external_id: Mapped[str | None]
    external_url: Mapped[str | None]
    version: Mapped[int | None]
    """The version that it says; null before it was written whole, and once it was put into the trash."""
    digest: Mapped[str] = mapped_column(default="", server_default="")
    """SHA-256 of what it says there: whether people changed it. Several with blanks between while it is written."""
    sent: Mapped[str] = mapped_column(default="", server_default="")
    """SHA-256 of what was sent: whether there is anything to write. Empty before the first, and while it is written."""

    __table_args__ = (Index("ix_site_wordpress_pages_site_id", "site_id", "id"),)
