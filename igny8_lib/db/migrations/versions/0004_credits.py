"""Credits: balance, ledger, reservations and costs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def choice(name: str, values: str) -> sa.Enum:
    """Text that is one of these words."""
    return sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    create_credit_cost_changes()
    create_credit_cost_configs()
    create_credit_balances()
    create_credit_ledger()
    create_credit_reservations()
    create_site_ai_budget_allocations()


def create_credit_cost_changes() -> None:
    op.create_table(
        "credit_cost_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column(
            "operation",
            choice(
                "operation",
                "clustering idea_generation content_generation image_prompt_extraction image_generation "
                "linking optimization site_structure_generation site_page_generation",
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


def create_credit_cost_configs() -> None:
    op.create_table(
        "credit_cost_configs",
        sa.Column(
            "operation",
            choice(
                "operation",
                "clustering idea_generation content_generation image_prompt_extraction image_generation "
                "linking optimization site_structure_generation site_page_generation",
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


def create_credit_balances() -> None:
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


def create_credit_ledger() -> None:
    op.create_table(
        "credit_ledger",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "entry_type", choice("entrytype", "grant monthly_replenishment usage refund adjustment"), nullable=False
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column(
            "operation",
            choice(
                "operation",
                "clustering idea_generation content_generation image_prompt_extraction image_generation "
                "linking optimization site_structure_generation site_page_generation",
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


def create_credit_reservations() -> None:
    op.create_table(
        "credit_reservations",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("status", choice("reservationstatus", "pending settled released expired"), nullable=False),
        sa.Column(
            "operation",
            choice(
                "operation",
                "clustering idea_generation content_generation image_prompt_extraction image_generation "
                "linking optimization site_structure_generation site_page_generation",
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


def create_site_ai_budget_allocations() -> None:
    op.create_table(
        "site_ai_budget_allocations",
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "operation",
            choice(
                "operation",
                "clustering idea_generation content_generation image_prompt_extraction image_generation "
                "linking optimization site_structure_generation site_page_generation",
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
