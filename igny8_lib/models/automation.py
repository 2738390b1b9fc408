"""How a site's pipeline is configured, each run of it, and the work list of each stage."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, FetchedValue, ForeignKey, Index, Numeric, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.db.base import AccountId, Base, Id, SiteId
from igny8_lib.db.types import text_enum


class Frequency(StrEnum):
    """How often the schedule starts a run."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Trigger(StrEnum):
    """Who started a run."""

    MANUAL = "manual"
    SCHEDULED = "scheduled"
    API = "api"
    RULE = "rule"


class RunStatus(StrEnum):
    """A run is active while running or paused; every other status is final."""

    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


ACTIVE_RUN = (RunStatus.RUNNING, RunStatus.PAUSED)


class StoppedReason(StrEnum):
    """Why a run ended (SPEC §4); every ended run has one."""

    COMPLETED = "completed"
    NOTHING_PENDING = "nothing_pending"
    PER_RUN_LIMIT = "per_run_limit"
    CREDIT_BUDGET = "credit_budget"
    INSUFFICIENT_CREDITS = "insufficient_credits"
    CANCELLED = "cancelled"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    STAGE_FAILED = "stage_failed"
    SITE_BUSY = "site_busy"


class StageStatus(StrEnum):
    """Where one stage of one run stands."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


class ItemState(StrEnum):
    """Where one item of a stage's work list stands; `left` items are the next run's."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    LEFT = "left"


class EventLevel(StrEnum):
    """Weight of a line in the activity log."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class AutomationConfig(Base):
    """One row per site. Limits: 0 = unlimited."""

    __tablename__ = "automation_configs"

    site_id: Mapped[SiteId] = mapped_column(primary_key=True)
    is_enabled: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether the schedule starts runs; runs by hand are always possible."""
    frequency: Mapped[Frequency] = mapped_column(text_enum(Frequency), default=Frequency.DAILY)
    scheduled_time: Mapped[time] = mapped_column(default=time(2, 0))
    """Local time in the site's zone."""
    weekday: Mapped[int] = mapped_column(SmallInteger, default=0)
    """0 = Monday … 6 = Sunday; for the weekly frequency."""
    day_of_month: Mapped[int] = mapped_column(SmallInteger, default=1)
    """1…31; a month without that day runs on its last one."""
    schedule_window_minutes: Mapped[int] = mapped_column(SmallInteger, default=30, server_default=text("30"))
    """0…720: its starts come up to so many minutes after their time, always equally many; 0 = none."""
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Counts the changes of the settings: one that was made from an older version is refused."""
    schedule_since: Mapped[datetime] = mapped_column(server_default=text("now()"), server_onupdate=FetchedValue())
    """When the schedule or the site's zone last changed; kept by a trigger. Earlier starts are never made up for."""

    second_look_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Whether clusters of one keyword are offered for merging before ideas are paid for."""
    stage_1_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    stage_2_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    stage_3_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    stage_4_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    stage_5_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    stage_6_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    stage_7_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    stage_1_batch_size: Mapped[int] = mapped_column(default=160)
    stage_2_batch_size: Mapped[int] = mapped_column(default=40)
    stage_3_batch_size: Mapped[int] = mapped_column(default=500)
    stage_4_batch_size: Mapped[int] = mapped_column(default=16)
    stage_5_batch_size: Mapped[int] = mapped_column(default=32)
    stage_6_batch_size: Mapped[int] = mapped_column(default=32)

    stage_1_in_flight: Mapped[int] = mapped_column(default=8)
    stage_2_in_flight: Mapped[int] = mapped_column(default=8)
    stage_4_in_flight: Mapped[int] = mapped_column(default=8)
    stage_5_in_flight: Mapped[int] = mapped_column(default=8)
    stage_6_in_flight: Mapped[int] = mapped_column(default=8)

    max_keywords_per_run: Mapped[int] = mapped_column(default=0)
    max_clusters_per_run: Mapped[int] = mapped_column(default=0)
    max_ideas_per_run: Mapped[int] = mapped_column(default=0)
    max_tasks_per_run: Mapped[int] = mapped_column(default=0)
    max_content_per_run: Mapped[int] = mapped_column(default=0)
    max_images_per_run: Mapped[int] = mapped_column(default=0)
    max_approvals_per_run: Mapped[int] = mapped_column(default=0)
    max_credits_per_run: Mapped[Credits] = mapped_column(default=ZERO)

    ideas_per_cluster: Mapped[int] = mapped_column(default=7)
    images_per_content: Mapped[int] = mapped_column(default=4)
    """One featured image, the others in the article."""
    image_quality: Mapped[str] = mapped_column(default="basic")
    """basic, standard, high or premium: the price list's qualities."""
    ideas_need_approval: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Whether stage 3 takes only ideas that people approved."""
    competing_pages_enabled: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    """Whether ideas are held against the site's pages before they become tasks."""
    competing_pages_threshold: Mapped[Decimal] = mapped_column(
        Numeric(4, 3), default=Decimal("0.85"), server_default=text("0.85")
    )
    """Likeness, 0 to 1, from which a page competes with an idea."""

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("day_of_month BETWEEN 1 AND 31", name="day_of_month"),
        CheckConstraint("schedule_window_minutes BETWEEN 0 AND 720", name="schedule_window_minutes"),
    )


