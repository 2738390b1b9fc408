"""Search intents: an export's own, else the one that clustering found; and what a cluster's is."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, String, case, cast, func, update
from sqlalchemy.orm import Session

from igny8_lib.models import Keyword, SearchIntent


def fill_intents(session: Session, site_id: int, intents: Mapping[int, SearchIntent]) -> int:
    """Give the keywords of each cluster (`intents`: by its id) its intent where they have none; how many got one.

    What an export told stays. One statement, however many clusters.
    """
    if not intents:
        return 0
    found = case({cluster_id: intent.value for cluster_id, intent in sorted(intents.items())}, value=Keyword.cluster_id)
    filled = (
        update(Keyword)
        .where(Keyword.site_id == site_id, Keyword.cluster_id.in_(intents), Keyword.intent.is_(None))
        .values(intent=cast(found, String))
        .returning(Keyword.id)
        .execution_options(synchronize_session=False)
    )
    return len(session.scalars(filled).all())


def commonest_intent() -> ColumnElement[SearchIntent | None]:
    """In a query grouped by cluster: the intent of most of its keywords, of equally common ones the first by the
    alphabet; null where none is known."""
    return func.mode().within_group(Keyword.intent)
