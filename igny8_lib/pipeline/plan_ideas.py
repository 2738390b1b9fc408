"""Stage 2: clusters become content ideas, one per search intent worth an article. Titles are unique within a site."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib.ai.functions import generate_ideas
from igny8_lib.ai.functions.generate_ideas import ClusterItem, ContentIdeas, IdeaAnswer
from igny8_lib.ai.metered_call import Applied, Failure, ask
from igny8_lib.models import Cluster, ClusterStatus, ContentIdea, Keyword, RuleTrigger, Site
from igny8_lib.outbox.writing import write_events
from igny8_lib.pipeline import worklist
from igny8_lib.pipeline.batch import Batch, Material
from igny8_lib.pipeline.worklist import RequestItems
from igny8_lib.planner.clusters import cluster_scores
from igny8_lib.planner.nearest import Names
from igny8_lib.planner.opportunity import default_priority
from igny8_lib.text.normalisation import normalise

TITLES_SHOWN = 100
"""Idea titles named to the AI, those nearest to the request's clusters: it plans other articles."""
KEYWORDS_SHOWN = 30
NOTHING_NEW = {"clusters_without_new_ideas": 1}
"""What is counted of a cluster whose ideas all have titles that the site knows."""
LEFT_OUT = "the AI planned nothing for it, in none of its answers"


def load(session: Session, site_id: int, ids: Sequence[int], opened_at: datetime) -> Material:
    """The batch's clusters that still wait, each with its strongest keywords, and the site's idea titles as they
    were when the batch was first opened."""
    clusters = session.scalars(select(Cluster).where(*waiting(site_id, ids))).all()
    keywords = strongest_keywords(session, site_id, ids)
    known = (ContentIdea.site_id == site_id, ContentIdea.created_at < opened_at)
    language = session.get_one(Site, site_id).language
    titles = select(ContentIdea.title).where(*known).order_by(ContentIdea.id.desc())
    found = {cluster.id: (cluster, keywords.get(cluster.id, [cluster.name])) for cluster in clusters}
    return Material(found, Names(session.scalars(titles).all(), language))


def waiting(site_id: int, ids: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
    """Of these clusters those without ideas."""
    return (Cluster.site_id == site_id, Cluster.id.in_(ids), Cluster.status == ClusterStatus.NEW)


async def work(batch: Batch, items: RequestItems) -> Failure | None:
    """Plan the ideas of a few clusters."""
    clusters = [item_of(place, *batch.material.items[item]) for item, place in items.places.items()]
    texts = [text for cluster in clusters for text in (cluster.name, *cluster.keywords)]
    shown = batch.material.shown.nearest(texts, TITLES_SHOWN)
    return await ask(
        batch.meter(items.number),
        batch.charge(items.number, len(clusters)),
        generate_ideas.request(batch.brief, clusters, batch.snapshot.ideas_per_cluster, shown),
        apply=lambda session, answer: store(session, batch, items, answer),
        reject=lambda session, failure: batch.book_failed(session, items.ids, failure),
        refuse=lambda session, refused: batch.book_refused(session, items, refused),
    )


def item_of(place: int, cluster: Cluster, keywords: Sequence[str]) -> ClusterItem:
    """A cluster as the prompt tells it."""
    return ClusterItem(place, cluster.name, cluster.description, keywords)


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


def store(session: Session, batch: Batch, items: RequestItems, answer: ContentIdeas) -> Applied:
    """Write the ideas that are new to the site; the clusters that got an answer are planned then.

    Charged by the clusters that got an idea: one of which the site knew every title is done, and free. The clusters are
    locked first: one that was deleted or changed while the AI worked gets no ideas.
    """
    query = select(Cluster.id).where(*waiting(batch.site_id, items.ids)).order_by(Cluster.id)
    here = set(session.scalars(query.with_for_update()))
    by_place = {place: item for item, place in items.places.items() if item in here}
    planned = {by_place[cluster.n]: cluster.ideas for cluster in answer.clusters if cluster.n in by_place}
    ideas = make_ideas(session, batch.site_id, planned)
    made = Counter(ideas.values())
    write_events(session, batch.site_id, RuleTrigger.IDEA_CREATED, list(ideas), run_id=batch.run_id)
    mine = (Cluster.site_id == batch.site_id, Cluster.id.in_(planned))
    session.execute(update(Cluster).where(*mine).values(status=ClusterStatus.MAPPED))
    batch.book_lost(session, set(items.ids) - here)
    batch.book_failed(session, here - set(planned), Failure(LEFT_OUT, temporary=False))
    nothing_new = set(planned) - set(made)
    worklist.mark_each_done(session, batch.run_id, batch.stage.number, nothing_new, NOTHING_NEW)
    return batch.book_done(session, sorted(made), units=len(made), created=made.total())


def make_ideas(session: Session, site_id: int, planned: Mapping[int, Sequence[IdeaAnswer]]) -> dict[int, int]:
    """Insert the ideas whose titles the site does not have; of two with one title the first stays.

    From the id of each new idea to its cluster's.
    """
    scores = cluster_scores(session, site_id, planned.keys())
    rows: dict[str, dict[str, object]] = {}
    for cluster_id, ideas in planned.items():
        priority = default_priority(scores.get(cluster_id))
        for idea in ideas:
            rows.setdefault(normalise(idea.title), row_of(site_id, cluster_id, idea) | {"priority": priority})
    if not rows:
        return {}
    in_order = sorted(rows.values(), key=lambda row: (row["cluster_id"], row["normalized"]))
    made = insert(ContentIdea).values(in_order).on_conflict_do_nothing(index_elements=["site_id", "normalized"])
    new = session.execute(made.returning(ContentIdea.id, ContentIdea.cluster_id))
    return {idea.id: idea.cluster_id for idea in new}


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
