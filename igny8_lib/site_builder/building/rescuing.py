"""Builds that nobody works on: those that Airflow never got, and those whose DAG run is over before they are."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.airflow_api.client import ENDED_STATES, AirflowApi
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Igny8Error, NotFound
from igny8_lib.models import BuildStatus, BuildStepStatus, SiteBuild, SiteBuildStep
from igny8_lib.site_builder.building import closing, stepping
from igny8_lib.site_builder.building.finding import OPEN, steps_of
from igny8_lib.site_builder.building.starting import DAG, lock, start

log = logging.getLogger(__name__)

LATE = timedelta(minutes=1)
"""After so long a build is asked for that Airflow does not have: whoever opened it has died, or Airflow was away."""
MOST_STARTS = 5
NEVER_ENDS = f"Airflow worked on it {MOST_STARTS} times and never ended it: look into the logs of the DAG build_site."
GONE = "The worker died after the build had been ended: nothing came of it, and nothing was charged."
AT_ONCE = 100
"""Builds of each kind that one round looks at."""


def rescue(sessions: Sessions, airflow: AirflowApi) -> list[str]:
    """One round; what was done, a sentence for each. What cannot be done now is tried again in the next one."""
    with sessions() as session:
        waiting = never_taken(session)
        taken = under_way(session)
    done = [attempt(build_id, partial(ask_for, sessions, airflow, build_id)) for build_id in waiting]
    if taken:
        running = {run["dag_run_id"] for run in airflow.open_runs([DAG])}
        over = [(build_id, dag_run_id) for build_id, dag_run_id in taken if dag_run_id not in running]
        done += [attempt(each[0], partial(go_on, sessions, airflow, *each)) for each in over]
    return [sentence for sentence in done if sentence]


def attempt(build_id: int, act: Callable[[], str]) -> str:
    """What was done, or why nothing was."""
    try:
        return act()
    except Igny8Error as error:
        log.warning("Build %s could not be rescued: %s", build_id, error)
        return f"Build {build_id}: {error}"


def never_taken(session: Session) -> list[int]:
    """Open builds that Airflow should have by now; one statement."""
    late = func.coalesce(SiteBuild.asked_at, SiteBuild.created_at) < clock.now() - LATE
    query = select(SiteBuild.id).where(SiteBuild.status.in_(OPEN), SiteBuild.dag_run_id.is_(None), late)
    return list(session.scalars(query.order_by(SiteBuild.id).limit(AT_ONCE)))


def under_way(session: Session) -> list[tuple[int, str]]:
    """Builds that Airflow has, with their DAG runs: open ones, and ended ones with a step that has not; one
    statement."""
    unended = exists().where(
        SiteBuildStep.site_id == SiteBuild.site_id,
        SiteBuildStep.build_id == SiteBuild.id,
        SiteBuildStep.status == BuildStepStatus.RUNNING,
    )
    query = select(SiteBuild.id, SiteBuild.dag_run_id).where(
        SiteBuild.dag_run_id.is_not(None), or_(SiteBuild.status.in_(OPEN), unended)
    )
    return [(row.id, row.dag_run_id) for row in session.execute(query.order_by(SiteBuild.id).limit(AT_ONCE))]


def ask_for(sessions: Sessions, airflow: AirflowApi, build_id: int) -> str:
    """Have Airflow work on the build."""
    return f"Build {build_id} was handed to Airflow as {start(airflow, sessions, build_id)}."


def go_on(sessions: Sessions, airflow: AirflowApi, build_id: int, dag_run_id: str) -> str:
    """Have Airflow work again on a build whose DAG run is over, and let go of steps of one that has ended; empty where
    neither is needed."""
    if not is_over(airflow, dag_run_id):
        return ""
    with sessions.begin() as session:
        build = lock(session, build_id)
        if build.dag_run_id != dag_run_id:
            return ""
        if build.status not in OPEN:
            return let_go(session, build)
        if closing.end_if_over(session, build):
            return f"Build {build_id} was over: it is {build.status.value}."
        if build.starts >= MOST_STARTS:
            closing.end(session, build, BuildStatus.FAILED, NEVER_ENDS)
            let_go(session, build)
            return f"Build {build_id} has failed: {NEVER_ENDS}"
        build.starts, build.dag_run_id = build.starts + 1, None
    return ask_for(sessions, airflow, build_id)


def is_over(airflow: AirflowApi, dag_run_id: str) -> bool:
    """Whether the DAG run has ended in Airflow, or was deleted."""
    try:
        return bool(airflow.dag_run(DAG, dag_run_id)["state"] in ENDED_STATES)
    except NotFound:
        return True


def let_go(session: Session, build: SiteBuild) -> str:
    """End the steps that a dead worker left of a build, locked, that has ended; empty where there are none."""
    left = [step for step in steps_of(session, build, lock=True) if step.status is BuildStepStatus.RUNNING]
    for step in left:
        stepping.give_up(session, stepping.Held(build, step), GONE)
    return f"Build {build.id}: {len(left)} unfinished steps were ended." if left else ""
