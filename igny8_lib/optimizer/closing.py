"""How an optimization ends: the better text with its charge, or the reason why there is none and nothing is charged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.reservations import latest_attempt, release
from igny8_lib.errors import NotFound
from igny8_lib.models import AICall, OptimizationStatus, OptimizationTask

DIED = "The process that was at work on it died; the article was optimized anew."


@dataclass(frozen=True)
class Optimized:
    """What came of it."""

    status: OptimizationStatus
    task_id: int
    credits: Credits
    sentence: str
    temporary: bool = False
    """Of a failure: whether the same request may well succeed later."""


def key_of(task_id: int) -> str:
    """What an optimization's charge and its requests are known by."""
    return f"optimization/{task_id}"


def close(
    task: OptimizationTask,
    status: OptimizationStatus,
    *,
    reason: str | None = None,
    credits: Credits = ZERO,  # noqa: A002 - the column's name
    version_after: int | None = None,
) -> Optimized:
    """End a task that is locked."""
    task.status, task.reason, task.finished_at = status, reason, clock.now()
    task.credits, task.version_after = credits, version_after
    return result_of(task)


def result_of(task: OptimizationTask) -> Optimized:
    """What a task that has ended came to."""
    return Optimized(task.status, task.id, task.credits, sentence_of(task))


def sentence_of(task: OptimizationTask) -> str:
    """What came of it, for people."""
    article = f"Article {task.content_id}"
    if task.status == OptimizationStatus.COMPLETED:
        before, after = task.scores_before["overall"], (task.scores_after or {})["overall"]
        return f"{article} scores {after} instead of {before}, as version {task.version_after}: {task.credits} credits."
    stays = "was not optimized" if task.status == OptimizationStatus.FAILED else "stays as it is, for nothing"
    return f"{article} {stays}: {task.reason}"


def told(reasons: Sequence[str]) -> str:
    """Several reasons as one text."""
    return " ".join(reasons)


def find(session: Session, site_id: int, task_id: int, *, lock: bool = False) -> OptimizationTask:
    """A task of the site. Raises NotFound, also for another site's."""
    query = select(OptimizationTask).where(OptimizationTask.site_id == site_id, OptimizationTask.id == task_id)
    if lock:
        query = query.with_for_update()
    task = session.scalar(query.execution_options(populate_existing=True))
    if task is None:
        raise NotFound(f"The site has no optimization {task_id}.")
    return task


def drop(session: Session, task: OptimizationTask, account_id: int, reason: str) -> None:
    """End the task of a dead process, which is not gone on with, and give back what it held."""
    close(task, OptimizationStatus.FAILED, reason=reason or DIED)
    session.flush()
    let_go(session, account_id, task.id)


def give_up(session: Session, task: OptimizationTask, account_id: int, reason: str) -> Optimized:
    """End a task before it came to anything, and give back what it held."""
    ended = close(task, OptimizationStatus.FAILED, reason=reason)
    session.flush()
    let_go(session, account_id, task.id)
    return ended


def let_go(session: Session, account_id: int, task_id: int) -> None:
    """Give back the credits that a task holds; the last thing in a transaction, for it locks the account's balance."""
    if (held := latest_attempt(session, account_id, key_of(task_id))) is not None:
        release(session, held)


def was_asked(session: Session, task: OptimizationTask) -> bool:
    """Whether the AI has been asked anything for the task."""
    asked: Any = select(AICall.id).where(AICall.site_id == task.site_id, AICall.charge_key == key_of(task.id)).limit(1)
    return session.scalar(asked) is not None
