"""What a worker does at each step of a build, whatever killed the one before.

    take      a transaction: the step is this process's, or there is nothing to do   (stepping.py)
    work      reserve, ask, keep the answer; check; deploy
    end       a transaction: what came of it, its charge, and the build's end where nothing is left of it

Each may be called again at any time. Credits that are used up, a provider that cannot be used, and a module or a site
that was switched off end the build; what is wrong with one page alone fails that page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from sqlalchemy import select

from igny8_lib.db.scope import Scope
from igny8_lib.db.session import Sessions, scoped
from igny8_lib.errors import Conflict, Igny8Error, NotFound, TemporaryError
from igny8_lib.models import BuildStepKind, Site, SiteBuild, SiteBuildStep
from igny8_lib.site_builder.building import closing, releasing, stepping
from igny8_lib.site_builder.building.finding import LEFT, OPEN, find_build, steps_of
from igny8_lib.site_builder.building.progress import Progress, progress_of
from igny8_lib.site_builder.building.stepping import Begun, StepLost
from igny8_lib.site_builder.building.structuring import plan
from igny8_lib.site_builder.building.tools import Tools
from igny8_lib.site_builder.building.writing import write

Became = dict[str, Any]
"""A step as JSON: {"step", "kind", "status", "outcome"}; empty where there is none."""


class WorkLeft(Conflict):
    """A build has steps that nobody ended: Airflow is asked to work on it again."""


def in_loop(work: Callable[[Tools, Begun], Coroutine[Any, Any, None]]) -> Callable[[Tools, Begun], None]:
    """The same in an event loop of its own."""
    return lambda tools, begun: asyncio.run(work(tools, begun))


WORK: Mapping[BuildStepKind, Callable[[Tools, Begun], None]] = {
    BuildStepKind.STRUCTURE: in_loop(plan),
    BuildStepKind.PAGE: in_loop(write),
    BuildStepKind.CHECK: releasing.check,
    BuildStepKind.DEPLOY: releasing.deploy,
}


def structure(tools: Tools, build_id: int) -> Became:
    """Plan the pages, where that is part of the build."""
    return only_step(tools, build_id, BuildStepKind.STRUCTURE)


def page(tools: Tools, step_id: int) -> Became:
    """Write the page of a step."""
    return work_step(tools, step_id)


def check(tools: Tools, build_id: int) -> Became:
    """Check the whole site, where that is part of the build."""
    return only_step(tools, build_id, BuildStepKind.CHECK)


def deploy(tools: Tools, build_id: int) -> Became:
    """Deploy the site, where that is part of the build."""
    return only_step(tools, build_id, BuildStepKind.DEPLOY)


def find_pages(sessions: Sessions, build_id: int) -> list[int]:
    """The steps of pages that are still to be written, in the order of the navigation."""
    sessions, site_id = narrow(sessions, build_id)
    with sessions() as session:
        steps = steps_of(session, find_build(session, site_id, build_id))
    return [step.id for step in steps if step.kind is BuildStepKind.PAGE and step.status in LEFT]


def only_step(tools: Tools, build_id: int, kind: BuildStepKind) -> Became:
    """The build's one step of a kind."""
    with tools.sessions() as session:
        mine = (SiteBuildStep.build_id == build_id, SiteBuildStep.kind == kind)
        step_id = session.scalar(select(SiteBuildStep.id).where(*mine).order_by(SiteBuildStep.id).limit(1))
    return work_step(tools, step_id) if step_id is not None else {}


def work_step(tools: Tools, step_id: int) -> Became:
    """Do what is to be done of a step; how it stands then.

    Raises StepTaken where another worker is at it or at one before it, and other TemporaryErrors: it is gone on with.
    """
    with stepping.turn(tools.sessions, step_id):
        begun = stepping.begin(tools.sessions, step_id)
        if begun is not None:
            do(tools, begun)
    with tools.sessions() as session:
        step = session.get(SiteBuildStep, step_id)
        return {} if step is None else told(step)


def do(tools: Tools, begun: Begun) -> None:
    """The step's own work. What it is refused with ends it, and the build with it."""
    try:
        WORK[begun.kind](tools, begun)
    except TemporaryError:
        raise
    except Igny8Error as error:
        if not is_there(tools.sessions, begun):
            return
        if isinstance(error, StepLost):
            raise
        releasing.stop(tools, begun, str(error))


def is_there(sessions: Sessions, begun: Begun) -> bool:
    """Whether the step is still there: one whose page was deleted goes with it."""
    with sessions() as session:
        return session.get(SiteBuildStep, begun.step_id) is not None


def told(step: SiteBuildStep) -> Became:
    """How a step stands."""
    return {"step": step.id, "kind": step.kind.value, "status": step.status.value, "outcome": step.outcome}


def close(sessions: Sessions, build_id: int) -> Progress:
    """End a build of which nothing is left; how it ended. Raises WorkLeft where steps are left that nobody ended."""
    sessions, site_id = narrow(sessions, build_id)
    with sessions.begin() as session:
        build = find_build(session, site_id, build_id, lock=True)
        closing.end_if_over(session, build)
        if build.status in OPEN:
            raise WorkLeft(f"Steps of build {build_id} have not ended: it is worked on again in a minute.")
        return progress_of(session, build)


def work_here(tools: Tools, build_id: int) -> Progress:
    """The whole build in this process, a step after the other; how it ended."""
    structure(tools, build_id)
    for step_id in find_pages(tools.sessions, build_id):
        page(tools, step_id)
    check(tools, build_id)
    deploy(tools, build_id)
    return close(tools.sessions, build_id)


def narrow(sessions: Sessions, build_id: int) -> tuple[Sessions, int]:
    """Sessions for the build's site alone, and the site's number. Raises NotFound."""
    with sessions() as session:
        build = session.get(SiteBuild, build_id)
        if build is None:
            raise NotFound(f"There is no build {build_id}.")
        site = session.get_one(Site, build.site_id)
    return scoped(sessions, Scope.of_sites(site.account_id, [site.id])), site.id
