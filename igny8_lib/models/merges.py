"""The second look at clusters of one keyword: what the AI was offered to merge, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum
from igny8_lib.models.automation import ItemState


class MergeOffer(Base):
    """One request of a run's second look, fixed before it is asked: a retry finds the same clusters in it."""

    __tablename__ = "merge_offers"

    run_id: Mapped[int] = mapped_column(ForeignKey("automation_runs.id", ondelete="CASCADE"), primary_key=True)
    request: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Its number in stage 1, after those of the stage's work list."""
    site_id: Mapped[SiteId] = mapped_column(index=True)
    alone: Mapped[list[Any]]
    """Clusters of one keyword, as they were: [{id, name, keywords}], numbered in the prompt from 1."""
    topics: Mapped[list[Any]]
    """Clusters near to them, as they were: [{id, name, keywords}]; their numbers follow."""
    state: Mapped[ItemState] = mapped_column(
        text_enum(ItemState), default=ItemState.PENDING, server_default=ItemState.PENDING.value
    )
    error: Mapped[str | None]


class ClusterMerge(Base):
    """A cluster that was merged into another, with what it was before, so that it can be taken back."""

    __tablename__ = "cluster_merges"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("automation_runs.id", ondelete="SET NULL"), index=True)
    before: Mapped[dict[str, Any]]
    """The cluster that is gone: {id, name, description}."""
    keyword_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    into_id: Mapped[int | None] = mapped_column(ForeignKey("clusters.id", ondelete="SET NULL"), index=True)
    into_name: Mapped[str]
    created_at: Mapped[CreatedAt]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]

    __table_args__ = (Index("ix_cluster_merges_site_id", "site_id", "id"),)
