"""Who is at a step of a build: one process at a time, and a dead one keeps nobody waiting.

A worker holds an advisory lock of PostgreSQL's for as long as it is at the step, on a connection that does nothing
else: it goes with the process, however that ends. Whoever begins a step gives it a new token, and every transaction of
a process that finds another one there writes nothing. Each of them locks the build first, then the step.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.costs import CostTable, costs_in_force
from igny8_lib.credits.reservations import latest_attempt, release
from igny8_lib.db import holding
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Conflict, NotAllowed, TemporaryError
from igny8_lib.models import (
    BuildStatus,
    BuildStepKind,
    BuildStepStatus,
    Site,
    SiteBuild,
    SiteBuildStep,
    SitePage,
    SitePageStatus,
)
from igny8_lib.site_builder.building import closing
from igny8_lib.site_builder.building.estimating import price_of
from igny8_lib.site_builder.building.finding import LEFT, OPEN, find_build, steps_of
from igny8_lib.site_builder.building.opening import require_workable

STEP_LOCK = 0x49674273 << 32
"""The advisory locks of workers: this, and the step's number."""
MOST_ATTEMPTS = 5
"""What was begun so often and never ended has killed its workers."""
DIED = f"The worker died {MOST_ATTEMPTS} times while it was at this: look into the logs of the DAG build_site."
RELEASES = (BuildStepKind.CHECK, BuildStepKind.DEPLOY)


class StepTaken(TemporaryError):
    """Another worker is at the step, or at one that comes before it."""


class StepLost(Conflict):
    """Another process took the step over, or it is gone; this one must stop without writing."""

    def __init__(self, step_id: int) -> None:
        super().__init__(f"Step {step_id} was taken over by another process, or its page is gone.")
        self.step_id = step_id


class Held(NamedTuple):
    """A step and its build, locked."""

    build: SiteBuild
    step: SiteBuildStep


@dataclass(frozen=True)
class Begun:
    """A step that this process has."""

    step_id: int
    build_id: int
    site_id: int
    account_id: int
    blueprint_id: int
    page_id: int | None
    kind: BuildStepKind
    token: str
    by: str
    replace: bool
    remark: str
    price: Credits

    @property
    def key(self) -> str:
        """What its charge and its requests are known by."""
        return key_of(self.step_id)

    def hold(self, session: Session) -> Held:
        """The build and the step, locked, where this process still has it. Raises StepLost."""
        held = lock_both(session, self.step_id)
        if held is None or held.step.status is not BuildStepStatus.RUNNING or held.step.token != self.token:
            raise StepLost(self.step_id)
        return held

    def fence(self, session: Session) -> None:
        """First statement of every transaction that writes. Raises StepLost."""
        self.hold(session)


def key_of(step_id: int) -> str:
    """What a step's charge and its requests are known by."""
    return f"site_build_step/{step_id}"


@contextmanager
def turn(sessions: Sessions, step_id: int) -> Iterator[None]:
    """Be the only worker at the step. Raises StepTaken where another one is."""
    with sessions() as guard:
        if not holding.hold(guard, STEP_LOCK + step_id):
            raise StepTaken(f"Another worker is at step {step_id}: it is looked at again in a moment.")
        yield


def lock_both(session: Session, step_id: int) -> Held | None:
    """The step and its build as the database has them now, locked, the build first; None where they are gone."""
    known = session.execute(
        select(SiteBuildStep.build_id, SiteBuildStep.site_id).where(SiteBuildStep.id == step_id)
    ).one_or_none()
    if known is None:
        return None
    build = find_build(session, known.site_id, known.build_id, lock=True)
    query = select(SiteBuildStep).where(SiteBuildStep.site_id == known.site_id, SiteBuildStep.id == step_id)
    step = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    return None if step is None else Held(build, step)


def begin(sessions: Sessions, step_id: int) -> Begun | None:
    """Begin the step, or go on with what a dead process began of it; None where nothing is to be done.

    A step of a build that has ended is left, unless it was begun before: that is ended and charged. So is one that
    costs more than the build's limit leaves. Raises StepTaken where steps before it have not ended.
    """
    with sessions.begin() as session:
        held = lock_both(session, step_id)
        if held is None or held.step.status not in LEFT:
            return None
        was_begun = held.step.status is BuildStepStatus.RUNNING
        if not (was_begun or may_begin(session, held)):
            return None
        if held.step.attempts >= MOST_ATTEMPTS:
            give_up(session, held, DIED)
            return None
        return take(session, held, costs_in_force(session))


