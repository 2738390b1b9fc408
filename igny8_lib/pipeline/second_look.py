"""Stage 1's second look: clusters of one keyword are offered for merging before ideas are paid for.

    the batch that finds stage 1's list done ─> offers, fixed in the database ─> one request each ─> merges, charged

Every lone cluster that stays becomes an article of its own, so it is looked at once more, beside the clusters it is
close to. Charged as clustering, by the lone clusters of a request. Where the credits are short it is left out: the
stage is done without it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.ai.functions import merge_clusters
from igny8_lib.ai.functions.merge_clusters import ClusterMerges, LoneCluster, TopicItem
from igny8_lib.ai.journal import NOTHING_KNOWN, Known, find_known
from igny8_lib.ai.metered_call import Applied, ask
from igny8_lib.errors import InsufficientCredits
from igny8_lib.models import (
    AutomationRun,
    Cluster,
    ClusterStatus,
    EventLevel,
    ItemState,
    Keyword,
    MergeOffer,
    StageItem,
    StageResult,
)
from igny8_lib.pipeline import activity, worklist
from igny8_lib.pipeline.batch import STOPS, Batch, BatchStopped, WriteOrder, charge_key
from igny8_lib.pipeline.spending import BudgetUsedUp
from igny8_lib.planner import merges, neighbourhoods, vectors
from igny8_lib.planner.likeness import Text
from igny8_lib.planner.lone_clusters import Named, close_ones

STAGE = 1
KEYWORDS_SHOWN = 5
OFFERED = "second_look"
"""In the stage's details: how many clusters were offered, once the offers are fixed."""


@dataclass(frozen=True)
class Offer:
    """One request: its number in the stage, and its clusters by their numbers in the prompt."""

    number: int
    clusters: Mapping[int, int]
    """From number to id; the lone ones come first."""
    alone: Sequence[LoneCluster]
    topics: Sequence[TopicItem]


async def look_again(batch: Batch) -> None:
    """Offer the run's lone clusters, once all of its keywords are done; a retry goes on where it stopped."""
    if not batch.snapshot.second_look or batch.breaker.stop or batch.breaker.passed_over:
        return
    offers, known = await asyncio.to_thread(open_offers, batch)
    if not offers:
        return
    order = WriteOrder([offer.number for offer in offers], batch.client.pace.ceiling)
    beside = replace(batch, order=order, known=known)
    await asyncio.gather(*(work_offer(beside, offer) for offer in offers))


async def work_offer(batch: Batch, offer: Offer) -> None:
    """One request; whatever becomes of it, the stage goes on."""
    try:
        failure = await ask(
            batch.meter(offer.number),
            batch.charge(offer.number, len(offer.alone)),
            merge_clusters.request(batch.brief, offer.alone, offer.topics),
            apply=lambda session, answer: apply(session, batch, offer, answer),
            reject=lambda session, failure: close(session, batch, offer, ItemState.FAILED, failure.reason),
        )
        batch.breaker.book(failure)
    except BatchStopped:
        return
    except (InsufficientCredits, BudgetUsedUp) as short:
        await asyncio.to_thread(leave_out, batch, offer, str(short))
    except STOPS as reason:
        batch.breaker.trip(reason)
    finally:
        await batch.order.finish(offer.number)


def open_offers(batch: Batch) -> tuple[list[Offer], Known]:
    """The offers that are still open, fixed in the database where there are none yet; and what is known of them."""
    with batch.tools.sessions.begin() as session:
        batch.fence(session)
        if worklist.batches(session, batch.run_id, STAGE):
            return [], NOTHING_KNOWN  # an earlier batch is not done: its retry looks again
        result = session.get_one(StageResult, (batch.run_id, STAGE), with_for_update=True)
        if OFFERED not in result.details:
            offered = fix_offers(session, batch)
            result.details = result.details | {OFFERED: offered}
        query = select(MergeOffer).where(MergeOffer.run_id == batch.run_id, MergeOffer.site_id == batch.site_id)
        waiting = query.where(MergeOffer.state == ItemState.PENDING).order_by(MergeOffer.request)
        offers = [read_offer(row) for row in session.scalars(waiting)]
        keys = [charge_key(batch.run_id, STAGE, offer.number) for offer in offers]
        return offers, find_known(session, batch.account_id, batch.site_id, keys)


def fix_offers(session: Session, batch: Batch) -> int:
    """Write the offers of this run's lone clusters that have close ones; how many clusters that is."""
    clusters = {cluster.id: cluster for cluster in named_clusters(session, batch.site_id)}
    lone = [clusters[number] for number in lone_clusters(session, batch) if number in clusters]
    close = close_ones(lone, list(clusters.values()), batch.brief.language)
    texts = [Text(cluster.id, cluster.keywords[0]) for cluster in lone if cluster.id in close]
    first = (session.scalar(select(func.max(StageItem.request)).where(*worklist.of(batch.run_id, STAGE))) or 0) + 1
    look = partial(vectors.rows, session, batch.site_id, batch.embedding.model)  # as stage 1's plan left them
    groups = neighbourhoods.requests(texts, batch.brief.language, merge_clusters.MAX_ALONE, look)
    for number, alone in enumerate(groups, start=first):
        topics = sorted({other for one in alone for other in close[one]} - set(alone))
        told = [[asdict(clusters[each]) for each in group] for group in (alone, topics)]
        row = MergeOffer(run_id=batch.run_id, request=number, site_id=batch.site_id)
        row.alone, row.topics = told
        session.add(row)
    session.flush()
    return len(texts)


