"""Runs, their work lists, and the AI journal."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
ENDINGS = (
    "completed nothing_pending per_run_limit credit_budget insufficient_credits cancelled "
    "provider_unavailable stage_failed site_busy"
)
"""How a run can end."""


def choice(name: str, values: str) -> sa.Enum:
    """Text that is one of these words."""
    return sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    create_automation_configs()
    create_automation_runs()
    create_ai_calls()
    create_run_events()
    create_site_leases()
    create_stage_items()
    create_stage_results()


def create_automation_configs() -> None:
    op.create_table(
        "automation_configs",
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("frequency", choice("frequency", "daily weekly monthly"), nullable=False),
        sa.Column("scheduled_time", sa.Time(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("day_of_month", sa.SmallInteger(), nullable=False),
        sa.Column("stage_1_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stage_2_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stage_3_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stage_4_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stage_5_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stage_6_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stage_7_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("stage_1_batch_size", sa.BigInteger(), nullable=False),
        sa.Column("stage_2_batch_size", sa.BigInteger(), nullable=False),
        sa.Column("stage_3_batch_size", sa.BigInteger(), nullable=False),
        sa.Column("stage_4_batch_size", sa.BigInteger(), nullable=False),
        sa.Column("stage_5_batch_size", sa.BigInteger(), nullable=False),
        sa.Column("stage_6_batch_size", sa.BigInteger(), nullable=False),
        sa.Column("stage_1_in_flight", sa.BigInteger(), nullable=False),
        sa.Column("stage_2_in_flight", sa.BigInteger(), nullable=False),
        sa.Column("stage_4_in_flight", sa.BigInteger(), nullable=False),
        sa.Column("stage_5_in_flight", sa.BigInteger(), nullable=False),
        sa.Column("stage_6_in_flight", sa.BigInteger(), nullable=False),
        sa.Column("max_keywords_per_run", sa.BigInteger(), nullable=False),
        sa.Column("max_clusters_per_run", sa.BigInteger(), nullable=False),
        sa.Column("max_ideas_per_run", sa.BigInteger(), nullable=False),
        sa.Column("max_tasks_per_run", sa.BigInteger(), nullable=False),
        sa.Column("max_content_per_run", sa.BigInteger(), nullable=False),
        sa.Column("max_images_per_run", sa.BigInteger(), nullable=False),
        sa.Column("max_approvals_per_run", sa.BigInteger(), nullable=False),
        sa.Column("max_credits_per_run", sa.BigInteger(), nullable=False),
        sa.Column("ideas_per_cluster", sa.BigInteger(), nullable=False),
        sa.Column("images_per_content", sa.BigInteger(), nullable=False),
        sa.Column("image_quality", sa.String(), nullable=False),
        sa.Column("auto_approval_enabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("day_of_month BETWEEN 1 AND 31", name=op.f("ck_automation_configs_day_of_month")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_automation_configs_weekday")),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_automation_configs_site_id_sites"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_automation_configs")),
    )


def create_automation_runs() -> None:
    op.create_table(
        "automation_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("run_number", sa.BigInteger(), nullable=False),
        sa.Column("trigger", choice("trigger", "manual scheduled api rule"), nullable=False),
        sa.Column("triggered_by", sa.String(), nullable=False),
        sa.Column("status", choice("runstatus", "running paused completed failed cancelled skipped"), nullable=False),
        sa.Column("dry_run", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("current_stage", sa.SmallInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total_credits_used", sa.BigInteger(), nullable=False),
        sa.Column("initial_snapshot", postgresql.JSONB(), nullable=False),
        sa.Column("stopping", choice("stopping", ENDINGS), nullable=True),
        sa.Column("stopped_reason", choice("stoppedreason", ENDINGS), nullable=True),
        sa.Column("stopped_detail", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("dag_id", sa.String(), nullable=False),
        sa.Column("dag_run_id", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('running', 'paused')) = (stopped_reason IS NULL)",
            name=op.f("ck_automation_runs_ended_run_has_stopped_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_automation_runs_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_automation_runs_site_id_sites"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_automation_runs")),
        sa.UniqueConstraint("dag_id", "dag_run_id", name=op.f("uq_automation_runs_dag_id_dag_run_id")),
        sa.UniqueConstraint("site_id", "run_id", name=op.f("uq_automation_runs_site_id_run_id")),
        sa.UniqueConstraint("site_id", "run_number", name=op.f("uq_automation_runs_site_id_run_number")),
    )
    op.create_index(op.f("ix_automation_runs_account_id"), "automation_runs", ["account_id"], unique=False)
    op.create_index("ix_automation_runs_started", "automation_runs", ["site_id", "started_at"], unique=False)
    op.create_index(
        "uq_automation_runs_active",
        "automation_runs",
        ["site_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('running', 'paused')"),
    )


def create_ai_calls() -> None:
    op.create_table(
        "ai_calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("stage", sa.SmallInteger(), nullable=True),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("prompt_version", sa.String(), nullable=False),
        sa.Column("status", choice("aicallstatus", "pending answered failed"), nullable=False),
        sa.Column("tokens_in", sa.BigInteger(), nullable=True),
        sa.Column("tokens_cached", sa.BigInteger(), nullable=True),
        sa.Column("tokens_out", sa.BigInteger(), nullable=True),
        sa.Column("provider_cost", sa.Numeric(precision=14, scale=6), nullable=True),
        sa.Column("latency_ms", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["automation_runs.id"], name=op.f("fk_ai_calls_run_id_automation_runs"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_ai_calls_site_id_sites"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ai_calls")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_ai_calls_idempotency_key")),
    )
    op.create_index("ix_ai_calls_run", "ai_calls", ["run_id", "stage"], unique=False)
    op.create_index("ix_ai_calls_site", "ai_calls", ["site_id", "created_at"], unique=False)


def create_run_events() -> None:
    op.create_table(
        "run_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=True),
        sa.Column("level", choice("eventlevel", "info warning error"), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["automation_runs.id"], name=op.f("fk_run_events_run_id_automation_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_run_events_site_id_sites"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_events")),
    )
    op.create_index("ix_run_events_run", "run_events", ["run_id", "id"], unique=False)
    op.create_index(op.f("ix_run_events_site_id"), "run_events", ["site_id"], unique=False)


def create_site_leases() -> None:
    op.create_table(
        "site_leases",
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["automation_runs.id"], name=op.f("fk_site_leases_run_id_automation_runs"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_leases_site_id_sites"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_site_leases")),
    )


def create_stage_items() -> None:
    op.create_table(
        "stage_items",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("request", sa.BigInteger(), nullable=False),
        sa.Column("state", choice("itemstate", "pending done failed left"), server_default="pending", nullable=False),
        sa.Column("created", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("counts", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"], ["automation_runs.id"], name=op.f("fk_stage_items_run_id_automation_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_stage_items_site_id_sites"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "stage", "position", name=op.f("pk_stage_items")),
    )
    op.create_index("ix_stage_items_batch", "stage_items", ["run_id", "stage", "batch", "request"], unique=False)


def create_stage_results() -> None:
    op.create_table(
        "stage_results",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("status", choice("stagestatus", "running completed failed skipped"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("items_total", sa.BigInteger(), nullable=False),
        sa.Column("items_processed", sa.BigInteger(), nullable=False),
        sa.Column("items_created", sa.BigInteger(), nullable=False),
        sa.Column("items_failed", sa.BigInteger(), nullable=False),
        sa.Column("credits_used", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["automation_runs.id"], name=op.f("fk_stage_results_run_id_automation_runs"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_stage_results_site_id_sites"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "stage", name=op.f("pk_stage_results")),
    )
    op.create_index(op.f("ix_stage_results_site_id"), "stage_results", ["site_id"], unique=False)


def downgrade() -> None:
    for table in (
        "stage_results",
        "stage_items",
        "site_leases",
        "run_events",
        "ai_calls",
        "automation_runs",
        "automation_configs",
    ):
        op.drop_table(table)