class AutomationRun(Base):
    """One run of a site's pipeline; mirrors the Airflow DAG run."""

    __tablename__ = "automation_runs"

    id: Mapped[Id]
    account_id: Mapped[AccountId] = mapped_column(index=True)
    site_id: Mapped[SiteId]
    run_id: Mapped[str]
    """`run_20260113_140523_manual`: the name people see."""
    run_number: Mapped[int]
    trigger: Mapped[Trigger] = mapped_column(text_enum(Trigger))
    triggered_by: Mapped[str] = mapped_column(default="")
    rule_execution_id: Mapped[int | None] = mapped_column(ForeignKey("rule_executions.id", ondelete="SET NULL"))
    """The execution of a rule that started it; null for every other trigger."""
    status: Mapped[RunStatus] = mapped_column(text_enum(RunStatus), default=RunStatus.RUNNING)
    dry_run: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    current_stage: Mapped[int | None] = mapped_column(SmallInteger)
    scheduled_for: Mapped[datetime | None]
    """The instant of the schedule that this run answers; null for every other trigger."""
    started_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    """Since when it is paused. On a cancelled run: its DAG has still to be unpaused."""
    paused_seconds: Mapped[float] = mapped_column(default=0.0, server_default="0")
    """Of the pauses that are over."""
    total_credits_used: Mapped[Credits] = mapped_column(default=ZERO)
    initial_snapshot: Mapped[dict[str, Any]] = mapped_column(default=dict)
    stopping: Mapped[StoppedReason | None] = mapped_column(text_enum(StoppedReason, "stopping"))
    """Set in the middle of a run when no further AI request may start; the stages still to come are skipped."""
    stopped_reason: Mapped[StoppedReason | None] = mapped_column(text_enum(StoppedReason))
    stopped_detail: Mapped[str] = mapped_column(default="")
    """The reason as a sentence for people."""
    error: Mapped[str | None]
    notified_at: Mapped[datetime | None]
    """When telling people about the run's end began; set once, before anything is sent."""
    details_removed_at: Mapped[datetime | None]
    """When its work lists and its activity log were removed for their age; null while they are there."""
    dag_id: Mapped[str]
    dag_run_id: Mapped[str]

    __table_args__ = (
        UniqueConstraint("site_id", "run_id"),
        UniqueConstraint("site_id", "run_number"),
        UniqueConstraint("dag_id", "dag_run_id"),
        Index(
            "uq_automation_runs_scheduled_for",
            "site_id",
            "scheduled_for",
            unique=True,
            postgresql_where=text("scheduled_for IS NOT NULL"),
        ),
        Index(
            "ix_automation_runs_rule_execution_id",
            "rule_execution_id",
            postgresql_where=text("rule_execution_id IS NOT NULL"),
        ),
        Index("ix_automation_runs_paused", "paused_at", postgresql_where=text("paused_at IS NOT NULL")),
        Index("ix_automation_runs_started", "site_id", "started_at"),
        Index("ix_automation_runs_completed", "completed_at"),
        Index(
            "ix_automation_runs_with_details",
            "site_id",
            "completed_at",
            postgresql_where=text("details_removed_at IS NULL AND completed_at IS NOT NULL"),
        ),
        Index(
            "uq_automation_runs_active",
            "site_id",
            unique=True,
            postgresql_where=text("status IN ('running', 'paused')"),
        ),
        Index(
            "ix_automation_runs_not_notified",
            "completed_at",
            postgresql_where=text("notified_at IS NULL"),
        ),
        CheckConstraint(
            "(status IN ('running', 'paused')) = (stopped_reason IS NULL)", name="ended_run_has_stopped_reason"
        ),
    )


