"""Customers and their sites."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def choice(name: str, values: str) -> sa.Enum:
    """Text that is one of these words."""
    return sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    create_plans()
    create_accounts()
    create_module_settings()
    create_notification_settings()
    create_sites()
    create_users()
    create_sectors()
    create_site_user_access()


def create_plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("monthly_credits", sa.BigInteger(), nullable=False),
        sa.Column("support_level", sa.String(), nullable=False),
        sa.Column("billing_cycle", sa.String(), nullable=False),
        sa.Column("price", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("features", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("monthly_credits >= 0", name=op.f("ck_plans_monthly_credits_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("name", name=op.f("uq_plans_name")),
    )


def create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("status", choice("accountstatus", "active suspended"), nullable=False),
        sa.Column("plan_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_accounts_plan_id_plans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("slug", name=op.f("uq_accounts_slug")),
    )


def create_module_settings() -> None:
    op.create_table(
        "module_settings",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("planner_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("writer_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("automation_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("site_builder_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("linker_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("optimizer_enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_module_settings_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_module_settings")),
    )


def create_notification_settings() -> None:
    op.create_table(
        "notification_settings",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("emails", postgresql.JSONB(), nullable=False),
        sa.Column("smtp_conn_id", sa.String(), nullable=False),
        sa.Column("slack_webhook_conn_id", sa.String(), nullable=True),
        sa.Column("on_completion", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("on_failure", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_notification_settings_account_id_accounts"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notification_settings")),
    )


def create_sites() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("status", choice("sitestatus", "active inactive"), nullable=False),
        sa.Column("hosting_type", choice("hostingtype", "wordpress shopify igny8 custom"), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sites_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("slug", name=op.f("uq_sites_slug")),
    )
    op.create_index(op.f("ix_sites_account_id"), "sites", ["account_id"], unique=False)


def create_users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", choice("role", "owner admin editor viewer"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_users_account_id_accounts"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_index(op.f("ix_users_account_id"), "users", ["account_id"], unique=False)


def create_sectors() -> None:
    op.create_table(
        "sectors",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_sectors_site_id_sites"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sectors")),
        sa.UniqueConstraint("site_id", "name", name=op.f("uq_sectors_site_id_name")),
    )


def create_site_user_access() -> None:
    op.create_table(
        "site_user_access",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_user_access_site_id_sites"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_site_user_access_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_user_access")),
        sa.UniqueConstraint("user_id", "site_id", name=op.f("uq_site_user_access_user_id_site_id")),
    )
    op.create_index(op.f("ix_site_user_access_site_id"), "site_user_access", ["site_id"], unique=False)


def downgrade() -> None:
    for table in (
        "site_user_access",
        "sectors",
        "users",
        "sites",
        "notification_settings",
        "module_settings",
        "accounts",
        "plans",
    ):
        op.drop_table(table)
