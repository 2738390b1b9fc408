"""Who works on an article: one process at a time, and a dead one keeps nobody waiting.

By hand and in batches a process holds an advisory lock of PostgreSQL's, by a transaction that does nothing else, on a
connection of its own: it goes with the process, however that ends. Work of a run is the run's as long as that is
active; its own lease says which process may write. In both cases a task has a token (`started_at`): whoever takes a
task up gives it a new one, and every transaction of a late process finds that it is not the newest any more.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from igny8_lib.db import holding
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict
from igny8_lib.models import ACTIVE_RUN, AutomationRun, OptimizationStatus, OptimizationTask

ARTICLE_LOCK = 0x49674F70 << 32
"""The advisory locks of optimizing: this, and the article's number."""
OPEN = (OptimizationStatus.PENDING, OptimizationStatus.RUNNING)


class BeingOptimized(Conflict):
    """Somebody is at work on the article; nothing was done."""

    def __init__(self, content_id: int) -> None:
        super().__init__(f"The article {content_id} is being optimized right now: wait until that is done.")
        self.content_id = content_id


class TurnLost(Conflict):
    """Another process took the work over; this one must stop without writing."""

    def __init__(self, task_id: int) -> None:
        super().__init__(f"Optimization {task_id} was taken over by another process, or has ended.")
        self.task_id = task_id


@dataclass
class Turn:
    """An article's turn, as long as `async with` lasts. Raises BeingOptimized where somebody has it."""

    sessions: Sessions
    content_id: int
    _held: Connection | None = field(default=None, init=False)

    async def __aenter__(self) -> Turn:
        await asyncio.to_thread(self.take)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.give_back)

    def take(self) -> None:
        """Have the lock until the transaction of this connection ends. Raises BeingOptimized."""
        connection = self.sessions.kw["bind"].connect()
        try:
            free = holding.hold(connection, ARTICLE_LOCK + self.content_id)
            self._held = connection if free else None
        finally:
            if self._held is None:
                connection.close()
        if not free:
            raise BeingOptimized(self.content_id)

    def give_back(self) -> None:
        """Let the next one have it; a connection that is lost has let go by itself."""
        connection, self._held = self._held, None
        if connection is not None:
            holding.let_go(connection)


def find_open(session: Session, site_id: int, content_id: int) -> OptimizationTask | None:
    """The article's task that has not ended, locked."""
    mine = (OptimizationTask.site_id == site_id, OptimizationTask.content_id == content_id)
    query = select(OptimizationTask).where(*mine, OptimizationTask.status.in_(OPEN)).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def require_free(session: Session, content_id: int, task: OptimizationTask | None, run_id: int | None) -> None:
    """Raises BeingOptimized where the article's open task is somebody's who is at work.

    A run asks without a turn of its own: it has one only for as long as this transaction lasts, and its task says from
    then on that the article is the run's.
    """
    if run_id is not None:
        lock = select(func.pg_try_advisory_xact_lock(ARTICLE_LOCK + content_id))
        if not session.scalar(lock):
            raise BeingOptimized(content_id)
    if task is not None and task.run_id is not None and task.run_id != run_id:
        run = session.get(AutomationRun, task.run_id)
        if run is not None and run.status in ACTIVE_RUN:
            raise BeingOptimized(content_id)


def hold(session: Session, site_id: int, task_id: int, token: datetime) -> OptimizationTask:
    """The task, locked, where this process still has it. Raises TurnLost."""
    query = select(OptimizationTask).where(OptimizationTask.site_id == site_id, OptimizationTask.id == task_id)
    task = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if task is None or task.status != OptimizationStatus.RUNNING or task.started_at != token:
        raise TurnLost(task_id)
    return task
