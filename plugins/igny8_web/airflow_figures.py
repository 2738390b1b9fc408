"""What Airflow's own database knows: heartbeats, tasks that wait, and when the platform's DAGs last succeeded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from airflow.jobs.job import Job
from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.metrics.airflow_metrics import (
    HEARTBEAT,
    JOBS,
    PLATFORM_DAGS,
    SILENCE,
    SUCCESS,
    TASKS,
    WAITING_SECONDS,
    WAITING_STATES,
)
from igny8_lib.metrics.metric import Metric
from igny8_lib.metrics.reading import Family, Sample, family, one, sample


def airflow_families(session: Session) -> list[Family]:
    """Every figure of Airflow's; three statements."""
    return [*waiting_tasks(session), of(HEARTBEAT, heartbeats(session)), of(SUCCESS, successes(session))]


def of(metric: Metric, samples: list[Sample]) -> Family:
    """The metric with its samples and no others: what never beat has no age."""
    return Family(metric, samples)


def heartbeats(session: Session) -> list[Sample]:
    """The age of the newest heartbeat of each kind of process."""
    newest = select(Job.job_type, func.max(Job.latest_heartbeat)).where(Job.job_type.in_(JOBS)).group_by(Job.job_type)
    now = clock.now()
    return [
        sample(HEARTBEAT.name, {"component": JOBS[kind]}, (now - beat).total_seconds())
        for kind, beat in session.execute(newest)
    ]


def waiting_tasks(session: Session) -> list[Family]:
    """Tasks by state, how long the longest one is queued, and for how long a running one has been silent."""
    found = read_tasks(session)
    tasks = [sample(TASKS.name, {"state": state}, number) for state, number in found.numbers.items()]
    return [family(TASKS, tasks), one(WAITING_SECONDS, found.queued_seconds), one(SILENCE, found.silent_seconds)]


@dataclass(frozen=True)
class Read:
    """What Airflow's database says of tasks that are not over."""

    numbers: dict[str, int]
    """By state."""
    queued_seconds: float
    silent_seconds: float
    """Both of the longest; 0 where there is none."""


def read_tasks(session: Session) -> Read:
    """One statement. A running task without a heartbeat has only just begun."""
    queued, heard = func.min(TaskInstance.queued_dttm), func.min(TaskInstance.last_heartbeat_at)
    states = select(TaskInstance.state, func.count(), queued, heard).where(TaskInstance.state.in_(WAITING_STATES))
    found = {str(state): facts for state, *facts in session.execute(states.group_by(TaskInstance.state))}
    now = clock.now()
    _, since, _ = found.get("queued", (0, None, None))
    _, _, beat = found.get("running", (0, None, None))
    return Read({state: facts[0] for state, facts in found.items()}, seconds(now, since), seconds(now, beat))


def seconds(now: datetime, since: datetime | None) -> float:
    """How long ago; 0 for never."""
    return (now - since).total_seconds() if since else 0.0


def successes(session: Session) -> list[Sample]:
    """When each of the platform's DAGs last succeeded."""
    last = select(DagRun.dag_id, func.max(DagRun.end_date)).where(DagRun.dag_id.in_(PLATFORM_DAGS))
    found = session.execute(last.where(DagRun.state == "success").group_by(DagRun.dag_id))
    return [sample(SUCCESS.name, {"dag_id": dag}, ended.timestamp()) for dag, ended in found if ended]
