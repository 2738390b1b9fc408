"""Articles are found and ordered by their overall score."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    overall = sa.Computed("(optimization_scores ->> 'overall')::bigint", persisted=True)
    op.add_column("content", sa.Column("score", sa.BigInteger(), overall, nullable=True))
    op.create_index("ix_content_score", "content", ["site_id", "score", "id"])


def downgrade() -> None:
    op.drop_index("ix_content_score", "content")
    op.drop_column("content", "score")
