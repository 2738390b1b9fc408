"""Looking at a site's ideas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import Cluster, ContentIdea, IdeaStatus, Task
from igny8_lib.planner.ideas import cluster_id


def list_ideas(
    session: Session, site_id: int, *, status: IdeaStatus | None = None, cluster: str = "", limit: int = 100
) -> list[dict[str, Any]]:
    """The site's ideas in the order in which runs take them, as documents.

    Raises InvalidInput for a limit below 0, NotFound for a cluster that the site does not have.
    """
    if limit < 0:
        raise InvalidInput("The limit cannot be below 0.")
    query = select_ideas(site_id).limit(limit)
    query = query.where(ContentIdea.status == status) if status else query
    if cluster:
        query = query.where(ContentIdea.cluster_id == cluster_id(session, site_id, cluster))
    return [document(row) for row in session.execute(query)]


def find_idea(session: Session, site_id: int, idea_id: int) -> dict[str, Any]:
    """One idea with its outline. Raises NotFound, also for another site's."""
    row = session.execute(select_ideas(site_id).where(ContentIdea.id == idea_id)).one_or_none()
    if row is None:
        raise NotFound(f"The site has no idea {idea_id}.")
    return document(row) | {"outline": row.ContentIdea.outline}


def select_ideas(site_id: int) -> Select[ContentIdea, str, int | None]:
    """The site's ideas with the names of their clusters and the ids of their tasks."""
    order = (func.coalesce(ContentIdea.priority, 0).desc(), ContentIdea.id)
    return (
        select(ContentIdea, Cluster.name.label("cluster"), Task.id.label("task"))
        .join(Cluster, Cluster.id == ContentIdea.cluster_id)
        .outerjoin(Task, Task.idea_id == ContentIdea.id)
        .where(ContentIdea.site_id == site_id)
        .order_by(*order)
    )


def document(row: Row[ContentIdea, str, int | None]) -> dict[str, Any]:
    """An idea as a JSON document."""
    idea: ContentIdea = row.ContentIdea
    same: Sequence[str] = ("id", "title", "content_type", "target_keywords", "estimated_word_count", "priority")
    people = ("approved_by", "changed_by", "skipped_reason", "skipped_by", "competition")
    return {
        **{name: getattr(idea, name) for name in same},
        "intent": idea.intent.value if idea.intent else None,
        "status": idea.status.value,
        "cluster": row.cluster,
        "task": row.task,
        **{name: getattr(idea, name) for name in people},
        "approved_at": idea.approved_at.isoformat() if idea.approved_at else None,
        "changed_at": idea.changed_at.isoformat() if idea.changed_at else None,
        "competition_verdict": idea.competition_verdict.value,
    }
