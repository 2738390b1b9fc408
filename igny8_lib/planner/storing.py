"""Keywords into the database: one statement for each thousand rows.

How two rows with the same normalised text become one, within a file and with what is stored:

- volume and impressions: the larger one, for exports round down or count a shorter period;
- difficulty, cost per click, intent and sector: what is there stays, what is missing is filled in;
- text and source file: the first one's;
- status, cluster and disabled: never touched, so a mapped keyword stays mapped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from igny8_lib.planner.rows import KeywordRow

ROWS_PER_STATEMENT = 1_000

UPSERT = text("""
    WITH given AS (
        SELECT normalized,
               min(position) AS position,
               (array_agg(text ORDER BY position))[1] AS text,
               max(volume) AS volume,
               max(impressions) AS impressions,
               (array_agg(difficulty ORDER BY position) FILTER (WHERE difficulty IS NOT NULL))[1] AS difficulty,
               (array_agg(cpc ORDER BY position) FILTER (WHERE cpc IS NOT NULL))[1] AS cpc,
               (array_agg(intent ORDER BY position) FILTER (WHERE intent IS NOT NULL))[1] AS intent
        FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS read_row (
            position int, text text, normalized text, volume bigint, impressions bigint,
            difficulty numeric, cpc numeric, intent text
        )
        GROUP BY normalized
    ), stored AS (
        INSERT INTO keywords AS kept (
            site_id, text, normalized, volume, impressions, difficulty, cpc, intent, sector_id, status, source_file
        )
        SELECT :site_id, text, normalized, volume, impressions, difficulty, cpc, intent,
               CAST(:sector_id AS bigint), 'new', :source_file
        FROM given
        ORDER BY position
        ON CONFLICT (site_id, normalized) DO UPDATE SET
            volume = greatest(kept.volume, excluded.volume),
            impressions = greatest(kept.impressions, excluded.impressions),
            difficulty = coalesce(kept.difficulty, excluded.difficulty),
            cpc = coalesce(kept.cpc, excluded.cpc),
            intent = coalesce(kept.intent, excluded.intent),
            sector_id = coalesce(kept.sector_id, excluded.sector_id)
        WHERE (kept.volume, kept.impressions, kept.difficulty, kept.cpc, kept.intent, kept.sector_id)
            IS DISTINCT FROM (
                greatest(kept.volume, excluded.volume), greatest(kept.impressions, excluded.impressions),
                coalesce(kept.difficulty, excluded.difficulty), coalesce(kept.cpc, excluded.cpc),
                coalesce(kept.intent, excluded.intent), coalesce(kept.sector_id, excluded.sector_id)
            )
        RETURNING xmax = 0 AS is_new
    )
    SELECT count(*) FILTER (WHERE is_new) FROM stored
""").execution_options(scoped_by=("site_id",))
"""`xmax` is 0 only in rows that were inserted; rows that learn nothing are neither rewritten nor returned."""


def store_rows(
    session: Session, site_id: int, rows: Sequence[KeywordRow], *, sector_id: int | None, source_file: str
) -> int:
    """Add the rows to the site or merge them into its keywords; how many were added. One statement."""
    document = [as_json(position, row) for position, row in enumerate(rows)]
    values = {"site_id": site_id, "rows": json.dumps(document), "sector_id": sector_id, "source_file": source_file}
    return int(session.execute(UPSERT, values).scalar_one())


def as_json(position: int, row: KeywordRow) -> dict[str, object]:
    """The row for PostgreSQL; decimals travel as text, so that none passes through a float."""
    return {
        "position": position,
        "text": row.text,
        "normalized": row.normalized,
        "volume": row.volume,
        "impressions": row.impressions,
        "difficulty": None if row.difficulty is None else str(row.difficulty),
        "cpc": None if row.cpc is None else str(row.cpc),
        "intent": row.intent,
    }
