"""Stage 1: keywords become clusters. A cluster found again is joined, not doubled."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib.ai.functions import auto_cluster
from igny8_lib.ai.functions.auto_cluster import KeywordClusters, KeywordItem
from igny8_lib.ai.metered_call import Applied, Failure, ask
from igny8_lib.keywords.normalisation import normalised
from igny8_lib.models import Cluster, Keyword, KeywordStatus
from igny8_lib.pipeline.job import Job
from igny8_lib.pipeline.worklist import RequestItems

NAMES_SHOWN = 200
"""Existing clusters named to the AI, newest first: enough to join, short enough for the prompt."""

KeywordRow = Row[int, str, int | None]


async def work(job: Job, items: RequestItems) -> Failure | None:
    """Cluster one group of keywords."""
    with job.tools.sessions() as session:
        keywords = keywords_of(session, job, items.ids)
        names = existing_names(session, job)
    listed = [KeywordItem(n, row.text, row.volume) for n, row in enumerate(keywords, 1)]
    by_number = {n: row.id for n, row in enumerate(keywords, 1)}
    return await ask(
        job.meter(items.number),
        job.charge(items.number, len(keywords)),
        auto_cluster.request(job.brief, listed, names),
        apply=lambda session, answer: store(session, job, items.ids, answer, by_number),
        reject=lambda session, failure: job.failed(session, items.ids, failure),
    )


def keywords_of(session: Session, job: Job, ids: Sequence[int]) -> Sequence[KeywordRow]:
    """The group's keywords, in the order of the list."""
    query = select(Keyword.id, Keyword.text, Keyword.volume).where(Keyword.site_id == job.site_id, Keyword.id.in_(ids))
    return session.execute(query.order_by(Keyword.id)).all()


def existing_names(session: Session, job: Job) -> list[str]:
    """The site's clusters as they were when the batch was opened."""
    query = select(Cluster.name).where(Cluster.site_id == job.site_id, Cluster.created_at < job.opened_at)
    return list(session.scalars(query.order_by(Cluster.id.desc()).limit(NAMES_SHOWN)))


def store(
    session: Session, job: Job, ids: Sequence[int], answer: KeywordClusters, by_number: dict[int, int]
) -> Applied:
    """Make or join the clusters and map their keywords."""
    groups = {normalised(cluster.name): cluster for cluster in answer.clusters}
    # One order for everybody: two transactions that insert the same names can then never wait for each other.
    rows = [
        {"site_id": job.site_id, "name": cluster.name.strip(), "normalized": name, "description": cluster.description}
        for name, cluster in sorted(groups.items())
    ]
    made = insert(Cluster).values(rows).on_conflict_do_nothing(index_elements=["site_id", "normalized"])
    created = len(session.scalars(made.returning(Cluster.id)).all())
    known = select(Cluster.normalized, Cluster.id).where(Cluster.site_id == job.site_id, Cluster.normalized.in_(groups))
    cluster_ids = {row.normalized: row.id for row in session.execute(known)}
    for cluster in answer.clusters:
        members = [by_number[n] for n in cluster.keywords]
        session.execute(
            update(Keyword)
            .where(Keyword.site_id == job.site_id, Keyword.id.in_(members))
            .values(cluster_id=cluster_ids[normalised(cluster.name)], status=KeywordStatus.MAPPED)
        )
    return job.applied(session, ids, units=len(by_number), created=created)
