"""Automation rules, what they did, and the outbox of events that sets them off."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
IDS = postgresql.ARRAY(sa.BigInteger())
TIMESTAMP = sa.DateTime(timezone=True)
TRIGGERS = (
    "schedule keyword_added cluster_created idea_created task_created content_generated content_approved "
    "content_published run_completed run_failed"
)
CAUSED = ("automation_runs", "content_batches", "content")
"""What an execution makes, and what of it may have effects later."""


def choice(name: str, values: str) -> sa.Enum:
    return sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)


def column(
    name: str,
    kind: sa.types.TypeEngine[Any] | type[sa.types.TypeEngine[Any]],
    default: str | None = None,
    *,
    nullable: bool = False,
) -> sa.Column[Any]:
    server_default = None if default is None else sa.text(default)
    return sa.Column(name, kind, server_default=server_default, nullable=nullable)


def identity() -> sa.Column[Any]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def to(table: str, name: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{table}.id"], ondelete=ondelete)


def upgrade() -> None:
    op.add_column("accounts", column("timezone", sa.String(), "'UTC'"))
    create_automation_rules()
    create_rule_executions()
    create_domain_events()
    create_rule_execution_events()
    for table in CAUSED:
        name_the_cause(table)
    op.add_column("content_batches", column("credit_limit", sa.BigInteger(), "0"))


def create_automation_rules() -> None:
    op.create_table(
        "automation_rules",
        identity(),
        column("site_id", sa.BigInteger()),
        column("name", sa.String()),
        column("trigger", choice("ruletrigger", TRIGGERS)),
        column("conditions", JSONB),
        column("actions", JSONB),
        column("schedule", sa.String(), "''"),
        column("is_active", sa.Boolean(), "true"),
        column("max_executions_per_day", sa.BigInteger(), "10"),
        column("credit_limit_per_execution", sa.BigInteger(), "0"),
        column("version", sa.BigInteger(), "1"),
        column("created_by", sa.String()),
        column("created_at", TIMESTAMP, "now()"),
        column("updated_at", TIMESTAMP, "now()"),
        column("active_since", TIMESTAMP, "now()"),
        column("next_due_at", TIMESTAMP, nullable=True),
        column("planned_zone", sa.String(), "''"),
        column("last_executed_at", TIMESTAMP, nullable=True),
        column("executions_day", sa.Date(), nullable=True),
        column("executions_counted", sa.BigInteger(), "0"),
        column("failures_in_a_row", sa.BigInteger(), "0"),
        column("switched_off_because", sa.String(), nullable=True),
        column("switched_off_told_at", TIMESTAMP, nullable=True),
        sa.CheckConstraint("max_executions_per_day >= 0", name="max_executions_per_day"),
        sa.CheckConstraint("credit_limit_per_execution >= 0", name="credit_limit_per_execution"),
        sa.CheckConstraint("(trigger = 'schedule') = (schedule <> '')", name="schedule_of_schedules"),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("site_id", "name"),
    )
    index("active", "automation_rules", ["site_id", "trigger"], "is_active")
    index("due", "automation_rules", ["next_due_at"], "next_due_at IS NOT NULL")
    untold = "switched_off_because IS NOT NULL AND switched_off_told_at IS NULL"
    index("untold", "automation_rules", ["id"], untold)


def create_rule_executions() -> None:
    op.create_table(
        "rule_executions",
        identity(),
        column("site_id", sa.BigInteger()),
        column("rule_id", sa.BigInteger(), nullable=True),
        column("rule_name", sa.String()),
        column("trigger", choice("ruletrigger", TRIGGERS)),
        column("begun_by", choice("begunby", "event schedule person retry")),
        column("requested_by", sa.String(), "''"),
        column("status", choice("executionstatus", "pending running completed failed skipped")),
        column("created_at", TIMESTAMP, "now()"),
        column("due_at", TIMESTAMP, nullable=True),
        column("started_at", TIMESTAMP, nullable=True),
        column("finished_at", TIMESTAMP, nullable=True),
        column("worked_at", TIMESTAMP, nullable=True),
        column("waits_since", TIMESTAMP, nullable=True),
        column("waits_for", sa.String(), "''"),
        column("chain", IDS),
        column("caused_by_id", sa.BigInteger(), nullable=True),
        column("retry_of_id", sa.BigInteger(), nullable=True),
        column("matched_ids", IDS),
        column("looked_at", sa.BigInteger(), "0"),
        column("actions", JSONB),
        column("credit_limit", sa.BigInteger(), "0"),
        column("step", sa.BigInteger(), "0"),
        column("part", sa.BigInteger(), "0"),
        column("dag_run_id", sa.String(), nullable=True),
        column("batch_id", sa.BigInteger(), nullable=True),
        column("results", JSONB, "'[]'"),
        column("result", sa.String(), "''"),
        column("error", sa.String(), nullable=True),
        column("credits_used", sa.BigInteger(), "0"),
        sa.CheckConstraint("(status IN ('pending', 'running')) = (finished_at IS NULL)", name="ended_has_time"),
        to("sites", "site_id"),
        to("automation_rules", "rule_id", "SET NULL"),
        to("rule_executions", "caused_by_id", "SET NULL"),
        to("rule_executions", "retry_of_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("rule_id", "due_at"),
    )
    for name in ("site_id", "rule_id"):
        op.create_index(f"ix_rule_executions_{name}", "rule_executions", [name, "created_at", "id"])
    still_open = "status IN ('pending', 'running')"
    index("open", "rule_executions", ["id"], still_open)
    retried = sa.text(f"retry_of_id IS NOT NULL AND {still_open}")
    op.create_index(
        "uq_rule_executions_retry", "rule_executions", ["retry_of_id"], unique=True, postgresql_where=retried
    )
    for name in ("caused_by_id", "retry_of_id"):
        op.create_index(f"ix_rule_executions_{name}", "rule_executions", [name])


def create_domain_events() -> None:
    op.create_table(
        "domain_events",
        identity(),
        column("site_id", sa.BigInteger()),
        column("kind", choice("ruletrigger", TRIGGERS)),
        column("item_ids", IDS),
        column("cause_id", sa.BigInteger(), nullable=True),
        column("created_at", TIMESTAMP, "now()"),
        column("consumed_at", TIMESTAMP, nullable=True),
        to("sites", "site_id"),
        to("rule_executions", "cause_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    index("unconsumed", "domain_events", ["id"], "consumed_at IS NULL")
    index("consumed_at", "domain_events", ["consumed_at"], "consumed_at IS NOT NULL")
    index("cause_id", "domain_events", ["cause_id"], "cause_id IS NOT NULL")
    op.create_index("ix_domain_events_site_id", "domain_events", ["site_id"])


def create_rule_execution_events() -> None:
    op.create_table(
        "rule_execution_events",
        column("rule_id", sa.BigInteger()),
        column("event_id", sa.BigInteger()),
        column("execution_id", sa.BigInteger()),
        column("site_id", sa.BigInteger()),
        to("automation_rules", "rule_id"),
        to("domain_events", "event_id"),
        to("rule_executions", "execution_id"),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("rule_id", "event_id"),
    )
    for name in ("event_id", "execution_id", "site_id"):
        op.create_index(f"ix_rule_execution_events_{name}", "rule_execution_events", [name])


def index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(f"ix_{table}_{name}", table, columns, postgresql_where=sa.text(where))


def name_the_cause(table: str) -> None:
    op.add_column(table, column("rule_execution_id", sa.BigInteger(), nullable=True))
    name = f"fk_{table}_rule_execution_id_rule_executions"
    op.create_foreign_key(name, table, "rule_executions", ["rule_execution_id"], ["id"], ondelete="SET NULL")
    index("rule_execution_id", table, ["rule_execution_id"], "rule_execution_id IS NOT NULL")


def downgrade() -> None:
    op.drop_column("content_batches", "credit_limit")
    for table in CAUSED:
        op.drop_column(table, "rule_execution_id")
    for table in ("rule_execution_events", "domain_events", "rule_executions", "automation_rules"):
        op.drop_table(table)
    op.drop_column("accounts", "timezone")
