"""What exports tell beyond volume and difficulty: how a site ranks already, and which keywords belong together."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = (
    ("clicks", sa.BigInteger()),
    ("position", sa.Numeric(6, 2)),
    ("parent_keyword", sa.String()),
    ("page_url", sa.String()),
)


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("keywords", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name, _ in reversed(COLUMNS):
        op.drop_column("keywords", name)
