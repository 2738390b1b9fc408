"""Automation rules: what sets them off, what they wait for, and everything that came of them.

domain_events ──> rule_execution_events ──> rule_executions ──> automation_runs, content_batches
(the outbox)      each event once a rule    what was done       what it was done with
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.db.base import Base, CreatedAt, Id, SiteId
from igny8_lib.db.types import text_enum


class RuleTrigger(StrEnum):
    """What sets a rule off (SPEC §10): its schedule, or something that happened on its site."""

    SCHEDULE = "schedule"
    KEYWORD_ADDED = "keyword_added"
    CLUSTER_CREATED = "cluster_created"
    IDEA_CREATED = "idea_created"
    TASK_CREATED = "task_created"
    CONTENT_GENERATED = "content_generated"
    CONTENT_APPROVED = "content_approved"
    CONTENT_PUBLISHED = "content_published"
    RUN_COMPLETED = "run_completed"
    RUN_FAILED = "run_failed"


class RuleAction(StrEnum):
    """What a rule does (SPEC §10)."""

    CLUSTER_KEYWORDS = "cluster_keywords"
    GENERATE_IDEAS = "generate_ideas"
    GENERATE_CONTENT = "generate_content"
    OPTIMIZE_CONTENT = "optimize_content"
    LINK_CONTENT = "link_content"
    RUN_PIPELINE = "run_pipeline"
    GENERATE_SITE_STRUCTURE = "generate_site_structure"
    NOTIFY = "notify"


class ExecutionStatus(StrEnum):
    """How far an execution is. It is pending until its first action begins, also where its site is busy."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Nothing was done, and `result` says why: a limit, a loop, a busy site, nothing to do."""


OPEN_EXECUTION = (ExecutionStatus.PENDING, ExecutionStatus.RUNNING)


class BegunBy(StrEnum):
    """Why an execution is there."""

    EVENT = "event"
    SCHEDULE = "schedule"
    PERSON = "person"
    RETRY = "retry"


class AutomationRule(Base):
    """When this happens and that holds, do this, within these limits."""

    __tablename__ = "automation_rules"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    name: Mapped[str]
    """Unique within the site: what the rule does is done in this name."""
    trigger: Mapped[RuleTrigger] = mapped_column(text_enum(RuleTrigger))
    conditions: Mapped[list[Any]]
    """Of `documents.Condition`; all must hold."""
    actions: Mapped[list[Any]]
    """Of `documents.Action`, in the order in which they are done."""
    schedule: Mapped[str] = mapped_column(default="", server_default="")
    """A cron line of five fields in the site's zone, for the trigger `schedule`; empty for all others."""
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    max_executions_per_day: Mapped[int] = mapped_column(default=10, server_default=text("10"))
    """In the account's day; 0 = no limit."""
    credit_limit_per_execution: Mapped[Credits] = mapped_column(default=ZERO, server_default=text("0"))
    """0 = no limit but the site's."""
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    """Counts the changes: one that was made from an older version is refused."""
    created_by: Mapped[str]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    active_since: Mapped[CreatedAt]
    """When it was last switched on, or given another trigger or schedule: what happened before does not set it off."""
    next_due_at: Mapped[datetime | None]
    """The quarter of an hour at which its schedule is next looked at; null for other triggers, and switched off."""
    planned_zone: Mapped[str] = mapped_column(default="", server_default="")
    """The site's zone from which `next_due_at` was reckoned."""
    last_executed_at: Mapped[datetime | None]
    executions_day: Mapped[date | None]
    """The account's day that `executions_counted` is of."""
    executions_counted: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    failures_in_a_row: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    switched_off_because: Mapped[str | None]
    """Why the product switched it off by itself; null where it is on, or people switched it off."""
    switched_off_told_at: Mapped[datetime | None]
    """When telling people of that began; set once, before anything is sent."""

    __table_args__ = (
        UniqueConstraint("site_id", "name"),
        Index("ix_automation_rules_active", "site_id", "trigger", postgresql_where=text("is_active")),
        Index("ix_automation_rules_due", "next_due_at", postgresql_where=text("next_due_at IS NOT NULL")),
        Index(
            "ix_automation_rules_untold",
            "id",
            postgresql_where=text("switched_off_because IS NOT NULL AND switched_off_told_at IS NULL"),
        ),
        CheckConstraint("max_executions_per_day >= 0", name="max_executions_per_day"),
        CheckConstraint("credit_limit_per_execution >= 0", name="credit_limit_per_execution"),
        CheckConstraint("(trigger = 'schedule') = (schedule <> '')", name="schedule_of_schedules"),
    )


