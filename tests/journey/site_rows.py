"""What a site's pipeline has made, as plain values: to count, and to compare two sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.ai.deployment import deployment_code
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    AICall,
    AICallStatus,
    AutomationRun,
    Cluster,
    Content,
    ContentIdea,
    Image,
    Keyword,
    Site,
    StageResult,
    Task,
)

Rows = frozenset[tuple[Any, ...]]


@dataclass(frozen=True)
class SiteRows:
    """Every row of the pipeline by what identifies it to people, without ids and times."""

    keywords: Rows
    clusters: Rows
    ideas: Rows
    tasks: Rows
    content: Rows
    images: Rows


def site_of(session: Session, slug: str) -> Site:
    return session.scalars(select(Site).where(Site.slug == slug)).one()


def rows_of(sessions: Sessions, slug: str) -> SiteRows:
    """The site's rows."""
    with sessions() as session:
        site = site_of(session, slug)

        def rows(query: Any) -> Rows:
            return frozenset(tuple(row) for row in session.execute(query))

        return SiteRows(
            keywords=rows(
                select(Keyword.text, Keyword.status, Cluster.name)
                .outerjoin(Cluster, Cluster.id == Keyword.cluster_id)
                .where(Keyword.site_id == site.id)
            ),
            clusters=rows(select(Cluster.name, Cluster.status).where(Cluster.site_id == site.id)),
            ideas=rows(select(ContentIdea.title, ContentIdea.status).where(ContentIdea.site_id == site.id)),
            tasks=rows(select(Task.brief["title"].astext, Task.status).where(Task.site_id == site.id)),
            content=rows(
                select(Content.slug, Content.status, Content.html, Content.word_count).where(Content.site_id == site.id)
            ),
            images=rows(
                select(Content.slug, Image.position, Image.prompt, Image.status)
                .join(Content, Content.id == Image.content_id)
                .where(Image.site_id == site.id)
            ),
        )


def newest_run(sessions: Sessions, slug: str) -> AutomationRun:
    with sessions() as session:
        query = select(AutomationRun).where(AutomationRun.site_id == site_of(session, slug).id)
        return session.scalars(query.order_by(AutomationRun.id.desc()).limit(1)).one()


def stage_results(sessions: Sessions, run: AutomationRun) -> dict[int, StageResult]:
    with sessions() as session:
        query = select(StageResult).where(StageResult.run_id == run.id)
        return {result.stage: result for result in session.scalars(query)}


def answered_keys(sessions: Sessions) -> set[str]:
    """Keys of the AI requests whose answers are stored."""
    with sessions() as session:
        query = select(AICall.idempotency_key).where(AICall.status == AICallStatus.ANSWERED)
        return {sent_key(session, key) for key in session.scalars(query)}


def sent_key(session: Session, key: str) -> str:
    """The Idempotency-Key that a journal row's request carried."""
    return f"{deployment_code(session)}/{key}"
