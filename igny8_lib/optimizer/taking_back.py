"""Take an optimization back: the article says again what it said before, as its next version.

Nothing is merged. As long as the article still says what the optimization wrote, that goes back, whatever else of it
was edited since (title, address, keywords stay as they are now). Where its text was changed after that, by whomever,
taking back would throw those changes away: it is refused, with both versions, unless the caller names the newest
version as the one that is to go. Every version stays and can be restored. What was charged stays charged: the work was
done. Where a post says what the optimization wrote, it follows.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.errors import Conflict
from igny8_lib.models import Content, OptimizationStatus, OptimizationTask, Site, VersionKind
from igny8_lib.optimizer.closing import find
from igny8_lib.optimizer.texts import FIELDS, Texts
from igny8_lib.publishing.following import follow
from igny8_lib.review.versions import find_article, lock_version, save


class EditedSince(Conflict):
    """The article was changed after it was optimized; nothing was taken back. `optimized` is the version that the
    optimization made, `now` the newest one."""

    def __init__(self, content_id: int, optimized: int, now: int) -> None:
        super().__init__(
            f"The text of article {content_id} was changed after it was optimized: the optimization made version "
            f"{optimized}, its newest is {now}. To take it back and throw these changes away, name version {now}."
        )
        self.content_id = content_id
        self.optimized = optimized
        self.now = now


def take_back(session: Session, site_id: int, task_id: int, *, by: str, version: int | None = None) -> Content:
    """Let the article say what it said before; `version` is its newest one, where that was edited and is to go.

    Raises NotFound, Conflict for an optimization that changed nothing or was taken back already, EditedSince where the
    text was changed since and no version is named, and ChangedMeanwhile where a newer one than the named is there.
    """
    task = find(session, site_id, task_id, lock=True)
    require_taken(task)
    if version is None:
        content = find_article(session, site_id, task.content_id, lock=True)
        if not still_says(content, task):
            raise EditedSince(content.id, task.version_after or 0, content.version)
    else:
        content = lock_version(session, site_id, task.content_id, version)
    before = Texts.of(task.before).as_document()
    save(session, content, before, kind=VersionKind.RESTORED, by=by, note=f"before optimization {task.id}")
    task.taken_back_at, task.taken_back_by = clock.now(), by
    wanted = {task.version_after or content.version, content.version}
    follow(session, session.get_one(Site, site_id), content, by=by, wanted=wanted)
    return content


def require_taken(task: OptimizationTask) -> None:
    """Raises Conflict for a task of which there is nothing to take back."""
    if task.status != OptimizationStatus.COMPLETED:
        raise Conflict(f"Optimization {task.id} is {task.status.value}: it changed nothing that could be taken back.")
    if task.taken_back_at is not None:
        raise Conflict(f"Optimization {task.id} was taken back already, by {task.taken_back_by}.")


def still_says(content: Content, task: OptimizationTask) -> bool:
    """Whether the article says what the optimization wrote."""
    after = task.after or {}
    return all(getattr(content, name) == after.get(name) for name in FIELDS)
