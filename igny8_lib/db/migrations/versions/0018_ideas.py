"""Ideas are ordered, approved, and held against the site's pages."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

VERDICTS = ("unchecked", "clear", "doubtful", "competing")


def verdict_column() -> sa.Column[str]:
    verdicts = sa.Enum(*VERDICTS, name="competitionverdict", native_enum=False, create_constraint=True, length=32)
    return sa.Column("competition_verdict", verdicts, server_default="unchecked", nullable=False)


def columns() -> tuple[tuple[str, sa.Column[Any]], ...]:
    document = postgresql.JSONB(astext_type=sa.Text())
    return (
        ("content_ideas", sa.Column("priority", sa.BigInteger())),
        ("content_ideas", sa.Column("approved_at", sa.DateTime(timezone=True))),
        ("content_ideas", sa.Column("approved_by", sa.String())),
        ("content_ideas", sa.Column("changed_at", sa.DateTime(timezone=True))),
        ("content_ideas", sa.Column("changed_by", sa.String())),
        ("content_ideas", sa.Column("skipped_reason", sa.String())),
        ("content_ideas", sa.Column("skipped_by", sa.String())),
        ("content_ideas", verdict_column()),
        ("content_ideas", sa.Column("competition", document)),
        ("content_ideas", sa.Column("competition_overruled", document, server_default=sa.text("'[]'"), nullable=False)),
        ("tasks", sa.Column("priority", sa.BigInteger())),
        (
            "automation_configs",
            sa.Column("ideas_need_approval", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        ),
        (
            "automation_configs",
            sa.Column("competing_pages_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        ),
        (
            "automation_configs",
            sa.Column("competing_pages_threshold", sa.Numeric(4, 3), server_default=sa.text("0.85"), nullable=False),
        ),
    )


def upgrade() -> None:
    for table, column in columns():
        op.add_column(table, column)


def downgrade() -> None:
    for table, column in reversed(columns()):
        op.drop_column(table, column.name)
