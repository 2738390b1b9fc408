"""What Airflow's own database tells of its processes, its tasks and the platform's DAGs."""

from __future__ import annotations

from datetime import timedelta

from airflow.jobs.job import Job
from airflow.models import dagrun, taskinstance, trigger
from airflow.models.base import Base
from igny8_web.airflow_figures import airflow_families
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from igny8_lib import clock
from tests.statements import count_statements


def test_heartbeats_are_ages_of_the_newest_process_in_three_statements() -> None:
    engine = create_engine("sqlite://")
    tables = (Job, taskinstance.TaskInstance, dagrun.DagRun, trigger.Trigger)
    Base.metadata.create_all(engine, tables=[table.__table__ for table in tables])
    now = clock.now()
    jobs = [
        {"job_type": "SchedulerJob", "latest_heartbeat": now - timedelta(seconds=seconds), "hostname": "h"}
        for seconds in (10, 5_000)
    ]
    with Session(engine) as session:
        session.execute(insert(Job.__table__), jobs)
        found = {family.metric.name: family.samples for family in airflow_families(session)}
        (scheduler,) = found["igny8_airflow_heartbeat_age_seconds"]
        assert dict(scheduler.labels) == {"component": "scheduler"}
        assert 10 <= scheduler.value < 1_000
        assert {each.value for each in found["igny8_airflow_tasks"]} == {0}
        assert found["igny8_airflow_last_success_timestamp_seconds"] == []
        assert count_statements(engine, lambda: airflow_families(session)) == 3
