"""The journal of AI requests."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum


class AICallStatus(StrEnum):
    """`answered` rows hold the stored answer; a retry reads it instead of asking again."""

    PENDING = "pending"
    ANSWERED = "answered"
    FAILED = "failed"


class AICallFailure(StrEnum):
    """Whom a failed request concerns, and so whether it may be asked again."""

    ITEM = "item"
    """The request or its answer was refused: final."""
    TEMPORARY = "temporary"
    """Given up after all attempts: final within its run."""
    PROVIDER = "provider"
    """The provider refuses everything: asked again by whoever comes with the same key."""


class Deployment(Base):
    """One row: which database this is. Keys recur in every new one; what a provider is sent must not."""

    __tablename__ = "deployment"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str]
    """Twelve random hexadecimal digits, made by the migration."""

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


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
    request: Mapped[int | None]
    """The request's number within its stage, as the work list has it."""
    charge_key: Mapped[str]
    """The reservation and ledger entry that it is paid by; its repairs and halves are paid by the same."""
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    """Charge key and which ask of it this is. The provider gets it with the deployment's code in front."""
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
    """What came, as far as the database keeps it; null while there is none."""
    error: Mapped[str | None]
    """Why it failed; at an answer, why its results could not be written."""
    failure: Mapped[AICallFailure | None] = mapped_column(text_enum(AICallFailure))
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
    """When it first left for the provider; null while it waits for its turn, and again after the provider definitely
    refused it. What was sent may have to be paid."""
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
        Index("ix_ai_calls_charge", "charge_key"),
    )


class AIUsageDay(Base):
    """What the provider counted on a day (UTC) for one AI function of one place, or a part of it: add up the rows.

    The trigger of `ai_calls` moves it by what changed; any other change is refused. It never waits: it takes a row of
    the place that no other transaction holds, and adds one where all are held. 0 stands for no run and no stage.
    """

    __tablename__ = "ai_usage_days"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    day: Mapped[date]
    run_id: Mapped[int]
    stage: Mapped[int] = mapped_column(SmallInteger)
    operation: Mapped[str]
    calls: Mapped[int]
    told_in: Mapped[int]
    """Requests whose figure is known, here as in the other `told` columns: none is no sum of 0."""
    tokens_in: Mapped[int]
    told_cached: Mapped[int]
    tokens_cached: Mapped[int]
    told_out: Mapped[int]
    tokens_out: Mapped[int]
    told_cost: Mapped[int]
    provider_cost: Mapped[Decimal] = mapped_column(Numeric())

    __table_args__ = (Index("ix_ai_usage_days_place", "site_id", "day", "run_id", "stage", "operation"),)
