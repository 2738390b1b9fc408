"""Websites that are made here: blueprints and their pages, builds, versions, files, and the articles that they show."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
TIMESTAMP = sa.DateTime(timezone=True)
TABLES = (
    "site_assets site_blueprints site_pages site_page_revisions site_builds site_build_steps site_versions "
    "site_deployments site_articles site_builder_settings site_wordpress_pages"
)
OPEN = sa.text("status IN ('pending', 'running')")
DEPLOYED = sa.text("deployed_version IS NOT NULL")
RUNNING = sa.text("status = 'running'")
OF_A_RULE = sa.text("rule_execution_id IS NOT NULL")


def choice(name: str, values: str) -> sa.Enum:
    return sa.Enum(*values.split(), name=name, native_enum=False, create_constraint=True, length=32)


def column(
    name: str,
    kind: sa.types.TypeEngine[Any] | type[sa.types.TypeEngine[Any]],
    default: str | None = None,
    *,
    nullable: bool = False,
) -> sa.Column[Any]:
    server_default = None if default is None else sa.text(default)
    return sa.Column(name, kind, server_default=server_default, nullable=nullable)


def identity() -> sa.Column[Any]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def to(table: str, name: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{table}.id"], ondelete=ondelete)


def index(table: str, *names: str) -> None:
    for name in names:
        op.create_index(f"ix_{table}_{name}", table, [name])


def upgrade() -> None:
    for table in TABLES.split():
        globals()[f"create_{table}"]()
    op.add_column("rule_executions", sa.Column("build_id", sa.BigInteger(), nullable=True))


def create_site_assets() -> None:
    op.create_table(
        "site_assets",
        identity(),
        column("site_id", sa.BigInteger()),
        column("folder", choice("assetfolder", "images documents media")),
        column("name", sa.String()),
        column("twin_key", sa.String()),
        column("media_type", sa.String()),
        column("alt_text", sa.String(), "''"),
        column("files", JSONB),
        column("image", JSONB, nullable=True),
        column("size_bytes", sa.BigInteger()),
        column("uploaded_by", sa.String()),
        column("created_at", TIMESTAMP, "now()"),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("site_id", "folder", "twin_key"),
    )
    op.create_index("ix_site_assets_site_id", "site_assets", ["site_id", "id"])


def create_site_blueprints() -> None:
    op.create_table(
        "site_blueprints",
        identity(),
        column("site_id", sa.BigInteger()),
        column("name", sa.String()),
        column("status", choice("blueprintstatus", "draft generating ready deployed")),
        column("hosting_type", choice("blueprinthosting", "igny8_sites wordpress shopify multi")),
        column("business_type", sa.String(), "''"),
        column("industry", sa.String(), "''"),
        column("audience", sa.String(), "''"),
        column("brief", sa.String(), "''"),
        column("objectives", JSONB, "'[]'"),
        column("tagline", sa.String(), "''"),
        column("language", sa.String(), "'en'"),
        column("layout", choice("layout", "default minimal")),
        column("template", choice("template", "marketing landing")),
        column("theme", JSONB, "'{}'"),
        column("icon_asset_id", sa.BigInteger(), nullable=True),
        column("edited", JSONB, "'[]'"),
        column("revision", sa.BigInteger(), "1"),
        column("version", sa.BigInteger(), "0"),
        column("deployed_version", sa.BigInteger(), nullable=True),
        column("structured_at", TIMESTAMP, nullable=True),
        column("created_by", sa.String()),
        column("created_at", TIMESTAMP, "now()"),
        column("updated_at", TIMESTAMP, "now()"),
        to("sites", "site_id"),
        to("site_assets", "icon_asset_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    index("site_blueprints", "icon_asset_id")
    op.create_index("ix_site_blueprints_site_id", "site_blueprints", ["site_id", "id"])
    op.create_index(
        "uq_site_blueprints_deployed", "site_blueprints", ["site_id"], unique=True, postgresql_where=DEPLOYED
    )


def create_site_pages() -> None:
    op.create_table(
        "site_pages",
        identity(),
        column("site_id", sa.BigInteger()),
        column("blueprint_id", sa.BigInteger()),
        column("position", sa.BigInteger()),
        column("slug", sa.String()),
        column("title", sa.String()),
        column("type", choice("pagetype", "home about services products blog contact custom")),
        column("description", sa.String(), "''"),
        column("purpose", sa.String(), "''"),
        column("sections", JSONB, "'[]'"),
        column("blocks", JSONB, "'[]'"),
        column("status", choice("sitepagestatus", "draft generating ready")),
        column("edited", JSONB, "'[]'"),
        column("revision", sa.BigInteger(), "1"),
        column("edited_by", sa.String(), nullable=True),
        column("edited_at", TIMESTAMP, nullable=True),
        column("written_at", TIMESTAMP, nullable=True),
        column("created_at", TIMESTAMP, "now()"),
        to("sites", "site_id"),
        to("site_blueprints", "blueprint_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("blueprint_id", "slug"),
    )
    op.create_index("ix_site_pages_blueprint_id", "site_pages", ["blueprint_id", "position"])
    op.create_index("ix_site_pages_site_id", "site_pages", ["site_id", "id"])


def create_site_page_revisions() -> None:
    op.create_table(
        "site_page_revisions",
        column("page_id", sa.BigInteger()),
        column("revision", sa.BigInteger()),
        column("site_id", sa.BigInteger()),
        column("change", choice("pagechange", "created planned written edited restored")),
        column("document", JSONB),
        column("by", sa.String()),
        column("created_at", TIMESTAMP, "now()"),
        to("site_pages", "page_id"),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("page_id", "revision"),
    )
    index("site_page_revisions", "site_id")


def create_site_builds() -> None:
    op.create_table(
        "site_builds",
        identity(),
        column("site_id", sa.BigInteger()),
        column("blueprint_id", sa.BigInteger()),
        column("status", choice("buildstatus", "pending running completed failed cancelled")),
        column("structure", sa.Boolean(), "false"),
        column("every_page", sa.Boolean(), "false"),
        column("replace", sa.Boolean(), "false"),
        column("deploy", sa.Boolean(), "false"),
        column("remark", sa.String(), "''"),
        column("requested_by", sa.String()),
        column("rule_execution_id", sa.BigInteger(), nullable=True),
        column("credit_limit", sa.BigInteger(), "0"),
        column("dag_run_id", sa.String(), nullable=True),
        column("starts", sa.BigInteger(), "0"),
        column("asked_at", TIMESTAMP, nullable=True),
        column("created_at", TIMESTAMP, "now()"),
        column("started_at", TIMESTAMP, nullable=True),
        column("finished_at", TIMESTAMP, nullable=True),
        column("error", sa.String(), nullable=True),
        to("sites", "site_id"),
        to("site_blueprints", "blueprint_id"),
        to("rule_executions", "rule_execution_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_site_builds_blueprint_id", "site_builds", ["blueprint_id", "id"])
    op.create_index("ix_site_builds_open", "site_builds", ["id"], postgresql_where=OPEN)
    op.create_index(
        "ix_site_builds_rule_execution_id", "site_builds", ["rule_execution_id"], postgresql_where=OF_A_RULE
    )
    op.create_index("ix_site_builds_site_id", "site_builds", ["site_id", "id"])
    op.create_index("uq_site_builds_open", "site_builds", ["blueprint_id"], unique=True, postgresql_where=OPEN)


def create_site_build_steps() -> None:
    op.create_table(
        "site_build_steps",
        identity(),
        column("build_id", sa.BigInteger()),
        column("site_id", sa.BigInteger()),
        column("kind", choice("buildstepkind", "structure page check deploy")),
        column("page_id", sa.BigInteger(), nullable=True),
        column("status", choice("buildstepstatus", "pending running done skipped failed")),
        column("outcome", sa.String(), "''"),
        column("report", JSONB, "'{}'"),
        column("credits", sa.BigInteger(), "0"),
        column("attempts", sa.BigInteger(), "0"),
        column("token", sa.String(), "''"),
        column("started_at", TIMESTAMP, nullable=True),
        column("finished_at", TIMESTAMP, nullable=True),
        to("site_builds", "build_id"),
        to("sites", "site_id"),
        to("site_pages", "page_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    index("site_build_steps", "build_id", "page_id", "site_id")
    op.create_index("ix_site_build_steps_running", "site_build_steps", ["build_id"], postgresql_where=RUNNING)


def create_site_versions() -> None:
    op.create_table(
        "site_versions",
        identity(),
        column("site_id", sa.BigInteger()),
        column("blueprint_id", sa.BigInteger(), nullable=True),
        column("build_id", sa.BigInteger(), nullable=True),
        column("number", sa.BigInteger()),
        column("status", choice("siteversionstatus", "made kept removed")),
        column("hosting", choice("blueprinthosting", "igny8_sites wordpress shopify multi"), "'igny8_sites'"),
        column("document", JSONB),
        column("images", JSONB, "'{}'"),
        column("base_url", sa.String()),
        column("made_by", sa.String()),
        column("made_at", TIMESTAMP, "now()"),
        to("sites", "site_id"),
        to("site_blueprints", "blueprint_id", "SET NULL"),
        to("site_builds", "build_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("site_id", "number"),
    )
    index("site_versions", "blueprint_id", "build_id")


def create_site_deployments() -> None:
    op.create_table(
        "site_deployments",
        identity(),
        column("site_id", sa.BigInteger()),
        column("blueprint_id", sa.BigInteger(), nullable=True),
        column("build_id", sa.BigInteger(), nullable=True),
        column("kind", choice("deploymentkind", "deploy rollback")),
        column("version", sa.BigInteger()),
        column("before", sa.BigInteger(), nullable=True),
        column("report", JSONB, "'{}'"),
        column("by", sa.String()),
        column("created_at", TIMESTAMP, "now()"),
        to("sites", "site_id"),
        to("site_blueprints", "blueprint_id", "SET NULL"),
        to("site_builds", "build_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    index("site_deployments", "blueprint_id", "build_id")
    op.create_index("ix_site_deployments_site_id", "site_deployments", ["site_id", "id"])


def create_site_articles() -> None:
    op.create_table(
        "site_articles",
        column("content_id", sa.BigInteger()),
        column("site_id", sa.BigInteger()),
        column("slug", sa.String()),
        column("mark", sa.String()),
        column("facts", JSONB),
        column("html", sa.String()),
        column("images", JSONB, "'{}'"),
        column("published_at", TIMESTAMP),
        column("changed_at", TIMESTAMP),
        column("is_unfinished", sa.Boolean(), "false"),
        column("former", JSONB, nullable=True),
        column("is_leaving", sa.Boolean(), "false"),
        to("content", "content_id"),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("content_id"),
        sa.UniqueConstraint("site_id", "slug"),
    )
    op.create_index(
        "ix_site_articles_unfinished", "site_articles", ["site_id"], postgresql_where=sa.text("is_unfinished")
    )


def create_site_builder_settings() -> None:
    op.create_table(
        "site_builder_settings",
        column("site_id", sa.BigInteger()),
        column("revision", sa.BigInteger(), "1"),
        column("target_url", sa.String(), "''"),
        column("public_url", sa.String(), "''"),
        column("versions_kept", sa.BigInteger(), "5"),
        column("asset_quota_mb", sa.BigInteger(), "500"),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("site_id"),
    )


def create_site_wordpress_pages() -> None:
    op.create_table(
        "site_wordpress_pages",
        identity(),
        column("site_id", sa.BigInteger()),
        column("page_id", sa.BigInteger(), nullable=True),
        column("slug", sa.String()),
        column("mark", sa.String()),
        column("external_id", sa.String(), nullable=True),
        column("external_url", sa.String(), nullable=True),
        column("version", sa.BigInteger(), nullable=True),
        column("digest", sa.String(), "''"),
        column("sent", sa.String(), "''"),
        to("sites", "site_id"),
        to("site_pages", "page_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("page_id"),
        sa.UniqueConstraint("mark"),
    )
    op.create_index("ix_site_wordpress_pages_site_id", "site_wordpress_pages", ["site_id", "id"])


def downgrade() -> None:
    op.drop_column("rule_executions", "build_id")
    for table in reversed(TABLES.split()):
        op.drop_table(table)