def take(session: Session, held: Held, costs: CostTable) -> Begun:
    """Give the step to this process."""
    build, step = held
    now = clock.now()
    if build.status is BuildStatus.PENDING:
        build.status, build.started_at = BuildStatus.RUNNING, now
    step.status, step.started_at = BuildStepStatus.RUNNING, step.started_at or now
    step.token, step.attempts = uuid.uuid4().hex, step.attempts + 1
    if step.page_id is not None:
        page = session.get_one(SitePage, step.page_id, populate_existing=True, with_for_update=True)
        page.status = SitePageStatus.GENERATING
    return Begun(
        step_id=step.id,
        build_id=build.id,
        site_id=build.site_id,
        account_id=session.get_one(Site, build.site_id).account_id,
        blueprint_id=build.blueprint_id,
        page_id=step.page_id,
        kind=step.kind,
        token=step.token,
        by=build.requested_by,
        replace=build.replace,
        remark=build.remark,
        price=price_of(costs, step.kind),
    )


def may_begin(session: Session, held: Held) -> bool:
    """Whether a step that nobody has begun may be; where it may not, it or the whole build has ended now."""
    build, step = held
    if build.status not in OPEN:
        finish(session, held, BuildStepStatus.SKIPPED, closing.ENDED_BEFORE)
        return False
    try:
        require_workable(session, session.get_one(Site, build.site_id), writes=step.kind is BuildStepKind.PAGE)
    except NotAllowed as refused:
        give_up(session, held, str(refused), ends_build=True)
        return False
    others = [other for other in steps_of(session, build) if other.id != step.id]
    require_before(step, others)
    if is_too_dear(session, held, others):
        sentence = f"The limit of {build.credit_limit} credits is reached."
        if step.kind is BuildStepKind.STRUCTURE:
            give_up(session, held, sentence, ends_build=True)
        else:
            finish(session, held, BuildStepStatus.SKIPPED, sentence)
        return False
    return True


def require_before(step: SiteBuildStep, others: list[SiteBuildStep]) -> None:
    """Raises StepTaken where steps of other kinds that come before have not ended."""
    kinds = list(BuildStepKind)
    before = [other for other in others if kinds.index(other.kind) < kinds.index(step.kind)]
    if any(other.status in LEFT for other in before):
        raise StepTaken(f"Step {step.id} ({step.kind.value}) waits for what comes before it in build {step.build_id}.")


def is_too_dear(session: Session, held: Held, others: list[SiteBuildStep]) -> bool:
    """Whether the build's limit leaves too little, what is under way counted."""
    if not held.build.credit_limit:
        return False
    costs = costs_in_force(session)
    running = [other for other in others if other.status is BuildStepStatus.RUNNING]
    taken = Credits.total(other.credits for other in others) + Credits.total(
        price_of(costs, other.kind) for other in running
    )
    return taken + price_of(costs, held.step.kind) > held.build.credit_limit


def finish(
    session: Session,
    held: Held,
    status: BuildStepStatus,
    outcome: str,
    *,
    charged: Credits = ZERO,
    report: dict[str, Any] | None = None,
) -> None:
    """End a step that is locked, and its build where nothing is left of it."""
    step = held.step
    step.status, step.outcome, step.finished_at = status, outcome, clock.now()
    step.credits, step.report = charged, report or {}
    closing.free_page(session, step.site_id, step.page_id)
    closing.end_if_over(session, held.build)


def give_up(session: Session, held: Held, reason: str, *, ends_build: bool = False) -> None:
    """End a step, locked, that came to nothing, and give back what it held; with `ends_build` nothing more can be done
    of its build either."""
    build, step = held
    if ends_build and build.status in OPEN:
        step.status, step.outcome, step.finished_at = BuildStepStatus.FAILED, reason, clock.now()
        closing.free_page(session, step.site_id, step.page_id)
        session.flush()
        closing.end(session, build, BuildStatus.FAILED, reason)
    else:
        finish(session, held, BuildStepStatus.FAILED, reason)
    session.flush()
    account_id = session.get_one(Site, build.site_id).account_id
    if (kept := latest_attempt(session, account_id, key_of(step.id))) is not None:
        release(session, kept)  # last: it locks the account's balance
