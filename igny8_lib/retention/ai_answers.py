"""The stored answers of AI requests: taken out of their rows. The rows stay, since reports read their figures."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    ACTIVE_RUN,
    AICall,
    AutomationRun,
    BatchStatus,
    BuildStatus,
    ContentBatch,
    OptimizationStatus,
    OptimizationTask,
    RetentionMark,
    SiteBuild,
)
from igny8_lib.retention.batching import count, in_batches
from igny8_lib.retention.watch import Watch

ANSWERS = 500
"""Of one transaction: each is some kB, and its row is written anew."""
OPEN_WORK = (
    (ContentBatch, (BatchStatus.PENDING, BatchStatus.RUNNING)),
    (SiteBuild, (BuildStatus.PENDING, BuildStatus.RUNNING)),
    (OptimizationTask, (OptimizationStatus.PENDING, OptimizationStatus.RUNNING)),
)
"""What asks the AI outside of runs, and how it stands while it may come back to an answer."""


def remove_answers(sessions: Sessions, site_id: int, before: datetime, watch: Watch) -> int:
    """Remove the answers of the site's requests that were made before then; how many.

    Answers of unfinished runs, batches, optimizations and builds stay: a retry reads them instead of paying again.
    """
    with sessions() as session:
        since = known_mark(session, site_id)
    removed = in_batches(sessions, partial(remove_some, site_id=site_id, since=since, before=before), watch)
    if not watch.reason:
        with sessions.begin() as session:
            set_mark(session, site_id, since, before)
    return removed


def known_mark(session: Session, site_id: int) -> datetime | None:
    """Before which no answer is left; None where none was ever removed."""
    return session.scalar(select(RetentionMark.answers_until).where(RetentionMark.site_id == site_id))


def set_mark(session: Session, site_id: int, since: datetime | None, before: datetime) -> None:
    """Write down how far the site's answers are gone: up to the first that had to stay, or that somebody had locked."""
    first = session.scalar(select(func.min(AICall.created_at)).where(*answered(site_id, since, before)))
    row = insert(RetentionMark).values(site_id=site_id, answers_until=first or before)
    upsert = row.on_conflict_do_update(index_elements=["site_id"], set_={"answers_until": first or before})
    session.execute(upsert)


def remove_some(session: Session, *, site_id: int, since: datetime | None, before: datetime) -> int:
    """The oldest of them; how many."""
    old = old_answers(session, site_id, since, before).order_by(AICall.created_at).limit(ANSWERS)
    ids = session.scalars(old.with_for_update(skip_locked=True, key_share=True, of=AICall)).all()
    if not ids:
        return 0
    emptied = update(AICall).where(AICall.site_id == site_id, AICall.id.in_(ids)).values(answer=null())
    done: Any = session.execute(emptied.execution_options(synchronize_session=False))
    return int(done.rowcount)


def count_answers(session: Session, site_id: int, before: datetime) -> int:
    """How many answers would be removed."""
    return count(session, old_answers(session, site_id, known_mark(session, site_id), before))


def old_answers(session: Session, site_id: int, since: datetime | None, before: datetime) -> Select[int]:
    """The requests whose answers may go."""
    is_active = exists().where(
        AutomationRun.id == AICall.run_id, AutomationRun.site_id == site_id, AutomationRun.status.in_(ACTIVE_RUN)
    )
    query = select(AICall.id).where(*answered(site_id, since, before), ~is_active)
    began = open_work_began(session, site_id)
    return query if began is None else query.where(or_(AICall.run_id.is_not(None), AICall.created_at < began))


def answered(site_id: int, since: datetime | None, before: datetime) -> list[ColumnElement[bool]]:
    """What the site's old requests with an answer fulfil."""
    found = [AICall.site_id == site_id, AICall.created_at < before, AICall.answer.is_not(None)]
    return found if since is None else [*found, AICall.created_at >= since]


def open_work_began(session: Session, site_id: int) -> datetime | None:
    """When the oldest of the site's unfinished batches, optimizations and builds was asked for; None without any."""
    began = [
        session.scalar(select(func.min(kind.created_at)).where(kind.site_id == site_id, kind.status.in_(statuses)))
        for kind, statuses in OPEN_WORK
    ]
    return min((each for each in began if each is not None), default=None)
