"""Publications as people look at them: what needs them first, and everything about a single one.

A fixed number of statements, however many publications the site has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import (
    Content,
    ContentSource,
    ContentStatus,
    PostFound,
    Publication,
    PublicationStatus,
    PublicationStep,
    PublicationWish,
    StepName,
    StepStatus,
)
from igny8_lib.publishing.records import OURS
from igny8_lib.publishing.steps import DELAY

MOST_ON_A_PAGE = 100
LAST_PAGE = 100_000
RANK = case(
    (Publication.status == PublicationStatus.FAILED, 0),
    (Publication.status == PublicationStatus.UNDER_WAY, 1),
    (Publication.status == PublicationStatus.WAITING, 2),
    else_=3,
)
"""What needs people, what is going on, what comes next, what is done."""


@dataclass(frozen=True)
class View:
    """Which publications are shown; what is None is not asked for."""

    status: PublicationStatus | None = None
    wish: PublicationWish | None = None
    found: PostFound | None = None


@dataclass(frozen=True)
class Listed:
    """A publication with what its article is now."""

    publication: Publication
    title: str
    version: int
    """Of the article as it is now."""
    status: ContentStatus
    source: ContentSource
    """Who wrote the article first."""

    @property
    def delay(self) -> int | None:
        """Seconds that it went out late by; None where it was not missed."""
        seconds = self.publication.report.get(DELAY)
        return seconds if isinstance(seconds, int) else None


@dataclass(frozen=True)
class ListPage:
    """A page of them, and how many there are in all."""

    rows: Sequence[Listed]
    total: int


@dataclass(frozen=True)
class Step:
    """A step of a publication; one that was never begun is pending and has left nothing."""

    name: StepName
    status: StepStatus
    attempts: int
    error: str | None
    started_at: datetime | None
    finished_at: datetime | None
    trace: Mapping[str, Any]
    """What it left on the target: without what the publisher remembers for itself."""


@dataclass(frozen=True)
class Whole(Listed):
    """The same with all its steps in their order."""

    steps: Sequence[Step]


def list_publications(
    session: Session, site_id: int, view: View, *, page: int = 1, page_size: int = MOST_ON_A_PAGE
) -> ListPage:
    """A page of the site's publications, failed ones first, then by when they were due, the latest first.

    Two statements. Raises InvalidInput for a page below 1 or beyond LAST_PAGE, or one of none or too many rows.
    """
    if not 1 <= page <= LAST_PAGE or not 1 <= page_size <= MOST_ON_A_PAGE:
        raise InvalidInput(f"Pages count from 1 to {LAST_PAGE:,}, and have 1 to {MOST_ON_A_PAGE} publications.")
    shown = conditions(site_id, view)
    total = session.scalar(select(func.count()).select_from(Publication).where(*shown)) or 0
    query = select_titled().where(*shown).order_by(RANK, Publication.due_at.desc(), Publication.id.desc())
    rows = session.execute(query.limit(page_size).offset((page - 1) * page_size))
    return ListPage([Listed(*row) for row in rows], total)


def count_by_status(session: Session, site_id: int) -> dict[PublicationStatus, int]:
    """How many of the site's publications stand where; one statement."""
    query = select(Publication.status, func.count()).where(Publication.site_id == site_id)
    counted: dict[PublicationStatus, int] = dict(session.execute(query.group_by(Publication.status)).all())
    return {status: counted.get(status, 0) for status in PublicationStatus}


def find_publication(session: Session, site_id: int, publication_id: int) -> Whole:
    """One of the site's publications; two statements. Raises NotFound."""
    query = select_titled().where(Publication.site_id == site_id, Publication.id == publication_id)
    row = session.execute(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound(f"The site has no publication {publication_id}.")
    publication, title, version, status, source = row
    return Whole(publication, title, version, status, source, steps_of(session, publication))


def publication_of(session: Session, site_id: int, content_id: int) -> Listed | None:
    """The article's latest publication, None where it never had any; one statement."""
    mine = (Publication.site_id == site_id, Publication.content_id == content_id)
    row = session.execute(select_titled().where(*mine).order_by(Publication.id.desc()).limit(1)).one_or_none()
    return None if row is None else Listed(*row)


def titles_of(session: Session, site_id: int, content_ids: Sequence[int]) -> dict[int, str]:
    """The titles of the site's articles; one statement."""
    mine = (Content.site_id == site_id, Content.id.in_(content_ids))
    return dict(session.execute(select(Content.id, Content.title).where(*mine)).all())


def steps_of(session: Session, publication: Publication) -> list[Step]:
    """All five steps in their order."""
    mine = (PublicationStep.publication_id == publication.id, PublicationStep.site_id == publication.site_id)
    known = {step.name: step for step in session.scalars(select(PublicationStep).where(*mine))}
    return [step_of(name, known.get(name)) for name in StepName]


def step_of(name: StepName, step: PublicationStep | None) -> Step:
    """A step as it is told."""
    if step is None:
        return Step(name, StepStatus.PENDING, 0, None, None, None, {})
    trace = {key: value for key, value in step.trace.items() if key != OURS}
    return Step(name, step.status, step.attempts, step.error, step.started_at, step.finished_at, trace)


def select_titled() -> Any:  # noqa: ANN401 - a select
    """Publications with title, version and status of their articles."""
    mine = (Content.site_id == Publication.site_id) & (Content.id == Publication.content_id)
    return select(Publication, Content.title, Content.version, Content.status, Content.source).join(Content, mine)


def conditions(site_id: int, view: View) -> list[ColumnElement[bool]]:
    """Which publications the view has."""
    found = [Publication.site_id == site_id]
    if view.status is not None:
        found.append(Publication.status == view.status)
    if view.wish is not None:
        found.append(Publication.wish == view.wish)
    if view.found is not None:
        found.append(Publication.found == view.found)
    return found
