"""The journal of AI requests."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum


class AICallStatus(StrEnum):
    """`answered` rows hold the stored answer; a retry reads it instead of asking again."""

    PENDING = "pending"
    ANSWERED = "answered"
    FAILED = "failed"


class AIRequestTime(Base):
    """How long the provider's requests take lately; a fact of the platform, which tells nothing of a tenant."""

    __tablename__ = "ai_request_times"

    operation: Mapped[str] = mapped_column(primary_key=True)
    seconds: Mapped[float]
    """A moving average of requests that were answered, their waiting for a slot not counted."""
    updated_at: Mapped[datetime]


class AIEndpointDialect(Base):
    """What a model of an AI endpoint understands of the protocol; a fact of the platform, not of a tenant."""

    __tablename__ = "ai_endpoint_dialects"

    base_url: Mapped[str] = mapped_column(Text, primary_key=True)
    model: Mapped[str] = mapped_column(Text, primary_key=True)
    dialect: Mapped[dict[str, Any]]
    learnt_at: Mapped[datetime]


class AICall(Base):
    """One logical AI request. Unknown figures are null, never 0."""

    __tablename__ = "ai_calls"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("automation_runs.id", ondelete="SET NULL"))
    stage: Mapped[int | None] = mapped_column(SmallInteger)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    operation: Mapped[str]
    model: Mapped[str]
    prompt_version: Mapped[str]
    status: Mapped[AICallStatus] = mapped_column(text_enum(AICallStatus), default=AICallStatus.PENDING)
    tokens_in: Mapped[int | None]
    tokens_cached: Mapped[int | None]
    tokens_out: Mapped[int | None]
    provider_cost: Mapped[Decimal | None] = mapped_column(Numeric(14, 6))
    """US dollars, by the price list of the configured models."""
    latency_ms: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    """HTTP requests sent for it, retries included."""
    answer: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
    """When it first left for the provider; null while it waits for its turn. What was sent may have to be paid."""
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_ai_calls_run", "run_id", "stage"),
        Index(
            "ix_ai_calls_site",
            "site_id",
            "created_at",
            postgresql_include=[
                "operation",
                "run_id",
                "stage",
                "tokens_in",
                "tokens_cached",
                "tokens_out",
                "provider_cost",
            ],
        ),
        # A charge's key is the part of its requests' keys before /ask/: what an article's charges cost the provider.
        Index("ix_ai_calls_charge", text("split_part(idempotency_key, '/ask/', 1)")),
    )
