"""What Airflow's own database knows: heartbeats, tasks that wait, and when the platform's DAGs last succeeded."""

from __future__ import annotations

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
    SUCCESS,
    TASKS,
    WAITING_SECONDS,
    WAITING_STATES,
)
from igny8_lib.metrics.metric import Metric
from igny8_lib.metrics.reading import Family, Sample, family, sample


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
    """Tasks by state, and how long the longest one is queued."""
    states = select(TaskInstance.state, func.count(), func.min(TaskInstance.queued_dttm))
    found = session.execute(states.where(TaskInstance.state.in_(WAITING_STATES)).group_by(TaskInstance.state)).all()
    now = clock.now()
    queued = [(now - since).total_seconds() for state, _, since in found if state == "queued" and since]
    tasks = [sample(TASKS.name, {"state": str(state)}, number) for state, number, _ in found]
    return [family(TASKS, tasks), family(WAITING_SECONDS, [sample(WAITING_SECONDS.name, {}, max(queued, default=0))])]


def successes(session: Session) -> list[Sample]:
    """When each of the platform's DAGs last succeeded."""
    last = select(DagRun.dag_id, func.max(DagRun.end_date)).where(DagRun.dag_id.in_(PLATFORM_DAGS))
    found = session.execute(last.where(DagRun.state == "success").group_by(DagRun.dag_id))
    return [sample(SUCCESS.name, {"dag_id": dag}, ended.timestamp()) for dag, ended in found if ended]
