"""Sums over the whole platform for operators; 0043 makes the indexes by which what is new is found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_metric_values()
    create_metric_bound()


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
    op.drop_table("metric_bound")
    op.drop_table("metric_values")
