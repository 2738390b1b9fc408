"""Credits: balance, ledger, reservations and costs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credit_cost_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column(
            "operation",
            sa.Enum(
                "clustering",
                "idea_generation",
                "content_generation",
                "image_prompt_extraction",
                "image_generation",
                "linking",
                "optimization",
                "site_structure_generation",
                "site_page_generation",
                name="operation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("old", postgresql.JSONB(), nullable=True),
        sa.Column("new", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_cost_changes")),
    )
    op.create_index(op.f("ix_credit_cost_changes_operation"), "credit_cost_changes", ["operation"], unique=False)
    op.create_table(
        "credit_cost_configs",
        sa.Column(
            "operation",
            sa.Enum(
                "clustering",
                "idea_generation",
                "content_generation",
                "image_prompt_extraction",
                "image_generation",
                "linking",
                "optimization",
                "site_structure_generation",
                "site_page_generation",
                name="operation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("unit_size", sa.BigInteger(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("budget_percentage", sa.SmallInteger(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "budget_percentage BETWEEN 0 AND 100", name=op.f("ck_credit_cost_configs_budget_percentage_is_a_share")
        ),
        sa.CheckConstraint("cost >= 0", name=op.f("ck_credit_cost_configs_cost_not_negative")),
        sa.CheckConstraint("minimum >= 0", name=op.f("ck_credit_cost_configs_minimum_not_negative")),
        sa.CheckConstraint("unit_size > 0", name=op.f("ck_credit_cost_configs_unit_size_positive")),
        sa.PrimaryKeyConstraint("operation", name=op.f("pk_credit_cost_configs")),
    )
    op.create_table(
        "credit_balances",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("balance", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("reserved", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_credit_balances_balance_not_negative")),
        sa.CheckConstraint(
            "reserved >= 0 AND reserved <= balance", name=op.f("ck_credit_balances_reserved_is_covered")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_credit_balances_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_credit_balances")),
    )
    op.create_table(
        "credit_ledger",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "entry_type",
            sa.Enum(
                "grant",
                "monthly_replenishment",
                "usage",
                "refund",
                "adjustment",
                name="entrytype",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column(
            "operation",
            sa.Enum(
                "clustering",
                "idea_generation",
                "content_generation",
                "image_prompt_extraction",
                "image_generation",
                "linking",
                "optimization",
                "site_structure_generation",
                "site_page_generation",
                name="operation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("related_type", sa.String(), nullable=True),
        sa.Column("related_id", sa.BigInteger(), nullable=True),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("stage", sa.SmallInteger(), nullable=True),
        sa.Column("ai_call_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("metadata", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_credit_ledger_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_ledger")),
        sa.UniqueConstraint("account_id", "idempotency_key", name=op.f("uq_credit_ledger_account_id_idempotency_key")),
    )
    op.create_index("ix_credit_ledger_account_time", "credit_ledger", ["account_id", "created_at"], unique=False)
    op.create_index("ix_credit_ledger_run", "credit_ledger", ["run_id", "stage"], unique=False)
    op.create_index("ix_credit_ledger_site_time", "credit_ledger", ["site_id", "created_at"], unique=False)
    op.create_table(
        "credit_reservations",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "pending",
                "settled",
                "released",
                "expired",
                name="reservationstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "operation",
            sa.Enum(
                "clustering",
                "idea_generation",
                "content_generation",
                "image_prompt_extraction",
                "image_generation",
                "linking",
                "optimization",
                "site_structure_generation",
                "site_page_generation",
                name="operation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("site_id", sa.BigInteger(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("stage", sa.SmallInteger(), nullable=True),
        sa.Column("settled_amount", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_credit_reservations_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_credit_reservations_account_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_reservations")),
        sa.UniqueConstraint("account_id", "key", "attempt", name=op.f("uq_credit_reservations_account_id_key_attempt")),
    )
    op.create_index(
        "ix_credit_reservations_expiry",
        "credit_reservations",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "ix_credit_reservations_pending",
        "credit_reservations",
        ["run_id"],
        unique=False,
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "site_ai_budget_allocations",
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "operation",
            sa.Enum(
                "clustering",
                "idea_generation",
                "content_generation",
                "image_prompt_extraction",
                "image_generation",
                "linking",
                "optimization",
                "site_structure_generation",
                "site_page_generation",
                name="operation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("percentage", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "percentage BETWEEN 0 AND 100", name=op.f("ck_site_ai_budget_allocations_percentage_is_a_share")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_ai_budget_allocations_site_id_sites"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("site_id", "operation", name=op.f("pk_site_ai_budget_allocations")),
    )


def downgrade() -> None:
    for table in (
        "site_ai_budget_allocations",
        "credit_reservations",
        "credit_ledger",
        "credit_balances",
        "credit_cost_configs",
        "credit_cost_changes",
    ):
        op.drop_table(table)
