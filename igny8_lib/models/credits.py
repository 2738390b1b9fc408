"""Credits: the balance, the append-only ledger behind it, reservations, and what operations cost."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, FetchedValue, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.db.base import AccountId, Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum


class Operation(StrEnum):
    """What costs credits (SPEC §6)."""

    CLUSTERING = "clustering"
    IDEA_GENERATION = "idea_generation"
    CONTENT_GENERATION = "content_generation"
    IMAGE_PROMPT_EXTRACTION = "image_prompt_extraction"
    IMAGE_GENERATION = "image_generation"
    LINKING = "linking"
    OPTIMIZATION = "optimization"
    SITE_STRUCTURE_GENERATION = "site_structure_generation"
    SITE_PAGE_GENERATION = "site_page_generation"


class EntryType(StrEnum):
    """Why a ledger entry was written. Usage is negative, the others positive but for adjustments (either)."""

    GRANT = "grant"
    MONTHLY_REPLENISHMENT = "monthly_replenishment"
    USAGE = "usage"
    REFUND = "refund"
    ADJUSTMENT = "adjustment"


class ReservationStatus(StrEnum):
    """Only a pending reservation holds credits; the other three are final."""

    PENDING = "pending"
    SETTLED = "settled"
    RELEASED = "released"
    EXPIRED = "expired"


SELDOM_TYPES = "entry_type <> 'usage'"
SELDOM_WORK = "operation IN ('linking', 'optimization', 'site_structure_generation', 'site_page_generation')"
"""A few among the many entries of runs: small indexes of their own find them, and no charge of a run writes there."""


class CreditBalance(Base):
    """One row per account: the sum of its ledger, and how much of it is reserved.

    Triggers on the ledger and on the reservations keep both numbers; any other change of them is refused, so that
    `balance` equals the sum of the entries and `reserved` the sum of the pending reservations at every instant.
    """

    __tablename__ = "credit_balances"

    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    balance: Mapped[Credits] = mapped_column(default=ZERO, server_default="0")
    reserved: Mapped[Credits] = mapped_column(default=ZERO, server_default="0")

    __table_args__ = (
        CheckConstraint("balance >= 0", name="balance_not_negative"),
        CheckConstraint("reserved >= 0 AND reserved <= balance", name="reserved_is_covered"),
    )


class LedgerEntry(Base):
    """One movement of credits; never changed, never deleted (a trigger refuses both)."""

    __tablename__ = "credit_ledger"

    id: Mapped[Id]
    account_id: Mapped[AccountId]
    entry_type: Mapped[EntryType] = mapped_column(text_enum(EntryType))
    amount: Mapped[Credits]
    balance_after: Mapped[Credits] = mapped_column(server_default=FetchedValue())
    """Set by the trigger."""
    idempotency_key: Mapped[str]
    operation: Mapped[Operation | None] = mapped_column(text_enum(Operation))
    related_type: Mapped[str | None]
    related_id: Mapped[int | None]
    site_id: Mapped[int | None]
    run_id: Mapped[int | None]
    stage: Mapped[int | None] = mapped_column(SmallInteger)
    ai_call_id: Mapped[int | None]
    """Plain numbers, not foreign keys: the ledger outlives what it paid for."""
    created_by: Mapped[str] = mapped_column(default="")
    metadata_: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict)
    created_at: Mapped[CreatedAt]

    __table_args__ = (
        UniqueConstraint("account_id", "idempotency_key"),
        CheckConstraint("idempotency_key <> ''", name="key_not_empty"),
        CheckConstraint(
            "CASE entry_type WHEN 'usage' THEN amount <= 0 WHEN 'adjustment' THEN amount <> 0 ELSE amount > 0 END",
            name="amount_fits_type",
        ),
        CheckConstraint("entry_type <> 'usage' OR operation IS NOT NULL", name="usage_names_operation"),
        Index("ix_credit_ledger_account", "account_id", "id", postgresql_include=["amount"]),
        Index("ix_credit_ledger_run", "run_id", postgresql_include=["account_id", "operation", "amount"]),
        Index(
            "ix_credit_ledger_usage",
            "account_id",
            "created_at",
            postgresql_include=["operation", "stage", "site_id", "run_id", "amount"],
            postgresql_where=text("operation IS NOT NULL"),
        ),
        Index(
            "ix_credit_ledger_site_usage",
            "site_id",
            "created_at",
            postgresql_include=["account_id", "operation", "stage", "run_id", "amount"],
            postgresql_where=text("operation IS NOT NULL"),
        ),
        Index(
            "ix_credit_ledger_related",
            "account_id",
            "related_type",
            "related_id",
            postgresql_where=text("related_id IS NOT NULL"),
        ),
        Index("ix_credit_ledger_seldom", "account_id", "entry_type", "id", postgresql_where=text(SELDOM_TYPES)),
        Index("ix_credit_ledger_seldom_work", "account_id", "operation", "id", postgresql_where=text(SELDOM_WORK)),
    )


class Reservation(Base):
    """Credits set aside for one operation before it is paid for.

    `key` names the operation's work; a released or expired one may be tried again as the next `attempt`.
    """

    __tablename__ = "credit_reservations"

    id: Mapped[Id]
    account_id: Mapped[AccountId]
    key: Mapped[str]
    attempt: Mapped[int] = mapped_column(SmallInteger, default=1)
    amount: Mapped[Credits]
    status: Mapped[ReservationStatus] = mapped_column(text_enum(ReservationStatus), default=ReservationStatus.PENDING)
    operation: Mapped[Operation] = mapped_column(text_enum(Operation))
    site_id: Mapped[int | None]
    run_id: Mapped[int | None]
    stage: Mapped[int | None] = mapped_column(SmallInteger)
    settled_amount: Mapped[Credits | None]
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("account_id", "key", "attempt"),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("(status = 'settled') = (settled_amount IS NOT NULL)", name="settled_has_amount"),
        CheckConstraint("(status = 'pending') = (closed_at IS NULL)", name="closed_has_time"),
        Index("ix_credit_reservations_pending", "run_id", postgresql_where=text("status = 'pending'")),
        Index("ix_credit_reservations_expiry", "expires_at", postgresql_where=text("status = 'pending'")),
    )


class RunSpending(Base):
    """What a run was charged and holds for one operation of one stage: the sums of its entries and reservations.

    Triggers on both move it under the account's balance lock; any other change is refused. It spares every paid
    request adding up its run's whole ledger. No foreign key to the run: like the ledger it outlives it.
    """

    __tablename__ = "credit_run_spending"

    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    """0 for what names no stage."""
    operation: Mapped[Operation] = mapped_column(text_enum(Operation), primary_key=True)
    settled: Mapped[Credits] = mapped_column(default=ZERO, server_default="0")
    """Charges less refunds."""
    reserved: Mapped[Credits] = mapped_column(default=ZERO, server_default="0")
    """Held for requests in flight."""

    __table_args__ = (CheckConstraint("reserved >= 0", name="reserved_not_negative"),)


class CreditUsageDay(Base):
    """What an account was charged less refunds on a day (UTC) for one operation of one place: the sum of its entries.

    The ledger's trigger moves it under the account's balance lock; any other change is refused. It spares reports the
    sum over the whole ledger. 0 stands for no site, no run and no stage.
    """

    __tablename__ = "credit_usage_days"

    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    operation: Mapped[Operation] = mapped_column(text_enum(Operation), primary_key=True)
    entries: Mapped[int]
    credits: Mapped[Credits]


class ReplenishmentOutcome(StrEnum):
    """What a month brought an account; decided once."""

    PAID = "paid"
    SUSPENDED = "suspended"
    NOTHING_DUE = "nothing_due"


class Replenishment(Base):
    """That a month was decided for an account: nobody is replenished twice, and no month is forgotten."""

    __tablename__ = "credit_replenishments"

    account_id: Mapped[AccountId] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    outcome: Mapped[ReplenishmentOutcome] = mapped_column(text_enum(ReplenishmentOutcome))
    amount: Mapped[Credits] = mapped_column(default=ZERO)
    decided_at: Mapped[CreatedAt]


class CreditCostConfig(Base):
    """Overrides the constant in code while active."""

    __tablename__ = "credit_cost_configs"

    operation: Mapped[Operation] = mapped_column(text_enum(Operation), primary_key=True)
    cost: Mapped[Credits]
    """Per unit; for images, of the basic quality."""
    unit: Mapped[str]
    unit_size: Mapped[int]
    minimum: Mapped[Credits] = mapped_column(default=ZERO)
    """The least that one request costs."""
    is_active: Mapped[bool] = mapped_column(default=True)
    budget_percentage: Mapped[int | None] = mapped_column(SmallInteger)
    """The operation's default share of a run's credits."""
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    """Why it was changed last, in the words of whoever did."""

    __table_args__ = (
        CheckConstraint("cost >= 0", name="cost_not_negative"),
        CheckConstraint("unit_size > 0", name="unit_size_positive"),
        CheckConstraint("minimum >= 0", name="minimum_not_negative"),
        CheckConstraint("budget_percentage BETWEEN 0 AND 100", name="budget_percentage_is_a_share"),
    )


class CreditCostChange(Base):
    """Who changed a cost, when, from what to what; written by a trigger on the costs, immutable."""

    __tablename__ = "credit_cost_changes"

    id: Mapped[Id]
    operation: Mapped[Operation] = mapped_column(text_enum(Operation), index=True)
    changed_by: Mapped[str]
    changed_at: Mapped[CreatedAt]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    old: Mapped[dict[str, Any] | None]
    new: Mapped[dict[str, Any]]


class SiteBudgetShare(Base):
    """A site's own share of a run's credits for one operation; a site's rows sum to 100."""

    __tablename__ = "site_ai_budget_allocations"

    site_id: Mapped[SiteId] = mapped_column(primary_key=True)
    operation: Mapped[Operation] = mapped_column(text_enum(Operation), primary_key=True)
    percentage: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (CheckConstraint("percentage BETWEEN 0 AND 100", name="percentage_is_a_share"),)
