"""Websites that are made here: their plan and pages, builds of them, versions, files, and what the live one shows.

sites ─┬─ site_blueprints ─┬─ site_pages ── site_page_revisions     what people and the AI say the site shall be
       │                   ├─ site_builds ── site_build_steps       what is asked of the AI, checked and deployed
       │                   └─> site_versions ── site_deployments    what was made of it, and what was live when
       ├─ site_articles                                             the articles that its live version shows
       ├─ site_assets                                               files that people uploaded
       └─ site_builder_settings                                     where it goes, how much is kept
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum


class Layout(StrEnum):
    """How a page is laid out around its blocks."""

    DEFAULT = "default"
    """A header with the navigation, and a footer with all pages."""
    MINIMAL = "minimal"
    """One narrow column with a small header and footer."""


class Template(StrEnum):
    """What the site is for."""

    MARKETING = "marketing"
    """Many pages to walk through."""
    LANDING = "landing"
    """A page that leads to one action: its header shows that action instead of the navigation."""


class PageType(StrEnum):
    """What a page is for (SPEC §11)."""

    HOME = "home"
    ABOUT = "about"
    SERVICES = "services"
    PRODUCTS = "products"
    BLOG = "blog"
    CONTACT = "contact"
    CUSTOM = "custom"


class BlueprintStatus(StrEnum):
    """How far a site is."""

    DRAFT = "draft"
    """Nothing but what people said."""
    GENERATING = "generating"
    """A build of it waits or is worked."""
    READY = "ready"
    """It has pages, and can be deployed."""
    DEPLOYED = "deployed"
    """One of its versions is what visitors of the site see."""


class BlueprintHosting(StrEnum):
    """Where a site is deployed to."""

    IGNY8_SITES = "igny8_sites"
    """As files, to a folder or an object store."""
    WORDPRESS = "wordpress"
    """Its pages become pages of the site's WordPress."""
    SHOPIFY = "shopify"
    MULTI = "multi"
    """Files and WordPress pages."""


class SiteBlueprint(Base):
    """What a website shall be: the brief in people's words, how it looks, and its pages (site_pages)."""

    __tablename__ = "site_blueprints"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    name: Mapped[str]
    """What the website is called on its pages."""
    status: Mapped[BlueprintStatus] = mapped_column(text_enum(BlueprintStatus), default=BlueprintStatus.DRAFT)
    hosting_type: Mapped[BlueprintHosting] = mapped_column(
        text_enum(BlueprintHosting), default=BlueprintHosting.IGNY8_SITES
    )
    business_type: Mapped[str] = mapped_column(default="", server_default="")
    industry: Mapped[str] = mapped_column(default="", server_default="")
    audience: Mapped[str] = mapped_column(default="", server_default="")
    brief: Mapped[str] = mapped_column(default="", server_default="")
    objectives: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    tagline: Mapped[str] = mapped_column(default="", server_default="")
    language: Mapped[str] = mapped_column(default="en", server_default="en")
    layout: Mapped[Layout] = mapped_column(text_enum(Layout), default=Layout.DEFAULT)
    template: Mapped[Template] = mapped_column(text_enum(Template), default=Template.MARKETING)
    theme: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """Palette, typography, personality and brand, as documents.Theme has them; what is missing is its default."""
    icon_asset_id: Mapped[int | None] = mapped_column(ForeignKey("site_assets.id", ondelete="SET NULL"), index=True)
    """The picture that the favicon is drawn from; null: the name's first letter."""
    edited: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    """Which of tagline, layout, template and theme people chose themselves: the AI leaves these alone."""
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Counts the changes of this row: one that was made from an older revision is refused."""
    version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """The number of the newest version that was made of it; 0 before the first."""
    deployed_version: Mapped[int | None]
    """Which version visitors see; null where none of this blueprint's."""
    structured_at: Mapped[datetime | None]
    """When the AI last planned its pages."""
    created_by: Mapped[str]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]

    __table_args__ = (
        Index("ix_site_blueprints_site_id", "site_id", "id"),
        Index(
            "uq_site_blueprints_deployed",
            "site_id",
            unique=True,
            postgresql_where=text("deployed_version IS NOT NULL"),
        ),
    )


class SitePageStatus(StrEnum):
    """How far a page is."""

    DRAFT = "draft"
    """Planned, without text."""
    GENERATING = "generating"
    """The AI writes it."""
    READY = "ready"


class SitePage(Base):
    """One page of a blueprint, as it is now."""

    __tablename__ = "site_pages"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("site_blueprints.id", ondelete="CASCADE"))
    position: Mapped[int]
    """Its place in the navigation, counted from 0."""
    slug: Mapped[str]
    title: Mapped[str]
    type: Mapped[PageType] = mapped_column(text_enum(PageType))
    description: Mapped[str] = mapped_column(default="", server_default="")
    purpose: Mapped[str] = mapped_column(default="", server_default="")
    """What the page is to do for whom, in a sentence or two: what the AI writes it by."""
    sections: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    """The blocks that are planned: [{"type", "purpose"}] in their order."""
    blocks: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    """What is there: documents.Block as JSON, in their order."""
    status: Mapped[SitePageStatus] = mapped_column(text_enum(SitePageStatus), default=SitePageStatus.DRAFT)
    edited: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'"))
    """What people wrote, and generating again keeps: "title", "slug", "type", "description", "purpose", "sections",
    "order" (of the blocks), and "block:ID" for each block. "page": people made the page itself."""
    revision: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Counts the changes: one that was made from an older revision is refused."""
    edited_by: Mapped[str | None]
    edited_at: Mapped[datetime | None]
    written_at: Mapped[datetime | None]
    """When the AI last wrote it."""
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("blueprint_id", "slug"),
        Index("ix_site_pages_site_id", "site_id", "id"),
        Index("ix_site_pages_blueprint_id", "blueprint_id", "position"),
    )


class PageChange(StrEnum):
    """How a page came to be as a revision has it."""

    CREATED = "created"
    PLANNED = "planned"
    """The AI planned it."""
    WRITTEN = "written"
    """The AI wrote it."""
    EDITED = "edited"
    RESTORED = "restored"
    """An earlier revision was taken back."""


class SitePageRevision(Base):
    """A page as it was after each change."""

    __tablename__ = "site_page_revisions"

    page_id: Mapped[int] = mapped_column(ForeignKey("site_pages.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[SiteId] = mapped_column(index=True)
    change: Mapped[PageChange] = mapped_column(text_enum(PageChange))
    document: Mapped[dict[str, Any]]
    """slug, title, type, description, purpose, sections, blocks, edited."""
    by: Mapped[str]
    created_at: Mapped[CreatedAt]
