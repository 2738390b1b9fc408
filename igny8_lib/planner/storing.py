"""Keywords into the database: one statement for each block of rows.

How two rows with the same normalised text become one, within a file and with what is stored:

- volume, impressions and clicks: the larger one, for exports round down or count a shorter period;
- position: the better (smaller) one, and with it its page;
- difficulty, cost per click, intent, parent keyword, page and sector: what is there stays, what is missing is
  filled in;
- text and source file: the first one's;
- status, cluster, disabled and refused_reason: never touched, so a mapped keyword stays mapped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from igny8_lib.planner.rows import KeywordRow

ROWS_PER_STATEMENT = 5_000

TYPES = {
    "text": "text",
    "normalized": "text",
    "volume": "bigint",
    "impressions": "bigint",
    "clicks": "bigint",
    "position": "numeric",
    "difficulty": "numeric",
    "cpc": "numeric",
    "intent": "text",
    "parent_keyword": "text",
    "page_url": "text",
}
"""The columns of a row, and what PostgreSQL calls their types."""

MERGED: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("volume", "impressions", "clicks"), lambda name: f"greatest(kept.{name}, excluded.{name})"),
    "position": lambda name: f"least(kept.{name}, excluded.{name})",
    "page_url": lambda name: (
        f"CASE WHEN excluded.position < kept.position THEN coalesce(excluded.{name}, kept.{name}) "
        f"ELSE coalesce(kept.{name}, excluded.{name}) END"
    ),
    **dict.fromkeys(
        ("difficulty", "cpc", "intent", "parent_keyword", "sector_id"),
        lambda name: f"coalesce(kept.{name}, excluded.{name})",
    ),
}
"""What a stored measure becomes when another row tells it, too."""


def first_of(name: str, order: str = "place") -> str:
    """The first known value of a column among the rows of one keyword."""
    return f"(array_agg({name} ORDER BY {order}) FILTER (WHERE {name} IS NOT NULL))[1]"


GATHERED: Mapping[str, str] = {
    "text": "(array_agg(text ORDER BY place))[1]",
    "volume": "max(volume)",
    "impressions": "max(impressions)",
    "clicks": "max(clicks)",
    "position": "min(position)",
    "page_url": first_of("page_url", "position NULLS LAST, place"),
    **{name: first_of(name) for name in ("difficulty", "cpc", "intent", "parent_keyword")},
}
"""What the rows of a block that have one keyword become together."""

UPSERT = text(f"""
    WITH given AS (
        SELECT normalized, min(place) AS place, {", ".join(f"{rule} AS {name}" for name, rule in GATHERED.items())}
        FROM unnest({", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in TYPES.items())})
            WITH ORDINALITY AS read_row ({", ".join(TYPES)}, place)
        GROUP BY normalized
    ), stored AS (
        INSERT INTO keywords AS kept (site_id, {", ".join(TYPES)}, sector_id, status, source_file)
        SELECT :site_id, {", ".join(TYPES)}, CAST(:sector_id AS bigint), 'new', :source_file
        FROM given
        ORDER BY place
        ON CONFLICT (site_id, normalized) DO UPDATE SET
            {", ".join(f"{name} = {rule(name)}" for name, rule in MERGED.items())}
        WHERE ({", ".join(f"kept.{name}" for name in MERGED)})
            IS DISTINCT FROM ({", ".join(rule(name) for name, rule in MERGED.items())})
        RETURNING id, xmax = 0 AS is_new
    )
    SELECT id FROM stored WHERE is_new ORDER BY id
""").execution_options(scoped_by=("site_id",))  # noqa: S608 - made of the names above
"""`xmax` is 0 only in rows that were inserted; rows that learn nothing are neither rewritten nor returned."""


def store_rows(
    session: Session, site_id: int, rows: Sequence[KeywordRow], *, sector_id: int | None, source_file: str
) -> list[int]:
    """Add the rows to the site or merge them into its keywords; the ids of those that were added. One statement."""
    columns = dict(zip(KeywordRow._fields, map(list, zip(*rows, strict=True)), strict=True))
    columns.pop("line")
    values: dict[str, object] = {"site_id": site_id, "sector_id": sector_id, "source_file": source_file}
    return list(session.scalars(UPSERT, columns | values))
