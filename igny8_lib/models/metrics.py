"""What operators watch: sums over the whole platform that only grow, and marks of when something last happened.

A metric tells nothing of a tenant: its labels are words of the program (a stage, an operation, an outcome).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.db.base import Base, CreatedAt
from igny8_lib.models.ai import AICall
from igny8_lib.models.automation import StageResult
from igny8_lib.models.credits import LedgerEntry, Replenishment
from igny8_lib.models.publishing import Publication
from igny8_lib.models.rules import RuleExecution


class MetricValue(Base):
    """One value of a metric, for one set of labels. Rows that were counted into it may be removed afterwards."""

    __tablename__ = "metric_values"

    name: Mapped[str] = mapped_column(primary_key=True)
    labels: Mapped[dict[str, Any]] = mapped_column(primary_key=True)
    value: Mapped[Decimal] = mapped_column(Numeric)
    """Of a counter: the sum so far. Of a mark: seconds since 1970."""


class MetricBound(Base):
    """One row: everything that happened before it is counted, nothing that happened since."""

    __tablename__ = "metric_bound"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counted_until: Mapped[datetime]
    since: Mapped[CreatedAt]
    """When counting began: what happened earlier is in no counter."""


BY_TIME = (
    Index("ix_ai_calls_answered_at", AICall.answered_at, postgresql_using="brin"),
    Index("ix_credit_ledger_created_at", LedgerEntry.created_at, postgresql_using="brin"),
    Index("ix_stage_results_finished_at", StageResult.finished_at, postgresql_using="brin"),
    Index("ix_rule_executions_finished_at", RuleExecution.finished_at, postgresql_using="brin"),
    Index("ix_publications_published_at", Publication.published_at, postgresql_using="brin"),
    Index("ix_credit_replenishments_decided_at", Replenishment.decided_at, postgresql_using="brin"),
)
"""What is counted is found by its time. BRIN: some kilobytes for millions of rows, no work for a paid request's writes
(PostgreSQL keeps updates of such columns in place)."""
