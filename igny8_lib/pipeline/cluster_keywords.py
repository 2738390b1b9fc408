"""Stage 1: keywords become clusters. A cluster found again is joined, not doubled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib.ai.functions import auto_cluster
from igny8_lib.ai.functions.auto_cluster import ClusterAnswer, KeywordClusters, KeywordItem
from igny8_lib.ai.metered_call import Applied, Failure, ask
from igny8_lib.models import Cluster, Keyword, KeywordStatus, RuleTrigger, Site
from igny8_lib.outbox.writing import write_events
from igny8_lib.pipeline.batch import Batch, Material
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.planner.intents import fill_intents
from igny8_lib.planner.nearest import Names
from igny8_lib.text.normalisation import normalise

NAMES_SHOWN = 60
"""Existing clusters named to the AI, those nearest to the request's keywords: enough to join, short enough for the
prompt."""
LEFT_OUT = "the AI put it into no cluster, in none of its answers"


def load(session: Session, site_id: int, ids: Sequence[int], opened_at: datetime) -> Material:
    """The batch's keywords that still wait, and the names of the site's clusters as the batch was first opened."""
    query = select(Keyword.id, Keyword.text, Keyword.volume).where(*waiting(site_id, ids))
    known = (Cluster.site_id == site_id, Cluster.created_at < opened_at)
    language = session.get_one(Site, site_id).language
    names = select(Cluster.name).where(*known).order_by(Cluster.id.desc())
    return Material({row.id: row for row in session.execute(query)}, Names(session.scalars(names).all(), language))


def waiting(site_id: int, ids: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    """Of these keywords those that have no cluster and that nobody disabled."""
    new = (Keyword.status == KeywordStatus.NEW, Keyword.cluster_id.is_(None), Keyword.disabled.is_(False))
    return (Keyword.site_id == site_id, Keyword.id.in_(ids), *new)


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Cluster one group of keywords."""
    found = batch.material.items
    listed = [KeywordItem(place, found[item].text, found[item].volume) for item, place in items.places.items()]
    texts = [keyword.text for keyword in listed]
    shown = batch.material.shown.nearest(texts, NAMES_SHOWN)
    return await ask(
        batch.meter(items.number),
        batch.charge(items.number, len(listed)),
        auto_cluster.request(batch.brief, listed, shown),
        apply=lambda session, answer: store(session, batch, items, answer),
        reject=lambda session, failure: batch.book_failed(session, items.ids, failure),
        refuse=lambda session, refused: batch.book_refused(session, items, refused),
    )


def store(session: Session, batch: Batch, items: RequestItems, answer: KeywordClusters) -> Applied:
    """Make or join the clusters and map their keywords; charged by the keywords that were placed.

    The keywords are locked first: who was deleted or changed while the AI worked is in nobody's cluster.
    """
    query = select(Keyword.id).where(*waiting(batch.site_id, items.ids)).order_by(Keyword.id)
    here = set(session.scalars(query.with_for_update()))
    by_place = {place: item for item, place in items.places.items() if item in here}
    groups = {
        normalise(cluster.name): (cluster, members)
        for cluster in answer.clusters
        if (members := [by_place[n] for n in cluster.keywords if n in by_place])
    }
    created = make_clusters(session, batch.site_id, groups)
    write_events(session, batch.site_id, RuleTrigger.CLUSTER_CREATED, created, run_id=batch.run_id)
    placed = map_keywords(session, batch.site_id, groups)
    batch.book_lost(session, set(items.ids) - here)
    batch.book_failed(session, here - set(placed), Failure(LEFT_OUT, temporary=False))
    return batch.book_done(session, placed, units=len(placed), created=len(created))


Groups = Mapping[str, tuple[ClusterAnswer, Sequence[int]]]
"""Clusters and the ids of their keywords, by normalised name."""


def make_clusters(session: Session, site_id: int, groups: Groups) -> list[int]:
    """Insert the clusters that the site does not have; their ids.

    In one order for everybody: two transactions that insert the same names can then never wait for each other.
    """
    if not groups:
        return []
    rows = [
        {"site_id": site_id, "name": cluster.name.strip(), "normalized": name, "description": cluster.description}
        for name, (cluster, _) in sorted(groups.items())
    ]
    made = insert(Cluster).values(rows).on_conflict_do_nothing(index_elements=["site_id", "normalized"])
    return list(session.scalars(made.returning(Cluster.id)))


def map_keywords(session: Session, site_id: int, groups: Groups) -> list[int]:
    """Give each keyword its cluster, and its cluster's intent where its export told none; their ids, in order."""
    mine = (Cluster.site_id == site_id, Cluster.normalized.in_(groups))
    known = select(Cluster.normalized, Cluster.id).where(*mine)
    cluster_ids = {row.normalized: row.id for row in session.execute(known)}
    for name, (_, members) in groups.items():
        session.execute(
            update(Keyword)
            .where(Keyword.site_id == site_id, Keyword.id.in_(members))
            .values(cluster_id=cluster_ids[name], status=KeywordStatus.MAPPED)
        )
    told = {cluster_ids[name]: cluster.intent for name, (cluster, _) in groups.items() if cluster.intent}
    fill_intents(session, site_id, told)
    return sorted(item for _, members in groups.values() for item in members)
