"""A site's publications as documents: what went out, what is on its way, what failed and why."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import Content, Publication, PublicationStatus, PublicationStep, StepName

ORDER = list(StepName)
TIMES = ("due_at", "next_attempt_at", "published_at", "checked_at")


def list_publications(
    session: Session, site_id: int, *, status: PublicationStatus | None = None, limit: int, offset: int = 0
) -> list[dict[str, Any]]:
    """The site's publications, the newest first; one statement."""
    query = select(Publication, Content.title).join(Content, Content.id == Publication.content_id)
    query = query.where(Publication.site_id == site_id)
    if status is not None:
        query = query.where(Publication.status == status)
    rows = session.execute(query.order_by(Publication.id.desc()).limit(limit).offset(offset)).all()
    return [document(publication, title) for publication, title in rows]


def show_publication(session: Session, site_id: int, content_id: int) -> dict[str, Any]:
    """One article's publication with its steps, in their order. Raises NotFound where it has none."""
    query = select(Publication, Content.title).join(Content, Content.id == Publication.content_id)
    mine = query.where(Publication.site_id == site_id, Publication.content_id == content_id)
    row = session.execute(mine.order_by(Publication.id.desc()).limit(1)).first()
    if row is None:
        raise NotFound(f"The site has no publication of an article {content_id}.")
    publication, title = row
    steps = session.scalars(
        select(PublicationStep).where(
            PublicationStep.site_id == site_id, PublicationStep.publication_id == publication.id
        )
    ).all()
    ordered = sorted(steps, key=lambda step: ORDER.index(step.name))
    return document(publication, title) | {"steps": [step_document(step) for step in ordered]}


def document(publication: Publication, title: str) -> dict[str, Any]:
    """A publication as a JSON document."""
    plain = ("id", "content_id", "requested_by", "attempts", "error", "cause", "content_version", "external_id")
    times = {name: at.isoformat() if (at := getattr(publication, name)) else None for name in TIMES}
    found = publication.found.value if publication.found else None
    return (
        {name: getattr(publication, name) for name in plain}
        | {"title": title, "external_url": publication.external_url, "report": publication.report, "found": found}
        | {name: getattr(publication, name).value for name in ("target", "wish", "status")}
        | times
    )


def step_document(step: PublicationStep) -> dict[str, Any]:
    """A step as a JSON document."""
    finished = step.finished_at.isoformat() if step.finished_at else None
    facts = {"attempts": step.attempts, "error": step.error, "finished_at": finished}
    return {"name": step.name.value, "status": step.status.value} | facts
