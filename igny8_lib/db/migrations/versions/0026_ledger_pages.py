"""The ledger can be read by what is seldom in it, and a changed cost says why."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SELDOM_TYPES = "entry_type <> 'usage'"
SELDOM_WORK = "operation IN ('linking', 'optimization', 'site_structure_generation', 'site_page_generation')"
RECORD = """
CREATE OR REPLACE FUNCTION credit_cost_configs_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := CASE TG_OP WHEN 'UPDATE' THEN credit_cost_facts(OLD) END;
BEGIN
    IF before IS DISTINCT FROM credit_cost_facts(NEW) THEN
        INSERT INTO credit_cost_changes (operation, changed_by, {columns}old, new)
            VALUES (NEW.operation, NEW.updated_by, {values}before, credit_cost_facts(NEW));
    END IF;
    RETURN NULL;
END $$;
"""


def upgrade() -> None:
    for table in ("credit_cost_configs", "credit_cost_changes"):
        op.add_column(table, sa.Column("reason", sa.String(), server_default="", nullable=False))
    op.execute(RECORD.format(columns="reason, ", values="NEW.reason, "))
    op.create_index(
        "ix_credit_ledger_seldom",
        "credit_ledger",
        ["account_id", "entry_type", "id"],
        postgresql_where=sa.text(SELDOM_TYPES),
    )
    op.create_index(
        "ix_credit_ledger_seldom_work",
        "credit_ledger",
        ["account_id", "operation", "id"],
        postgresql_where=sa.text(SELDOM_WORK),
    )


def downgrade() -> None:
    op.drop_index("ix_credit_ledger_seldom_work", "credit_ledger")
    op.drop_index("ix_credit_ledger_seldom", "credit_ledger")
    op.execute(RECORD.format(columns="", values=""))
    for table in ("credit_cost_changes", "credit_cost_configs"):
        op.drop_column(table, "reason")