class StageResult(Base):
    """One stage of one run, as it ended; while it runs, its work list tells how far it is."""

    __tablename__ = "stage_results"

    run_id: Mapped[int] = mapped_column(ForeignKey("automation_runs.id", ondelete="CASCADE"), primary_key=True)
    stage: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    site_id: Mapped[SiteId] = mapped_column(index=True)
    status: Mapped[StageStatus] = mapped_column(text_enum(StageStatus))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    items_total: Mapped[int] = mapped_column(default=0)
    items_processed: Mapped[int] = mapped_column(default=0)
    items_created: Mapped[int] = mapped_column(default=0)
    items_failed: Mapped[int] = mapped_column(default=0)
    credits_used: Mapped[Credits] = mapped_column(default=ZERO)
    seconds: Mapped[float] = mapped_column(default=0.0)
    error: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The stage's own counters (clusters_created, total_words, …), the reason of a skip, the last in-flight bound."""


class StageItem(Base):
    """One item of a stage's work list, fixed when the stage is planned.

    `batch` is the mapped task that works it, `request` the AI request it goes into: a retry finds the same groups.
    """

    __tablename__ = "stage_items"

    run_id: Mapped[int] = mapped_column(ForeignKey("automation_runs.id", ondelete="CASCADE"), primary_key=True)
    stage: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[SiteId]
    item_id: Mapped[int]
    batch: Mapped[int]
    request: Mapped[int]
    state: Mapped[ItemState] = mapped_column(
        text_enum(ItemState), default=ItemState.PENDING, server_default=ItemState.PENDING.value
    )
    created: Mapped[int] = mapped_column(default=0, server_default="0")
    """Rows this item made (shared out to the first item of its request)."""
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    error: Mapped[str | None]
    temporary: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Of a failure: whether the next run may well succeed with the item."""
    finished_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_stage_items_batch", "run_id", "stage", "batch", "request"),)


class RunEvent(Base):
    """One line of a run's activity log."""

    __tablename__ = "run_events"

    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("automation_runs.id", ondelete="CASCADE"))
    site_id: Mapped[SiteId] = mapped_column(index=True)
    at: Mapped[datetime]
    stage: Mapped[int | None] = mapped_column(SmallInteger)
    level: Mapped[EventLevel] = mapped_column(text_enum(EventLevel), default=EventLevel.INFO)
    actor: Mapped[str] = mapped_column(default="")
    """Who acted: a user name, `scheduler`, `reconciler`, or empty for the run's own tasks."""
    message: Mapped[str]

    __table_args__ = (Index("ix_run_events_run", "run_id", "id"),)


class SiteLease(Base):
    """Which process may write a site's pipeline data now.

    The token grows with each holder; a write that carries an older one is refused, so a process that outlived its
    turn (killed supervisor, cancelled run) cannot write beside its successor.
    """

    __tablename__ = "site_leases"

    site_id: Mapped[SiteId] = mapped_column(primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("automation_runs.id", ondelete="SET NULL"))
    token: Mapped[int] = mapped_column(default=0, server_default="0")
    holder: Mapped[str] = mapped_column(default="")
    heartbeat_at: Mapped[datetime | None]