def lone_clusters(session: Session, batch: Batch) -> list[int]:
    """Clusters without ideas whose only keyword this run has clustered, oldest first."""
    done = select(StageItem.item_id).where(*worklist.of(batch.run_id, STAGE), StageItem.state == ItemState.DONE)
    single = (
        select(Keyword.cluster_id)
        .where(Keyword.site_id == batch.site_id, Keyword.cluster_id.is_not(None))
        .group_by(Keyword.cluster_id)
        .having(func.count() == 1, func.min(Keyword.id).in_(done))
    )
    mine = (Cluster.site_id == batch.site_id, Cluster.status == ClusterStatus.NEW, Cluster.id.in_(single))
    return list(session.scalars(select(Cluster.id).where(*mine).order_by(Cluster.id)))


def named_clusters(session: Session, site_id: int) -> list[Named]:
    """The site's clusters that have keywords, each with the strongest of them."""
    demand = func.coalesce(Keyword.volume, Keyword.impressions, 0).desc()
    place = func.row_number().over(partition_by=Keyword.cluster_id, order_by=(demand, Keyword.id)).label("place")
    ranked = select(Keyword.cluster_id, Keyword.text, place).where(Keyword.site_id == site_id).subquery()
    strongest = (
        select(ranked.c.cluster_id, func.array_agg(ranked.c.text).label("texts"))
        .where(ranked.c.place <= KEYWORDS_SHOWN)
        .group_by(ranked.c.cluster_id)
        .subquery()
    )
    query = select(Cluster.id, Cluster.name, strongest.c.texts).where(Cluster.site_id == site_id)
    joined = query.join(strongest, strongest.c.cluster_id == Cluster.id).order_by(Cluster.id)
    return [Named(row.id, row.name, tuple(sorted(row.texts))) for row in session.execute(joined)]


def read_offer(row: MergeOffer) -> Offer:
    """An offer as it is asked: with the clusters as they were when it was fixed, so that a retry asks the same."""
    numbered = dict(enumerate([*row.alone, *row.topics], start=1))
    last = len(row.alone)
    return Offer(
        number=row.request,
        clusters={n: cluster["id"] for n, cluster in numbered.items()},
        alone=[LoneCluster(n, c["name"], c["keywords"][0]) for n, c in numbered.items() if n <= last],
        topics=[TopicItem(n, c["name"], c["keywords"]) for n, c in numbered.items() if n > last],
    )


def apply(session: Session, batch: Batch, offer: Offer, answer: ClusterMerges) -> Applied:
    """Merge what the answer says, where both clusters are still there; their rows are locked first, in one order."""
    pairs = {offer.clusters[n]: offer.clusters[into] for n, into in answer.pairs(offer.alone, offer.topics).items()}
    wanted = sorted({*pairs, *pairs.values()})
    query = select(Cluster).where(Cluster.site_id == batch.site_id, Cluster.id.in_(wanted)).order_by(Cluster.id)
    here = {cluster.id: cluster for cluster in session.scalars(query.with_for_update())}
    done = [
        merges.merge(session, here[gone], here[into], run_id=batch.run_id)
        for gone, into in pairs.items()
        if gone in here and into in here and here[gone].status == ClusterStatus.NEW
    ]
    tell(session, batch, offer, done)
    close(session, batch, offer, ItemState.DONE)
    return Applied(batch.cost(len(offer.alone)))


def tell(session: Session, batch: Batch, offer: Offer, done: Sequence[merges.Merged]) -> None:
    """One line in the run's log: what was one cluster each before, and where it is now."""
    told = "; ".join(f"“{merged.cluster}” into “{merged.into}”" for merged in done)
    message = f"Second look at {len(offer.alone)} clusters of one keyword: {len(done)} merged. {told}".strip()
    activity.record(session, session.get_one(AutomationRun, batch.run_id), message, stage=STAGE)


def leave_out(batch: Batch, offer: Offer, reason: str) -> None:
    """Close an offer that the credits do not cover."""
    with batch.tools.sessions.begin() as session:
        batch.fence(session)
        close(session, batch, offer, ItemState.LEFT, reason)


def close(session: Session, batch: Batch, offer: Offer, state: ItemState, reason: str | None = None) -> None:
    """Book how an offer ended."""
    row = session.get_one(MergeOffer, (batch.run_id, offer.number), with_for_update=True)
    row.state, row.error = state, reason
    if reason:
        told = f"Second look left out for {len(offer.alone)} clusters of one keyword: {reason}"
        run = session.get_one(AutomationRun, batch.run_id)
        activity.record(session, run, told, stage=STAGE, level=EventLevel.WARNING)
    session.flush()
