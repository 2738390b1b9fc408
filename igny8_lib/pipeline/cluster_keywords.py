"""Stage 1: keywords become clusters. A cluster found again is joined, not doubled."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib.ai.functions import auto_cluster
from igny8_lib.ai.functions.auto_cluster import KeywordClusters, KeywordItem
from igny8_lib.ai.metered_call import Applied, Failure, ask
from igny8_lib.models import Cluster, Keyword, KeywordStatus
from igny8_lib.pipeline.batch import Batch
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.text.normalisation import normalise

NAMES_SHOWN = 200
"""Existing clusters named to the AI, newest first: enough to join, short enough for the prompt."""

KeywordRow = Row[int, str, int | None]


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Cluster one group of keywords."""
    with batch.tools.sessions() as session:
        keywords = keywords_of(session, batch, items.ids)
        names = existing_names(session, batch)
    listed = [KeywordItem(n, row.text, row.volume) for n, row in enumerate(keywords, 1)]
    by_number = {n: row.id for n, row in enumerate(keywords, 1)}
    return await ask(
        batch.meter(items.number),
        batch.charge(items.number, len(keywords)),
        auto_cluster.request(batch.brief, listed, names),
        apply=lambda session, answer: store(session, batch, items.ids, answer, by_number),
        reject=lambda session, failure: batch.book_failed(session, items.ids, failure),
    )


def keywords_of(session: Session, batch: Batch, ids: Sequence[int]) -> Sequence[KeywordRow]:
    """The group's keywords, in the order of the list."""
    mine = (Keyword.site_id == batch.site_id, Keyword.id.in_(ids))
    query = select(Keyword.id, Keyword.text, Keyword.volume).where(*mine)
    return session.execute(query.order_by(Keyword.id)).all()


def existing_names(session: Session, batch: Batch) -> list[str]:
    """The site's clusters as they were when the batch was opened."""
    query = select(Cluster.name).where(Cluster.site_id == batch.site_id, Cluster.created_at < batch.opened_at)
    return list(session.scalars(query.order_by(Cluster.id.desc()).limit(NAMES_SHOWN)))


def store(
    session: Session, batch: Batch, ids: Sequence[int], answer: KeywordClusters, by_number: dict[int, int]
) -> Applied:
    """Make or join the clusters and map their keywords."""
    groups = {normalise(cluster.name): cluster for cluster in answer.clusters}
    # One order for everybody: two transactions that insert the same names can then never wait for each other.
    rows = [
        {"site_id": batch.site_id, "name": cluster.name.strip(), "normalized": name, "description": cluster.description}
        for name, cluster in sorted(groups.items())
    ]
    made = insert(Cluster).values(rows).on_conflict_do_nothing(index_elements=["site_id", "normalized"])
    created = len(session.scalars(made.returning(Cluster.id)).all())
    mine = (Cluster.site_id == batch.site_id, Cluster.normalized.in_(groups))
    known = select(Cluster.normalized, Cluster.id).where(*mine)
    cluster_ids = {row.normalized: row.id for row in session.execute(known)}
    for cluster in answer.clusters:
        members = [by_number[n] for n in cluster.keywords]
        session.execute(
            update(Keyword)
            .where(Keyword.site_id == batch.site_id, Keyword.id.in_(members))
            .values(cluster_id=cluster_ids[normalise(cluster.name)], status=KeywordStatus.MAPPED)
        )
    return batch.book_done(session, ids, units=len(by_number), created=created)
