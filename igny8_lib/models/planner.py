"""Keywords, the clusters they form, and the content ideas made of clusters (the planner module)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Double, FetchedValue, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
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


class CompetitionVerdict(StrEnum):
    """How an idea stood when it was held against the site's pages: `competing` ones are skipped, `doubtful` ones go on
    and are marked for people. An idea that was changed since is `unchecked` again."""

    UNCHECKED = "unchecked"
    CLEAR = "clear"
    DOUBTFUL = "doubtful"
    COMPETING = "competing"


class ContentType(StrEnum):
    """The shapes of article that the writer knows."""

    ARTICLE = "article"
    HOW_TO = "how_to"
    GUIDE = "guide"
    LIST = "list"
    COMPARISON = "comparison"
    FAQ = "faq"


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
    refused_reason: Mapped[str | None]
    """Why the AI provider refused it, asked alone: it waits for no stage until people put it back. Null otherwise."""
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
    refused_reason: Mapped[str | None]
    """Why the AI provider refused it, asked alone: it waits for no stage until people put it back. Null otherwise."""
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
    priority: Mapped[int | None]
    """Higher ones are taken first. Null counts as 0: by age among its like."""
    approved_at: Mapped[datetime | None]
    """When people approved it; counts where the site's ideas need approval."""
    approved_by: Mapped[str | None]
    changed_at: Mapped[datetime | None]
    """When people last edited, restored or ordered it."""
    changed_by: Mapped[str | None]
    skipped_reason: Mapped[str | None]
    """Why it is skipped, as a sentence for people; null while it is not."""
    skipped_by: Mapped[str | None]
    """The person who skipped it; null where a competing page did."""
    competition_verdict: Mapped[CompetitionVerdict] = mapped_column(
        text_enum(CompetitionVerdict),
        default=CompetitionVerdict.UNCHECKED,
        server_default=CompetitionVerdict.UNCHECKED.value,
    )
    competition: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The page that it is most alike: {kind, id, title, url, score 0 to 1, by}; null for an idea that is clear."""
    competition_overruled: Mapped[list[Any]] = mapped_column(default=list, server_default=sql("'[]'"))
    """Pages ({kind, id}) for which it was skipped and that people did not think competing: never a reason again."""
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("site_id", "normalized"),
        Index("ix_content_ideas_pending", "site_id", "id", postgresql_where=sql("status = 'new'")),
        Index("ix_content_ideas_skipped", "site_id", postgresql_where=sql("status = 'skipped'")),
    )
