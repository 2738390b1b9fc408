"""The record of a publication: who works on it, what its steps left behind, and how it stands.

Two locks, both of a connection that the publisher holds for nothing else, so that they die with its process: one on
the site (its articles go out one after the other) and one on the record itself. While the record is locked, only that
connection writes it; the steps' traces are rows of their own, and committed one by one through other sessions.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db import holding
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    Content,
    Publication,
    PublicationStatus,
    PublicationStep,
    PublicationTarget,
    PublicationWish,
    StepName,
    StepStatus,
)
from igny8_lib.publishing.target import Post

SITE_LOCK = 0x49675055 << 32
"""The advisory locks of publishers: this, and the site's number."""
OURS = "publisher"
"""In a stored trace: what the publisher itself remembers of the step. Targets never see it."""
POST = "post"
"""In the trace of the step POST: the post."""


def hold_site(guard: Session, site_id: int) -> bool:
    """Be the site's only publisher until the guard's transaction ends; False where another one is."""
    return holding.hold(guard, SITE_LOCK + site_id)


def hold(guard: Session, publication_id: int) -> Publication | None:
    """Lock the record until the guard's transaction ends; None where somebody else has it."""
    query = select(Publication).where(Publication.id == publication_id)
    locked = query.with_for_update(key_share=True, skip_locked=True)
    return guard.scalar(locked.execution_options(populate_existing=True))


def record_of(session: Session, content: Content, target: PublicationTarget) -> Publication:
    """The article's record on this target, made with a mark of its own where there is none."""
    now = clock.now()
    made = (
        insert(Publication)
        .values(
            site_id=content.site_id,
            content_id=content.id,
            target=target,
            mark=uuid.uuid4().hex,
            requested_by="",
            due_at=now,
            next_attempt_at=now,
            status=PublicationStatus.DONE,
            wish=PublicationWish.GONE,
        )
        .on_conflict_do_nothing(index_elements=[Publication.content_id, Publication.target])
    )
    session.execute(made)
    publication: Publication = session.scalars(find_record(content.site_id, content.id, target)).one()
    return publication


def find_record(site_id: int, content_id: int, target: PublicationTarget) -> Any:  # noqa: ANN401 - a select
    """The statement that reads the article's record as the database has it now."""
    mine = (Publication.site_id == site_id, Publication.content_id == content_id, Publication.target == target)
    return select(Publication).where(*mine).execution_options(populate_existing=True)


def wish_for(publication: Publication, wish: PublicationWish, *, by: str, due_at: datetime) -> None:
    """Let a publisher bring this about: from now on, with all its attempts."""
    publication.wish = wish
    publication.status = PublicationStatus.WAITING
    publication.requested_by = by
    publication.due_at = due_at
    publication.attempts = 0
    publication.next_attempt_at = clock.now()
    publication.error = None
    publication.cause = None


class RecordedSteps:
    """A publication's steps: read once, each change committed at once."""

    def __init__(self, sessions: Sessions, publication: Publication) -> None:
        self._sessions = sessions
        self._publication_id = publication.id
        self._site_id = publication.site_id
        self.mark = publication.mark
        self._stored: dict[StepName, dict[str, Any]] = {}
        self._done: set[StepName] = set()
        query = select(PublicationStep).where(
            PublicationStep.publication_id == publication.id, PublicationStep.site_id == publication.site_id
        )
        with sessions() as session:
            for step in session.scalars(query):
                self._stored[step.name] = dict(step.trace)
                if step.status is StepStatus.DONE:
                    self._done.add(step.name)

    def trace(self, name: StepName) -> dict[str, Any]:
        """What the step kept last."""
        return {key: value for key, value in self._stored.get(name, {}).items() if key != OURS}

    def keep(self, name: StepName, trace: Mapping[str, Any]) -> None:
        """Replace the step's trace, committed; the post stays known."""
        self.write(name, self.whole(name, trace))

    def whole(self, name: StepName, trace: Mapping[str, Any]) -> dict[str, Any]:
        """The trace with what must not get lost: the post, and what the publisher remembers."""
        before = self._stored.get(name, {})
        return {key: before[key] for key in (OURS, POST) if key in before} | dict(trace)

    def remembered(self, name: StepName, key: str) -> object:
        """What the publisher itself keeps of a step; None where it kept nothing."""
        return self._stored.get(name, {}).get(OURS, {}).get(key)

    def remember(self, name: StepName, key: str, value: object) -> None:
        """Keep something of the publisher's own, committed."""
        before = self._stored.get(name, {})
        self.write(name, before | {OURS: before.get(OURS, {}) | {key: value}})

    def is_done(self, name: StepName, of: str) -> bool:
        """Whether the step was done for just this text with just these pictures."""
        return name in self._done and self.remembered(name, "of") == of

    def done(self, name: StepName, trace: Mapping[str, Any], *, of: str, started: datetime) -> None:
        """The step is done for this text; committed with its trace."""
        whole = self.whole(name, trace)
        whole[OURS] = whole.get(OURS, {}) | {"of": of}
        now = clock.now()
        self.write(name, whole, status=StepStatus.DONE, error=None, started_at=started, finished_at=now, counts=True)
        self._done.add(name)

    def failed(self, name: StepName, error: str, *, started: datetime) -> None:
        """The step failed; its trace stays."""
        whole = self._stored.get(name, {})
        now = clock.now()
        self.write(name, whole, status=StepStatus.FAILED, error=error, started_at=started, finished_at=now, counts=True)
        self._done.discard(name)

    def known_post(self) -> Post | None:
        """The post that was made or found last."""
        known = self.trace(StepName.POST).get(POST)
        return Post(**known) if known else None

    def write(self, name: StepName, trace: dict[str, Any], *, counts: bool = False, **values: Any) -> None:  # noqa: ANN401 - columns
        """Write the step's row, committed; `counts` is an attempt that ended."""
        row = {"trace": trace, **values}
        keys = {"publication_id": self._publication_id, "name": name, "site_id": self._site_id}
        attempts = PublicationStep.attempts + (1 if counts else 0)
        statement = (
            insert(PublicationStep)
            .values(**keys, **row, attempts=1 if counts else 0)
            .on_conflict_do_update(
                index_elements=[PublicationStep.publication_id, PublicationStep.name],
                set_=row | {"attempts": attempts},
            )
        )
        with self._sessions.begin() as session:
            session.execute(statement)
        self._stored[name] = trace


def post_trace(post: Post) -> dict[str, Any]:
    """The post as the step POST keeps it."""
    return {POST: asdict(post)}


def reopen_steps(session: Session, publication: Publication, *names: StepName) -> None:
    """Let these steps be done once more, all where none is named; what they left behind stays known."""
    mine = PublicationStep.publication_id == publication.id, PublicationStep.site_id == publication.site_id
    which = (*mine, PublicationStep.name.in_(names)) if names else mine
    session.execute(update(PublicationStep).where(*which).values(status=StepStatus.PENDING, error=None))
