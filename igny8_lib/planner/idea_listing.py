"""Looking at a site's ideas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import Cluster, CompetitionVerdict, ContentIdea, IdeaStatus, Task
from igny8_lib.planner.ideas import cluster_id
from igny8_lib.planner.listing import DOWN, UP, Sort, check_page, in_order, searched


class IdeaOrder(StrEnum):
    """How ideas are listed: as runs take them, by the alphabet, or the figures from the highest."""

    QUEUE = "queue"
    ID = "id"
    TITLE = "title"
    CLUSTER = "cluster"
    WORDS = "words"


QUEUE = func.coalesce(ContentIdea.priority, 0)
ORDERS: Mapping[IdeaOrder, Sort] = {
    IdeaOrder.QUEUE: ((QUEUE, DOWN),),
    IdeaOrder.ID: ((ContentIdea.id, UP),),
    IdeaOrder.TITLE: ((ContentIdea.normalized, UP),),
    IdeaOrder.CLUSTER: ((Cluster.normalized, UP), (QUEUE, DOWN)),
    IdeaOrder.WORDS: ((ContentIdea.estimated_word_count, DOWN),),
}


@dataclass(frozen=True)
class IdeaFilter:
    """Which of a site's ideas are meant; all of them where nothing is said."""

    text: str = ""
    """What their titles hold, compared as titles are."""
    status: IdeaStatus | None = None
    approved: bool | None = None
    cluster: str = ""
    """The cluster's name."""
    cluster_id: int | None = None
    verdict: CompetitionVerdict | None = None
    """How they stand beside the site's pages."""


ALL = IdeaFilter()


def list_ideas(
    session: Session,
    site_id: int,
    wanted: IdeaFilter = ALL,
    *,
    order: IdeaOrder = IdeaOrder.QUEUE,
    reverse: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """The wanted ideas of the site as documents, as runs take them where no other order is given; with `reverse` the
    other way round. One statement, one more where a cluster is named.

    Raises InvalidInput for a limit or an offset below 0 and a text too long, NotFound for a cluster that the site does
    not have.
    """
    check_page(limit, offset)
    query = select_ideas(site_id).where(*conditions(session, site_id, wanted))
    ordered = query.order_by(*in_order(ORDERS[order], ContentIdea.id, reverse=reverse))
    return [document(row) for row in session.execute(ordered.limit(limit).offset(offset))]


def count_ideas(session: Session, site_id: int, wanted: IdeaFilter = ALL) -> int:
    """How many ideas the filter leaves. Raises as `list_ideas`."""
    mine = (ContentIdea.site_id == site_id, *conditions(session, site_id, wanted))
    return session.scalar(select(func.count()).select_from(ContentIdea).where(*mine)) or 0


def conditions(session: Session, site_id: int, wanted: IdeaFilter) -> list[ColumnElement[bool]]:
    """What tells the wanted ideas among the site's. Raises InvalidInput, NotFound."""
    found = searched(ContentIdea.normalized, wanted.text)
    if wanted.status is not None:
        found.append(ContentIdea.status == wanted.status)
    if wanted.approved is not None:
        decided = ContentIdea.approved_at.is_not(None)
        found.append(decided if wanted.approved else ~decided)
    if wanted.cluster:
        found.append(ContentIdea.cluster_id == cluster_id(session, site_id, wanted.cluster))
    if wanted.cluster_id is not None:
        found.append(ContentIdea.cluster_id == wanted.cluster_id)
    if wanted.verdict is not None:
        found.append(ContentIdea.competition_verdict == wanted.verdict)
    return found


def find_idea(session: Session, site_id: int, idea_id: int) -> dict[str, Any]:
    """One idea with its outline. Raises NotFound, also for another site's."""
    row = session.execute(select_ideas(site_id).where(ContentIdea.id == idea_id)).one_or_none()
    if row is None:
        raise NotFound(f"The site has no idea {idea_id}.")
    return document(row) | {"outline": row.ContentIdea.outline}


def select_ideas(site_id: int) -> Select[ContentIdea, str, int | None]:
    """The site's ideas with the names of their clusters and the ids of their tasks."""
    return (
        select(ContentIdea, Cluster.name.label("cluster"), Task.id.label("task"))
        .join(Cluster, Cluster.id == ContentIdea.cluster_id)
        .outerjoin(Task, Task.idea_id == ContentIdea.id)
        .where(ContentIdea.site_id == site_id)
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
        "cluster_id": idea.cluster_id,
        "cluster": row.cluster,
        "task": row.task,
        **{name: getattr(idea, name) for name in people},
        "approved_at": idea.approved_at.isoformat() if idea.approved_at else None,
        "changed_at": idea.changed_at.isoformat() if idea.changed_at else None,
        "competition_verdict": idea.competition_verdict.value,
    }
