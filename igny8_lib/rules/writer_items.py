"""Articles and runs with their facts: one statement for a page of them."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, func, select

from igny8_lib.analysis.results import Part
from igny8_lib.models import AutomationRun, Cluster, Content, Site, StageResult
from igny8_lib.rules.item import Item, known, texts
from igny8_lib.rules.planner_items import AnyRow, Query

WRITING = 4
"""The stage that makes articles."""
MINUTE = 60


def articles(site: Site, page: Select[int]) -> Query:
    """The articles of a page with the names of their clusters; without their texts."""
    columns = (Content.id, Content.title, Content.word_count, Content.score, Content.primary_keyword)
    scores = (Content.optimization_scores[part.value].astext.label(part.value) for part in Part)
    rest = (
        Cluster.name.label("cluster"),
        Content.tags,
        Content.categories,
        func.jsonb_array_length(Content.internal_links).label("internal_links"),
        Content.source,
        Content.status,
    )
    return (
        select(*columns, *scores, *rest)
        .outerjoin(Cluster, and_(Cluster.id == Content.cluster_id, Cluster.site_id == Content.site_id))
        .where(Content.site_id == site.id, Content.id.in_(page))
        .order_by(Content.id)
    )


def article(site: Site, row: AnyRow) -> Item:
    """A row of `articles`."""
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


def runs(site: Site, page: Select[int]) -> Query:
    """The runs of a page with what their stages came to."""
    run = AutomationRun
    return (
        select(
            *(run.id, run.run_id, run.run_number, run.trigger, run.stopped_reason, run.total_credits_used),
            *(run.started_at, run.completed_at, run.paused_seconds),
            stages_of_run(StageResult.items_created.expression, StageResult.stage == WRITING).label("articles"),
            stages_of_run(StageResult.items_failed.expression).label("failed"),
        )
        .where(run.site_id == site.id, run.id.in_(page))
        .order_by(run.id)
    )


def run(_site: Site, row: AnyRow) -> Item:
    """A row of `runs`; how long it took is known once it has ended."""
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
