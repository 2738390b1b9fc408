"""Monthly replenishment, decided once per account and month; indexes that answer usage reports by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NAMES_OPERATION = sa.text("operation IS NOT NULL")
APPEND_ONLY = "credit_replenishments_append_only"


def upgrade() -> None:
    op.create_table(
        "credit_replenishments",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "paid",
                "suspended",
                "nothing_due",
                name="replenishmentoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_credit_replenishments_account_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("account_id", "month", name=op.f("pk_credit_replenishments")),
    )
    op.execute(
        f"CREATE TRIGGER {APPEND_ONLY} BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_replenishments"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"ALTER TABLE credit_replenishments ENABLE ALWAYS TRIGGER {APPEND_ONLY}")
    index_ledger()
    index_ai_calls()


def index_ledger() -> None:
    op.drop_index("ix_credit_ledger_account_time", "credit_ledger")
    op.drop_index("ix_credit_ledger_site_time", "credit_ledger")
    op.drop_index("ix_credit_ledger_run", "credit_ledger")
    op.create_index("ix_credit_ledger_account", "credit_ledger", ["account_id", "id"], postgresql_include=["amount"])
    op.create_index(
        "ix_credit_ledger_run",
        "credit_ledger",
        ["run_id"],
        postgresql_include=["account_id", "operation", "amount"],
    )
    op.create_index(
        "ix_credit_ledger_usage",
        "credit_ledger",
        ["account_id", "created_at"],
        postgresql_include=["operation", "stage", "site_id", "run_id", "amount"],
        postgresql_where=NAMES_OPERATION,
    )
    op.create_index(
        "ix_credit_ledger_site_usage",
        "credit_ledger",
        ["site_id", "created_at"],
        postgresql_include=["account_id", "operation", "stage", "run_id", "amount"],
        postgresql_where=NAMES_OPERATION,
    )
    op.create_index(
        "ix_credit_ledger_related",
        "credit_ledger",
        ["account_id", "related_type", "related_id"],
        postgresql_where=sa.text("related_id IS NOT NULL"),
    )


def index_ai_calls() -> None:
    op.drop_index("ix_ai_calls_site", "ai_calls")
    op.create_index(
        "ix_ai_calls_site",
        "ai_calls",
        ["site_id", "created_at"],
        postgresql_include=[
            "operation",
            "run_id",
            "stage",
            "tokens_in",
            "tokens_cached",
            "tokens_out",
            "provider_cost",
        ],
    )
    op.create_index("ix_ai_calls_charge", "ai_calls", [sa.text("split_part(idempotency_key, '/ask/', 1)")])


def downgrade() -> None:
    op.drop_index("ix_ai_calls_charge", "ai_calls")
    op.drop_index("ix_ai_calls_site", "ai_calls")
    op.create_index("ix_ai_calls_site", "ai_calls", ["site_id", "created_at"])
    for index in ("related", "site_usage", "usage", "run", "account"):
        op.drop_index(f"ix_credit_ledger_{index}", "credit_ledger")
    op.create_index("ix_credit_ledger_run", "credit_ledger", ["run_id", "stage"])
    op.create_index("ix_credit_ledger_site_time", "credit_ledger", ["site_id", "created_at"])
    op.create_index("ix_credit_ledger_account_time", "credit_ledger", ["account_id", "created_at"])
    op.drop_table("credit_replenishments")
