"""What an AI request belongs to in columns of its own, whom a failure concerns, and the deployment's code."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = sa.Enum(
    "item", "temporary", "provider", name="aicallfailure", native_enum=False, create_constraint=True, length=32
)


def upgrade() -> None:
    make_deployment()
    op.add_column("ai_calls", sa.Column("request", sa.BigInteger(), nullable=True))
    op.add_column("ai_calls", sa.Column("charge_key", sa.String(), nullable=True))
    op.add_column("ai_calls", sa.Column("failure", KINDS, nullable=True))
    # Until now both were parsed out of run/<id>/stage/<number>/request/<number>/ask/<number>.
    op.execute("UPDATE ai_calls SET charge_key = split_part(idempotency_key, '/ask/', 1)")
    op.execute(
        "UPDATE ai_calls SET request = split_part(charge_key, '/', 6)::bigint"
        " WHERE charge_key ~ '^run/[0-9]+/stage/[0-9]+/request/[0-9]{1,9}$'"
    )
    op.execute(
        "UPDATE ai_calls SET answer = NULL, failure ="
        " CASE WHEN (answer ->> 'temporary')::boolean THEN 'temporary' ELSE 'item' END WHERE status = 'failed'"
    )
    op.alter_column("ai_calls", "charge_key", nullable=False)
    op.drop_index("ix_ai_calls_charge", "ai_calls")
    op.create_index("ix_ai_calls_charge", "ai_calls", ["charge_key"])


def make_deployment() -> None:
    op.create_table(
        "deployment",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_deployment_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
    )
    op.execute("INSERT INTO deployment (id, code) VALUES (1, right(replace(gen_random_uuid()::text, '-', ''), 12))")


def downgrade() -> None:
    op.drop_index("ix_ai_calls_charge", "ai_calls")
    op.create_index("ix_ai_calls_charge", "ai_calls", [sa.text("split_part(idempotency_key, '/ask/', 1)")])
    op.execute(
        "UPDATE ai_calls SET answer = jsonb_build_object('temporary', failure = 'temporary') WHERE status = 'failed'"
    )
    for column in ("failure", "charge_key", "request"):
        op.drop_column("ai_calls", column)
    op.drop_table("deployment")
