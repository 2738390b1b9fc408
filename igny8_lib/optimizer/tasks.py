"""Optimizations as people look at them: what was tried with which article, what came of it, both texts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput
from igny8_lib.models import Content, ContentVersion, OptimizationSource, OptimizationStatus, OptimizationTask
from igny8_lib.optimizer.closing import find
from igny8_lib.optimizer.texts import FIELDS
from igny8_lib.review import versions
from igny8_lib.review.diff import ArticleDiff, diff
from igny8_lib.review.queue import LAST_PAGE, MOST_ON_A_PAGE
from igny8_lib.review.versions import find_article

LISTED = (
    *("id", "content_id", "batch_id", "run_id", "source", "status", "requested_by", "created_at", "started_at"),
    *("finished_at", "version_before", "version_after", "reason", "credits", "taken_back_at", "taken_back_by"),
)
"""The columns that a list tells, beside the scores and the article's title."""


@dataclass(frozen=True)
class Chosen:
    """Which optimizations are meant; an empty choice is no bound."""

    content_id: int | None = None
    batch_id: int | None = None
    statuses: Sequence[OptimizationStatus] = ()
    sources: Sequence[OptimizationSource] = ()

    def conditions(self, site_id: int) -> list[ColumnElement[bool]]:
        """The same as conditions."""
        found = [OptimizationTask.site_id == site_id]
        if self.content_id is not None:
            found.append(OptimizationTask.content_id == self.content_id)
        if self.batch_id is not None:
            found.append(OptimizationTask.batch_id == self.batch_id)
        if self.statuses:
            found.append(OptimizationTask.status.in_(self.statuses))
        if self.sources:
            found.append(OptimizationTask.source.in_(self.sources))
        return found


@dataclass(frozen=True)
class TaskPage:
    """One page of optimizations, as documents, and how many there are in all."""

    tasks: list[dict[str, Any]]
    total: int


@dataclass(frozen=True)
class Comparison:
    """One optimization with its texts and scores before and after, and what differs; nothing after where none came."""

    task: dict[str, Any]
    before: dict[str, str]
    after: dict[str, str] | None
    scores_before: dict[str, Any]
    scores_after: dict[str, Any] | None
    difference: ArticleDiff | None
    newest_version: int
    """The article's: what has to be named to take it back where the text was changed since."""


EVERYTHING = Chosen()


def list_tasks(
    session: Session, site_id: int, chosen: Chosen = EVERYTHING, *, page: int = 1, page_size: int = 50
) -> TaskPage:
    """A page of the site's optimizations, the newest first; two statements, without the texts.

    Raises InvalidInput for a page below 1 or above `LAST_PAGE`, and one of none or more than `MOST_ON_A_PAGE` tasks.
    """
    if not 1 <= page <= LAST_PAGE or not 1 <= page_size <= MOST_ON_A_PAGE:
        raise InvalidInput(f"Pages count from 1 to {LAST_PAGE:,}, and have 1 to {MOST_ON_A_PAGE} optimizations.")
    meant = chosen.conditions(site_id)
    total = session.scalar(select(func.count()).where(*meant)) or 0
    article = (Content.id == OptimizationTask.content_id) & (Content.site_id == OptimizationTask.site_id)
    query = select(*columns()).join(Content, article).where(*meant).order_by(OptimizationTask.id.desc())
    rows = session.execute(query.limit(page_size).offset((page - 1) * page_size)).mappings()
    return TaskPage([plain(dict(row)) for row in rows], total)


def columns() -> tuple[ColumnElement[Any], ...]:
    """What a list reads of a task."""
    own = (getattr(OptimizationTask, name) for name in LISTED)
    before, after = (column["overall"].as_integer() for column in SCORES)
    return (*own, Content.title.label("title"), before.label("score_before"), after.label("score_after"))


SCORES = (OptimizationTask.scores_before, OptimizationTask.scores_after)


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """A task's facts as JSON has them: statuses as words, instants as ISO 8601, credits as numbers."""
    instants = {name: value.isoformat() for name, value in facts.items() if name.endswith("_at") and value}
    words = {name: facts[name].value for name in ("source", "status")}
    return facts | instants | words | {"credits": facts["credits"].as_number()}


def compare(session: Session, site_id: int, task_id: int) -> Comparison:
    """One optimization, both texts side by side. Raises NotFound, also for another site's."""
    task = find(session, site_id, task_id)
    content = find_article(session, site_id, task.content_id)
    facts = {name: getattr(task, name) for name in LISTED}
    overall = {
        "score_before": task.scores_before.get("overall"),
        "score_after": (task.scores_after or {}).get("overall"),
    }
    return Comparison(
        task=plain(facts | {"title": content.title} | overall),
        before=task.before,
        after=task.after,
        scores_before=task.scores_before,
        scores_after=task.scores_after,
        difference=difference(content, task),
        newest_version=content.version,
    )


def difference(content: Content, task: OptimizationTask) -> ArticleDiff | None:
    """What differs between the texts of a task; None where there is no second one."""
    if task.after is None:
        return None
    same = {name: getattr(content, name) for name in versions.FIELDS if name not in FIELDS}
    return diff(ContentVersion(**same | task.before), ContentVersion(**same | task.after))
