"""The scheduler sleeps shortly between its rounds while a DAG run is active, and longer while none is.

Airflow has one value for both, `scheduler_idle_sleep_time`. The short one costs a sixth of a core while nothing runs; a
longer one is paid for with more than half its length at each task. So the attribute that its loop reads anew in each
round becomes a property that looks whether anything is queued or runs. A scheduler that does not read the attribute any
more is left as it is.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

from airflow.jobs.job import Job
from airflow.jobs.scheduler_job_runner import SchedulerJobRunner
from airflow.listeners import hookimpl
from airflow.models.dagrun import DagRun
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState
from sqlalchemy import exists, select
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

SCHEDULER = "scheduler"
ATTRIBUTE = "_scheduler_idle_sleep_time"
"""Private to Airflow's scheduler: seconds between two rounds, at the most."""
IDLE_SECONDS = 0.5
"""While no DAG run is active: so much later a run's first task may start."""
LOOK_SECONDS = 0.4
"""Between two looks, at the least: a busy scheduler makes ten rounds a second."""
ACTIVE = (DagRunState.QUEUED, DagRunState.RUNNING)


class AdaptiveSleep:
    """Stands for the attribute on the class; what the configuration says is what holds while runs are active."""

    def __init__(self) -> None:
        self.configured = 0.0
        self.looked_at = -LOOK_SECONDS
        self.busy = True

    def __set__(self, runner: object, seconds: float) -> None:
        self.configured = seconds

    def __get__(self, runner: object, owner: type | None = None) -> float:
        now = time.monotonic()
        if now - self.looked_at >= LOOK_SECONDS:
            self.looked_at, self.busy = now, is_busy()
        return self.configured if self.busy else max(self.configured, IDLE_SECONDS)


def is_busy() -> bool:
    """Whether a DAG run is queued or runs; True where that cannot be told, for then nothing should be later."""
    try:
        with create_session(scoped=False) as session:
            return bool(session.scalar(select(exists().where(DagRun.state.in_(ACTIVE)))))
    except SQLAlchemyError as error:
        log.warning("Whether runs are active cannot be told: %s", error)
        return True


def is_read() -> bool:
    """Whether this Airflow's scheduler reads the attribute in its loop."""
    return ATTRIBUTE in SchedulerJobRunner._run_scheduler_loop.__code__.co_names  # noqa: SLF001 - there is no other way


def install(runner: type[Any], configured: float) -> None:
    """Put the property on the class of the scheduler, whose instance may be there already."""
    sleep = AdaptiveSleep()
    sleep.configured = configured
    setattr(runner, ATTRIBUTE, sleep)


@hookimpl
def on_starting(component: object) -> None:
    """In the scheduler, before its first round."""
    if not isinstance(component, Job) or SCHEDULER not in sys.argv[1:2]:
        return
    if not is_read():
        log.warning("This scheduler does not read %s: it sleeps as it is configured", ATTRIBUTE)
        return
    from airflow.configuration import conf  # noqa: PLC0415 - in the scheduler only

    install(SchedulerJobRunner, conf.getfloat("scheduler", "scheduler_idle_sleep_time"))
