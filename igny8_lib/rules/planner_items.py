"""Keywords, clusters, ideas and writing tasks with their facts: how they are read, and a row of that as an item."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, and_, select

from igny8_lib.models import Cluster, ContentIdea, Keyword, Sector, Site, Task
from igny8_lib.planner import clusters
from igny8_lib.planner.opportunity import score
from igny8_lib.rules.item import Item, known, texts

Query = Select[*tuple[Any, ...]]
AnyRow = Row[*tuple[Any, ...]]

KEYWORDS: Query = select(
    *(Keyword.id, Keyword.text, Keyword.volume, Keyword.difficulty, Keyword.cpc, Keyword.intent),
    *(Keyword.impressions, Keyword.clicks, Keyword.position, Keyword.expected_clicks),
    *(Sector.name.label("sector"), Keyword.source_file, Keyword.status, Keyword.disabled),
).outerjoin(Sector, and_(Sector.id == Keyword.sector_id, Sector.site_id == Keyword.site_id))
"""Keywords with their sectors."""


def keyword(_site: Site, row: AnyRow) -> Item:
    """A row of KEYWORDS."""
    values = {
        "keyword": known(row.text),
        "volume": row.volume,
        "difficulty": row.difficulty,
        "cpc": row.cpc,
        "intent": row.intent,
        "opportunity": score(row.expected_clicks),
        "impressions": row.impressions,
        "clicks": row.clicks,
        "position": row.position,
        "words": len(row.text.split()),
        "sector": known(row.sector),
        "source_file": known(row.source_file),
        "status": row.status,
        "disabled": row.disabled,
    }
    return Item(row.id, row.text, values)


LISTED_CLUSTERS: Query = clusters.select_listed()
"""Clusters with what their keywords come to, as the planner lists them."""


def cluster(_site: Site, row: AnyRow) -> Item:
    """A row of LISTED_CLUSTERS."""
    listed = clusters.listed(row)
    values = {
        "name": known(listed.name),
        "keywords": listed.keywords,
        "volume": listed.volume,
        "difficulty": listed.difficulty,
        "opportunity": listed.opportunity,
        "intent": listed.intent,
        "ideas": listed.ideas,
        "status": listed.status,
    }
    return Item(listed.id, listed.name, values)


IDEAS: Query = select(
    *(ContentIdea.id, ContentIdea.title, ContentIdea.content_type, ContentIdea.intent, Cluster.name.label("cluster")),
    *(ContentIdea.target_keywords, ContentIdea.priority, ContentIdea.estimated_word_count),
    *(ContentIdea.approved_at.is_not(None).label("approved"), ContentIdea.competition_verdict, ContentIdea.status),
).outerjoin(Cluster, and_(Cluster.id == ContentIdea.cluster_id, Cluster.site_id == ContentIdea.site_id))
"""Ideas with the names of their clusters."""


def idea(_site: Site, row: AnyRow) -> Item:
    """A row of IDEAS."""
    values = {
        "title": known(row.title),
        "content_type": known(row.content_type),
        "intent": row.intent,
        "cluster": known(row.cluster),
        "keywords": texts(row.target_keywords),
        "priority": row.priority,
        "estimated_word_count": row.estimated_word_count,
        "approved": row.approved,
        "competition": row.competition_verdict,
        "status": row.status,
    }
    return Item(row.id, row.title, values)


TASKS: Query = select(
    *(Task.id, Task.brief, Cluster.name.label("cluster"), Task.priority, Task.word_count_target, Task.status)
).outerjoin(Cluster, and_(Cluster.id == Task.cluster_id, Cluster.site_id == Task.site_id))
"""Writing tasks with the names of their clusters."""


def task(_site: Site, row: AnyRow) -> Item:
    """A row of TASKS; what the writer is told is in its brief."""
    title = row.brief.get("title") or ""
    values = {
        "title": known(title),
        "content_type": known(row.brief.get("content_type")),
        "intent": known(row.brief.get("intent")),
        "cluster": known(row.cluster),
        "keywords": texts(row.brief.get("target_keywords")),
        "priority": row.priority,
        "word_count_target": row.word_count_target,
        "status": row.status,
    }
    return Item(row.id, title, values)
