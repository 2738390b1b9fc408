"""Runs link and optimize what they wrote: articles are linked, then optimized, before people see them."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

STATUSES = "draft review approved rejected published failed"


def upgrade() -> None:
    allow_statuses(f"{STATUSES} linked optimized")
    note_first_reviews()


def note_first_reviews() -> None:
    """What people have seen is not to be linked and optimized as if it were new."""
    op.add_column("content", sa.Column("first_review_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE content SET first_review_at = created_at WHERE status NOT IN ('draft', 'failed')")


def allow_statuses(statuses: str) -> None:
    """Let articles stand there, and nowhere else."""
    op.drop_constraint("ck_content_contentstatus", "content")
    listed = ", ".join(f"'{status}'" for status in statuses.split())
    op.create_check_constraint("contentstatus", "content", f"status IN ({listed})")


def downgrade() -> None:
    op.execute("UPDATE content SET status = 'review' WHERE status IN ('linked', 'optimized')")
    op.drop_column("content", "first_review_at")
    allow_statuses(STATUSES)
