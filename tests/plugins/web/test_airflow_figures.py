"""What Airflow's own database tells of its processes, its tasks and the platform's DAGs."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from airflow.jobs.job import Job
from airflow.models import dagrun, taskinstance, trigger
from airflow.models.base import Base
from igny8_web.airflow_figures import airflow_families, read_tasks
from igny8_web.celery_workers import workers_that_answer
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
        assert [each.value for each in found["igny8_airflow_task_silent_seconds"]] == [0]
        assert found["igny8_airflow_last_success_timestamp_seconds"] == []
        assert count_statements(engine, lambda: airflow_families(session)) == 3


def test_the_longest_wait_and_the_longest_silence_are_told_of_the_states_they_belong_to() -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, tables=[taskinstance.TaskInstance.__table__])
    states = {"queued": (900, 700), "running": (800, 80), "scheduled": (5_000, 5_000)}
    now = clock.now()
    rows = [
        {
            "id": uuid.uuid4(),
            "task_id": f"{state}_{number}",
            "dag_id": "d",
            "run_id": "r",
            "map_index": -1,
            "state": state,
            "queued_dttm": now - timedelta(seconds=queued / number),
            "last_heartbeat_at": now - timedelta(seconds=heard / number),
            "pool": "default_pool",
            "pool_slots": 1,
            "queue": "default",
            "priority_weight": 1,
            "try_number": 1,
        }
        for state, (queued, heard) in states.items()
        for number in (1, 2)
    ]
    with Session(engine) as session:
        session.execute(insert(taskinstance.TaskInstance.__table__), rows)
        read = read_tasks(session)
    assert read.numbers == {"queued": 2, "running": 2, "scheduled": 2}
    assert 900 <= read.queued_seconds < 1_000
    assert 80 <= read.silent_seconds < 180


def test_without_celery_nobody_is_asked_for_workers() -> None:
    assert workers_that_answer() is None


def test_a_broker_that_is_away_has_no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    monkeypatch.setenv("AIRFLOW__CELERY__BROKER_URL", "redis://127.0.0.1:1/0")
    assert workers_that_answer() == 0
