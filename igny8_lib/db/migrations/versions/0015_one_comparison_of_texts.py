"""Compute `normalized` of keywords, clusters and ideas anew: apostrophes, quotation marks, dashes and all that nobody
sees make no difference any more.

Texts that were different and are the same now: of keywords the older row stays and takes from the newer ones what it
lacks (measures, intent, sector, cluster); those go. Clusters and ideas stay, for other rows hang on them: the newer
one's `normalized` gets a mark that no normalised text can have, so the older one is found, and the newer is not.
"""

import re
from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BATCH = 5_000
TABLES = {"keywords": "text", "clusters": "name", "content_ideas": "title"}
MARK = "\u2060"
"""A word joiner: invisible, so never in a normalised text."""

# A copy of the comparison as it was when this migration was written: the library's may change, this one may not.
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
APOSTROPHES = "\u2018\u2019\u201a\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02bd\u02c8\u05f3\u2039\u203a\u00b4\uff07\uff40`"
QUOTES = "\u201c\u201d\u201e\u201f\u2033\u2036\u02ba\u05f4\u00ab\u00bb\u300c\u300d\u300e\u300f\uff02\u275d\u275e"
DASHES = "\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d\u058a"
TYPED_FOR = [(re.compile(f"[{old}]"), new) for old, new in ((APOSTROPHES, "'"), (QUOTES, '"'), (DASHES, "-"))]


def typewritten(text: str) -> str:
    for characters, plain in TYPED_FOR:
        text = characters.sub(plain, text)
    return text


def normalise(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    visible = INVISIBLE.sub("", typewritten(text))
    folded = normalize("NFKC", normalize("NFD", visible).casefold()).casefold()
    return " ".join(normalize("NFKC", INVISIBLE.sub("", typewritten(folded))).split())


def upgrade() -> None:
    for table, column in TABLES.items():
        collect_changes(table, column)
        settle_doubles(table)
        # Two steps, for a row may take the text that another one gives up in the same statement.
        op.execute(f"UPDATE {table} t SET normalized = '{MARK}' || t.id FROM anew WHERE anew.id = t.id")  # noqa: S608
        op.execute(f"UPDATE {table} t SET normalized = anew.normalized FROM anew WHERE anew.id = t.id")  # noqa: S608
        op.execute("DROP TABLE anew")


def collect_changes(table: str, column: str) -> None:
    """A temporary table `anew` of the rows whose text is compared otherwise now, read in batches."""
    connection = op.get_bind()
    op.execute("CREATE TEMPORARY TABLE anew (id bigint PRIMARY KEY, site_id bigint NOT NULL, normalized text NOT NULL)")
    page = sa.text(
        f"SELECT id, site_id, {column} AS text, normalized FROM {table}"  # noqa: S608 - names of the table above
        " WHERE id > :last ORDER BY id LIMIT :batch"
    )
    last = 0
    while rows := connection.execute(page, {"last": last, "batch": BATCH}).all():
        last = rows[-1].id
        changed = [
            {"id": row.id, "site_id": row.site_id, "normalized": new}
            for row in rows
            if (new := normalise(row.text)) != row.normalized
        ]
        if changed:
            connection.execute(sa.text("INSERT INTO anew VALUES (:id, :site_id, :normalized)"), changed)
    op.execute("CREATE INDEX ON anew (site_id, normalized)")
    op.execute("ANALYZE anew")


def settle_doubles(table: str) -> None:
    """Of the rows that are the same now, keep the oldest keyword, or mark the newer clusters and ideas."""
    op.execute(
        f"""CREATE TEMPORARY TABLE doubles AS
        WITH alike AS (
            SELECT id, site_id, normalized FROM anew
            UNION ALL
            SELECT t.id, t.site_id, t.normalized FROM {table} t
            WHERE EXISTS (SELECT FROM anew a WHERE a.site_id = t.site_id AND a.normalized = t.normalized)
              AND NOT EXISTS (SELECT FROM anew a WHERE a.id = t.id)
        ), numbered AS (
            SELECT id, normalized, min(id) OVER (PARTITION BY site_id, normalized) AS kept FROM alike
        )
        SELECT id, normalized, kept FROM numbered WHERE id <> kept"""  # noqa: S608
    )
    if table == "keywords":
        join_keywords()
    else:
        op.execute(
            f"UPDATE {table} t SET normalized = d.normalized || '{MARK}' || t.id FROM doubles d WHERE d.id = t.id"  # noqa: S608
        )
    op.execute("DELETE FROM anew USING doubles WHERE doubles.id = anew.id")
    op.execute("DROP TABLE doubles")


def join_keywords() -> None:
    """Fill what the kept keywords lack from the newer ones, the oldest of them first, and delete those."""
    measures = ("volume", "impressions", "difficulty", "cpc", "intent", "sector_id", "cluster_id")
    first = ", ".join(
        f"(array_agg(k.{name} ORDER BY k.id) FILTER (WHERE k.{name} IS NOT NULL))[1] AS {name}" for name in measures
    )
    filled = ", ".join(f"{name} = coalesce(t.{name}, newer.{name})" for name in measures)
    op.execute(
        f"""UPDATE keywords t SET {filled},
            status = CASE WHEN coalesce(t.cluster_id, newer.cluster_id) IS NULL THEN t.status ELSE 'mapped' END
        FROM (SELECT d.kept, {first} FROM doubles d JOIN keywords k ON k.id = d.id GROUP BY d.kept) newer
        WHERE newer.kept = t.id"""  # noqa: S608
    )
    op.execute("DELETE FROM keywords USING doubles WHERE doubles.id = keywords.id")


def downgrade() -> None:
    """The older comparison finds the rows as well; what was joined stays joined."""
