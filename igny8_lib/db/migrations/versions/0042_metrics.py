"""Sums over the whole platform for operators, and small indexes by which what is new is found.

BRIN indexes are built in one reading of a table and cost its writers next to nothing.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

BY_TIME = (
    ("ai_calls", "answered_at"),
    ("credit_ledger", "created_at"),
    ("stage_results", "finished_at"),
    ("rule_executions", "finished_at"),
    ("publications", "published_at"),
    ("credit_replenishments", "decided_at"),
)


def upgrade() -> None:
    create_metric_values()
    create_metric_bound()
    for table, column in BY_TIME:
        op.create_index(f"ix_{table}_{column}", table, [column], postgresql_using="brin")


def create_metric_values() -> None:
    op.create_table(
        "metric_values",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("labels", JSONB(), nullable=False),
        sa.Column("value", sa.Numeric(), nullable=False),
        sa.PrimaryKeyConstraint("name", "labels", name=op.f("pk_metric_values")),
    )


def create_metric_bound() -> None:
    """Counting begins now: a big table is not read as a whole while everybody waits for the migration."""
    op.create_table(
        "metric_bound",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("counted_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_bound")),
    )
    op.execute("INSERT INTO metric_bound (id, counted_until) VALUES (1, now())")


def downgrade() -> None:
    for table, column in BY_TIME:
        op.drop_index(f"ix_{table}_{column}", table)
    op.drop_table("metric_bound")
    op.drop_table("metric_values")
