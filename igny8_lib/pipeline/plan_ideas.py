"""Stage 2: clusters become content ideas, one per search intent worth an article. Titles are unique within a site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib.ai.functions import generate_ideas
from igny8_lib.ai.functions.generate_ideas import ClusterItem, ContentIdeas, IdeaAnswer
from igny8_lib.ai.metered_call import Applied, Failure, ask
from igny8_lib.models import Cluster, ClusterStatus, ContentIdea, Keyword
from igny8_lib.pipeline.batch import Batch
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.text.normalisation import normalise

TITLES_SHOWN = 100
KEYWORDS_SHOWN = 30


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Plan the ideas of a few clusters."""
    with batch.tools.sessions() as session:
        clusters = clusters_of(session, batch, items.ids)
        titles = existing_titles(session, batch)
    by_number = dict(enumerate(items.ids, 1))
    return await ask(
        batch.meter(items.number),
        batch.charge(items.number, len(clusters)),
        generate_ideas.request(batch.brief, clusters, batch.snapshot.ideas_per_cluster, titles),
        apply=lambda session, answer: store(session, batch, answer, by_number),
        reject=lambda session, failure: batch.book_failed(session, items.ids, failure),
    )


def clusters_of(session: Session, batch: Batch, ids: Sequence[int]) -> list[ClusterItem]:
    """The clusters, each with its strongest keywords."""
    clusters = select(Cluster).where(Cluster.site_id == batch.site_id, Cluster.id.in_(ids)).order_by(Cluster.id)
    keywords = strongest_keywords(session, batch.site_id, ids)
    return [
        ClusterItem(n, cluster.name, cluster.description, keywords.get(cluster.id, [cluster.name]))
        for n, cluster in enumerate(session.scalars(clusters), 1)
    ]


def strongest_keywords(session: Session, site_id: int, cluster_ids: Sequence[int]) -> dict[int, list[str]]:
    """The keywords of each cluster by demand (volume, else impressions), the strongest ones only."""
    demand = func.coalesce(Keyword.volume, Keyword.impressions, 0).desc()
    query = (
        select(Keyword.cluster_id, Keyword.text)
        .where(Keyword.site_id == site_id, Keyword.cluster_id.in_(cluster_ids))
        .order_by(Keyword.cluster_id, demand, Keyword.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for cluster_id, keyword in session.execute(query):
        if cluster_id is not None and len(found[cluster_id]) < KEYWORDS_SHOWN:
            found[cluster_id].append(keyword)
    return found


def existing_titles(session: Session, batch: Batch) -> list[str]:
    """The site's newest idea titles as they were when the batch was opened."""
    known = (ContentIdea.site_id == batch.site_id, ContentIdea.created_at < batch.opened_at)
    query = select(ContentIdea.title).where(*known)
    return list(session.scalars(query.order_by(ContentIdea.id.desc()).limit(TITLES_SHOWN)))


def store(session: Session, batch: Batch, answer: ContentIdeas, by_number: dict[int, int]) -> Applied:
    """Write the ideas that are new to the site; the clusters are planned either way."""
    rows = {
        normalise(idea.title): row_of(batch.site_id, by_number[cluster.n], idea)
        for cluster in reversed(answer.clusters)
        for idea in reversed(cluster.ideas)
    }
    made = insert(ContentIdea).values(sorted(rows.values(), key=lambda row: (row["cluster_id"], row["normalized"])))
    made = made.on_conflict_do_nothing(index_elements=["site_id", "normalized"])
    created = len(session.scalars(made.returning(ContentIdea.id)).all())
    ids = list(by_number.values())
    session.execute(
        update(Cluster).where(Cluster.site_id == batch.site_id, Cluster.id.in_(ids)).values(status=ClusterStatus.MAPPED)
    )
    return batch.book_done(session, ids, units=len(ids), created=created)


def row_of(site_id: int, cluster_id: int, idea: IdeaAnswer) -> dict[str, object]:
    """An idea as a row."""
    return {
        "site_id": site_id,
        "cluster_id": cluster_id,
        "title": idea.title.strip(),
        "normalized": normalise(idea.title),
        "outline": idea.outline,
        "content_type": idea.content_type.value,
        "intent": idea.intent,
        "target_keywords": idea.target_keywords,
        "estimated_word_count": idea.estimated_word_count,
    }
