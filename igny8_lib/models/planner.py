"""Keywords, the clusters they form, and the content ideas made of clusters (the planner module)."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Double, FetchedValue, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum


class KeywordStatus(StrEnum):
    """`mapped` keywords belong to a cluster."""

    NEW = "new"
    MAPPED = "mapped"


class ClusterStatus(StrEnum):
    """`mapped` clusters have content ideas."""

    NEW = "new"
    MAPPED = "mapped"


class IdeaStatus(StrEnum):
    """`queued` ideas have a writing task; `completed` ones an article."""

    NEW = "new"
    QUEUED = "queued"
    SKIPPED = "skipped"
    COMPLETED = "completed"


class SearchIntent(StrEnum):
    """Why people search a keyword: the four intents that keyword tools report."""

    INFORMATIONAL = "informational"
    COMMERCIAL = "commercial"
    TRANSACTIONAL = "transactional"
    NAVIGATIONAL = "navigational"


class Keyword(Base):
    """One search query. Measures are null where the export had none: empty is not 0."""

    __tablename__ = "keywords"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    text: Mapped[str]
    normalized: Mapped[str]
    volume: Mapped[int | None]
    """Average monthly searches."""
    impressions: Mapped[int | None]
    """Search Console impressions in the exported period; the nearest signal where there is no volume."""
    clicks: Mapped[int | None]
    """Search Console clicks in the exported period."""
    position: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    """The best place in the results that an export told; 1 is the top."""
    difficulty: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    """SEO difficulty, 0 to 100."""
    cpc: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    """Cost per click, in the export's currency."""
    intent: Mapped[SearchIntent | None] = mapped_column(text_enum(SearchIntent))
    parent_keyword: Mapped[str | None]
    """The keyword whose search results answer this one, too, as the export's tool saw it: a must-link hint."""
    page_url: Mapped[str | None]
    """The page that ranked for it at that position: keywords of one page belong together."""
    expected_clicks: Mapped[float | None] = mapped_column(
        Double, server_default=FetchedValue(), server_onupdate=FetchedValue()
    )
    """Additional clicks a month that it may bring; the database computes it (planner/opportunity.py)."""
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sectors.id", ondelete="SET NULL"))
    status: Mapped[KeywordStatus] = mapped_column(text_enum(KeywordStatus), default=KeywordStatus.NEW)
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("clusters.id", ondelete="SET NULL"), index=True)
    disabled: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    source_file: Mapped[str | None]
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("site_id", "normalized"),
        Index(
            "ix_keywords_pending",
            "site_id",
            "id",
            postgresql_where=sql("status = 'new' AND cluster_id IS NULL AND NOT disabled"),
        ),
    )


class Cluster(Base):
    """A topic: keywords that one article, or a family of articles, can answer."""

    __tablename__ = "clusters"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    name: Mapped[str]
    normalized: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    status: Mapped[ClusterStatus] = mapped_column(text_enum(ClusterStatus), default=ClusterStatus.NEW)
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("site_id", "normalized"),
        Index("ix_clusters_pending", "site_id", "id", postgresql_where=sql("status = 'new'")),
    )


class ContentIdea(Base):
    """A planned article: title, outline and the keywords it is to rank for."""

    __tablename__ = "content_ideas"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("clusters.id", ondelete="CASCADE"), index=True)
    title: Mapped[str]
    normalized: Mapped[str]
    outline: Mapped[list[str]]
    content_type: Mapped[str] = mapped_column(default="article")
    intent: Mapped[SearchIntent | None] = mapped_column(text_enum(SearchIntent))
    target_keywords: Mapped[list[str]]
    estimated_word_count: Mapped[int]
    status: Mapped[IdeaStatus] = mapped_column(text_enum(IdeaStatus), default=IdeaStatus.NEW)
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("site_id", "normalized"),
        Index("ix_content_ideas_pending", "site_id", "id", postgresql_where=sql("status = 'new'")),
    )
