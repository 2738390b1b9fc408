"""Keywords know what they may bring: their expected additional clicks, which the database computes.

A generated column, because measures are written by bulk statements in several places and none of them can then forget
it. The formula and its sources: igny8_lib/planner/opportunity.py. Where the formula changes a later migration makes the
column anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

EXPECTED_CLICKS = """
    coalesce(volume, impressions)::double precision
    * greatest(0.184 - CASE WHEN "position" < 10.5 THEN
        (ARRAY[0.285, 0.157, 0.110, 0.080, 0.072, 0.051, 0.040, 0.032, 0.028, 0.025]::double precision[])
            [greatest(floor("position" + 0.5), 1)::integer]
        ELSE 0 END, 0)
    * (1 - least(greatest(coalesce(difficulty, 0), 0), 100)::double precision / 100)
"""
"""A position beyond the tenth, or none, brings no click today."""


def upgrade() -> None:
    column: sa.Column[float] = sa.Column(
        "expected_clicks", sa.Double(), sa.Computed(EXPECTED_CLICKS, persisted=True), nullable=True
    )
    op.add_column("keywords", column)


def downgrade() -> None:
    op.drop_column("keywords", "expected_clicks")
