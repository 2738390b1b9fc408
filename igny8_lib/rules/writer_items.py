"""Articles and runs with their facts: how they are read, and a row of that as an item."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, select

from igny8_lib.analysis.results import Part
from igny8_lib.models import AutomationRun, Cluster, Content, Site, StageResult
from igny8_lib.rules.item import Item, known, texts
from igny8_lib.rules.planner_items import AnyRow, Query

WRITING = 4
"""The stage that makes articles."""
MINUTE = 60

ARTICLES: Query = select(
    *(Content.id, Content.title, Content.word_count, Content.score, Content.primary_keyword),
    *(Content.optimization_scores[part.value].astext.label(part.value) for part in Part),
    *(Cluster.name.label("cluster"), Content.tags, Content.categories, Content.source, Content.status),
    func.jsonb_array_length(Content.internal_links).label("internal_links"),
).outerjoin(Cluster, and_(Cluster.id == Content.cluster_id, Cluster.site_id == Content.site_id))
"""Articles with the names of their clusters; without their texts."""


def article(site: Site, row: AnyRow) -> Item:
    """A row of ARTICLES."""
    scores = {part.value: getattr(row, part.value) for part in Part}
    values = {
        "title": known(row.title),
        "word_count": row.word_count,
        "score": row.score,
        **{name: None if stored is None else Decimal(stored) for name, stored in scores.items()},
        "cluster": known(row.cluster),
        "primary_keyword": known(row.primary_keyword),
        "tags": texts(row.tags),
        "categories": texts(row.categories),
        "internal_links": row.internal_links,
        "language": known(site.language),
        "source": row.source,
        "status": row.status,
    }
    return Item(row.id, row.title, values)


def stages_of_run(figure: ColumnElement[int], *which: ColumnElement[bool]) -> ColumnElement[int]:
    """A figure summed over a run's stages, as a part of a statement; 0 where it had none."""
    mine = (StageResult.site_id == AutomationRun.site_id, StageResult.run_id == AutomationRun.id, *which)
    summed = select(func.coalesce(func.sum(figure), 0)).where(*mine)
    return summed.correlate(AutomationRun).scalar_subquery()


RUNS: Query = select(
    *(AutomationRun.id, AutomationRun.run_id, AutomationRun.run_number, AutomationRun.trigger),
    *(AutomationRun.stopped_reason, AutomationRun.total_credits_used),
    *(AutomationRun.started_at, AutomationRun.completed_at, AutomationRun.paused_seconds),
    stages_of_run(StageResult.items_created.expression, StageResult.stage == WRITING).label("articles"),
    stages_of_run(StageResult.items_failed.expression).label("failed"),
)
"""Runs with what their stages came to."""


def run(_site: Site, row: AnyRow) -> Item:
    """A row of RUNS; how long it took is known once it has ended."""
    took = (row.completed_at - row.started_at).total_seconds() - row.paused_seconds if row.completed_at else None
    values = {
        "run_number": row.run_number,
        "started_by": row.trigger,
        "stopped_reason": row.stopped_reason,
        "credits_used": Decimal(str(row.total_credits_used)),
        "articles_written": int(row.articles),
        "failed_items": int(row.failed),
        "minutes": None if took is None else round(Decimal(str(max(took, 0.0))) / MINUTE, 1),
    }
    return Item(row.id, row.run_id, values)