class RuleExecution(Base):
    """One execution of a rule, the API's scheduled task. It keeps what it needs of a rule that is changed or gone."""

    __tablename__ = "rule_executions"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("automation_rules.id", ondelete="SET NULL"))
    rule_name: Mapped[str]
    trigger: Mapped[RuleTrigger] = mapped_column(text_enum(RuleTrigger))
    begun_by: Mapped[BegunBy] = mapped_column(text_enum(BegunBy))
    requested_by: Mapped[str] = mapped_column(default="", server_default="")
    """Who asked for it by hand; empty where nobody did."""
    status: Mapped[ExecutionStatus] = mapped_column(text_enum(ExecutionStatus), default=ExecutionStatus.PENDING)
    created_at: Mapped[CreatedAt]
    due_at: Mapped[datetime | None]
    """The quarter of an hour of the schedule that it answers; null for all others."""
    started_at: Mapped[datetime | None]
    """When its first action began."""
    finished_at: Mapped[datetime | None]
    worked_at: Mapped[datetime | None]
    """When a worker last looked at it: who waits longest is next."""
    waits_since: Mapped[datetime | None]
    """Since when its next action waits for a busy site or for Airflow; null where it does not."""
    waits_for: Mapped[str] = mapped_column(default="", server_default="")
    """What it waits for, in a sentence; empty where it does not."""
    chain: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """The rules that led here, this one last: a rule in it is not set off by what this execution makes."""
    caused_by_id: Mapped[int | None] = mapped_column(ForeignKey("rule_executions.id", ondelete="SET NULL"), index=True)
    """The execution whose effect set this one off."""
    retry_of_id: Mapped[int | None] = mapped_column(ForeignKey("rule_executions.id", ondelete="SET NULL"))
    matched_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """The items that fulfil the conditions, in order; none for a schedule, whose item is the site."""
    looked_at: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Of how many items."""
    actions: Mapped[list[Any]]
    """Of `documents.Action`, as the rule had them when the first one began."""
    credit_limit: Mapped[Credits] = mapped_column(default=ZERO, server_default=text("0"))
    """As the rule had it then; 0 = none."""
    step: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Which of the actions is next or under way, from 0."""
    part: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """Which part of its items, from 0, where they are more than one run takes."""
    dag_run_id: Mapped[str | None]
    """The Airflow run of the action under way; null where none is."""
    batch_id: Mapped[int | None]
    """The batch of the action under way; null where none is."""
    build_id: Mapped[int | None]
    """The build of a website of the action under way; null where none is."""
    results: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    """Of `documents.StepResult`, one for each action or part that ended."""
    result: Mapped[str] = mapped_column(default="", server_default="")
    """How it ended, in a sentence for people."""
    error: Mapped[str | None]
    """What went wrong; null unless it failed."""
    credits_used: Mapped[Credits] = mapped_column(default=ZERO, server_default=text("0"))

    __table_args__ = (
        UniqueConstraint("rule_id", "due_at"),
        Index("ix_rule_executions_site_id", "site_id", "created_at", "id"),
        Index("ix_rule_executions_rule_id", "rule_id", "created_at", "id"),
        Index("ix_rule_executions_open", "id", postgresql_where=text("status IN ('pending', 'running')")),
        Index(
            "uq_rule_executions_retry",
            "retry_of_id",
            unique=True,
            postgresql_where=text("retry_of_id IS NOT NULL AND status IN ('pending', 'running')"),
        ),
        Index("ix_rule_executions_retry_of_id", "retry_of_id"),
        CheckConstraint("(status IN ('pending', 'running')) = (finished_at IS NULL)", name="ended_has_time"),
    )


class DomainEvent(Base):
    """Something that happened on a site to some items at once; written in the transaction that made them."""

    __tablename__ = "domain_events"

    id: Mapped[Id]
    site_id: Mapped[SiteId]
    kind: Mapped[RuleTrigger] = mapped_column(text_enum(RuleTrigger))
    item_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Keywords, clusters, ideas, tasks, articles or runs, by the kind."""
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("rule_executions.id", ondelete="SET NULL"))
    """The execution of a rule that brought it about; null where people or a schedule did."""
    created_at: Mapped[CreatedAt]
    consumed_at: Mapped[datetime | None]
    """When the rules of the site were shown it: once, and then never again."""

    __table_args__ = (
        Index("ix_domain_events_unconsumed", "id", postgresql_where=text("consumed_at IS NULL")),
        Index("ix_domain_events_consumed_at", "consumed_at", postgresql_where=text("consumed_at IS NOT NULL")),
        Index("ix_domain_events_site_id", "site_id"),
        Index("ix_domain_events_cause_id", "cause_id", postgresql_where=text("cause_id IS NOT NULL")),
    )


class RuleExecutionEvent(Base):
    """Which event an execution answers: the key lets a rule see each event once, whatever dies."""

    __tablename__ = "rule_execution_events"

    rule_id: Mapped[int] = mapped_column(ForeignKey("automation_rules.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("domain_events.id", ondelete="CASCADE"), primary_key=True)
    execution_id: Mapped[int] = mapped_column(ForeignKey("rule_executions.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[SiteId] = mapped_column(index=True)

    __table_args__ = (Index("ix_rule_execution_events_event_id", "event_id"),)
