"""What the publisher looks up every minute has an index, and people are told of failures once a day."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_publications_published", "publications", ["site_id", "published_at"])
    op.create_index(
        "ix_publications_checked",
        "publications",
        ["checked_at"],
        postgresql_where=sa.text("wish = 'live' AND checked_at IS NOT NULL"),
    )
    op.create_table(
        "publishing_notices",
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("site_id", "cause", "day"),
    )


def downgrade() -> None:
    op.drop_table("publishing_notices")
    op.drop_index("ix_publications_checked", "publications")
    op.drop_index("ix_publications_published", "publications")
