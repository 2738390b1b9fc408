"""Which articles can be linked, by which phrases, and which links are there; triggers note what is to be read anew."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

NOTE = """
CREATE FUNCTION link_note_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO link_changes (site_id, content_id) VALUES (NEW.site_id, NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION link_note_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO link_changes (site_id, content_id) VALUES (NEW.site_id, NEW.content_id);
    RETURN NULL;
END $$;
CREATE FUNCTION link_note_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO link_changes (site_id, content_id) SELECT site_id, id FROM content WHERE site_id = NEW.id;
    RETURN NULL;
END $$;
"""
TEXT = "version, html, title, meta_description, primary_keyword, secondary_keywords, external_url, cluster_id"
WATCH = f"""
CREATE TRIGGER link_note_new AFTER INSERT ON content FOR EACH ROW EXECUTE FUNCTION link_note_content();
CREATE TRIGGER link_note_change AFTER UPDATE OF {TEXT}, status ON content
FOR EACH ROW WHEN (
    ({", ".join(f"OLD.{name}" for name in TEXT.split(", "))}, OLD.status = 'published') IS DISTINCT FROM
    ({", ".join(f"NEW.{name}" for name in TEXT.split(", "))}, NEW.status = 'published')
) EXECUTE FUNCTION link_note_content();
CREATE TRIGGER link_note_change AFTER UPDATE OF found ON publications
FOR EACH ROW WHEN (OLD.found IS DISTINCT FROM NEW.found) EXECUTE FUNCTION link_note_publication();
CREATE TRIGGER link_note_change AFTER UPDATE OF language, domain ON sites
FOR EACH ROW WHEN ((OLD.language, OLD.domain) IS DISTINCT FROM (NEW.language, NEW.domain))
EXECUTE FUNCTION link_note_site();
"""
UNWATCH = """
DROP TRIGGER link_note_change ON sites;
DROP TRIGGER link_note_change ON publications;
DROP TRIGGER link_note_change ON content;
DROP TRIGGER link_note_new ON content;
DROP FUNCTION link_note_site();
DROP FUNCTION link_note_publication();
DROP FUNCTION link_note_content();
"""


def column(
    name: str,
    kind: sa.types.TypeEngine[Any] | type[sa.types.TypeEngine[Any]],
    default: str | None = None,
    *,
    nullable: bool = False,
) -> sa.Column[Any]:
    server_default = None if default is None else sa.text(default)
    return sa.Column(name, kind, server_default=server_default, nullable=nullable)


def to(table: str, name: str, ondelete: str = "CASCADE", key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([name], [f"{table}.{key}"], ondelete=ondelete)


def upgrade() -> None:
    create_link_changes()
    create_link_readings()
    create_link_targets()
    create_link_phrases()
    create_content_links()
    op.execute(NOTE)
    op.execute(WATCH)
    op.execute("INSERT INTO link_changes (site_id, content_id) SELECT site_id, id FROM content ORDER BY site_id, id")


def create_link_changes() -> None:
    op.create_table(
        "link_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        column("site_id", sa.BigInteger()),
        column("content_id", sa.BigInteger()),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_link_changes_site_id", "link_changes", ["site_id", "id"])


def create_link_readings() -> None:
    op.create_table(
        "link_readings",
        column("content_id", sa.BigInteger()),
        column("site_id", sa.BigInteger()),
        column("version", sa.BigInteger()),
        column("digest", sa.LargeBinary()),
        column("embedded_by", sa.String(), "''"),
        column("read_at", sa.DateTime(timezone=True), "now()"),
        to("content", "content_id"),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("content_id"),
    )
    op.create_index("ix_link_readings_embedded_by", "link_readings", ["embedded_by", "site_id", "content_id"])
    op.create_index("ix_link_readings_site_id", "link_readings", ["site_id", "content_id"])


def create_link_targets() -> None:
    op.create_table(
        "link_targets",
        column("content_id", sa.BigInteger()),
        column("site_id", sa.BigInteger()),
        column("href", sa.String()),
        column("address", sa.String()),
        column("title", sa.String()),
        column("cluster_id", sa.BigInteger(), nullable=True),
        column("digest", sa.LargeBinary()),
        column("keyword_digest", sa.LargeBinary()),
        column("words", sa.LargeBinary()),
        to("content", "content_id"),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("content_id"),
    )
    op.create_index("ix_link_targets_digest", "link_targets", ["site_id", "digest"])
    op.create_index("ix_link_targets_address", "link_targets", ["site_id", "address"])


def create_link_phrases() -> None:
    kinds = sa.Enum(
        "keyword", "secondary", "title", name="phrasekind", native_enum=False, create_constraint=True, length=32
    )
    op.create_table(
        "link_phrases",
        column("site_id", sa.BigInteger()),
        column("code", sa.BigInteger()),
        column("kind", kinds),
        column("content_id", sa.BigInteger()),
        to("link_targets", "content_id", key="content_id"),
        to("sites", "site_id"),
        sa.PrimaryKeyConstraint("site_id", "code", "kind", "content_id"),
    )
    op.create_index("ix_link_phrases_content_id", "link_phrases", ["content_id"])


def create_content_links() -> None:
    op.create_table(
        "content_links",
        column("content_id", sa.BigInteger()),
        column("position", sa.BigInteger()),
        column("site_id", sa.BigInteger()),
        column("href", sa.String()),
        column("address", sa.String()),
        column("target_id", sa.BigInteger(), nullable=True),
        column("anchor", sa.String()),
        to("content", "content_id"),
        to("sites", "site_id"),
        to("content", "target_id", "SET NULL"),
        sa.PrimaryKeyConstraint("content_id", "position"),
    )
    known = sa.text("target_id IS NOT NULL")
    op.create_index("ix_content_links_target_id", "content_links", ["target_id"], postgresql_where=known)
    op.create_index("ix_content_links_address", "content_links", ["site_id", "address"])


def downgrade() -> None:
    op.execute(UNWATCH)
    for table in ("content_links", "link_phrases", "link_targets", "link_readings", "link_changes"):
        op.drop_table(table)
