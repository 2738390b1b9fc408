"""Runs of DAGs that run all day long do not pile up, and what failed can still be looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest
from airflow.sdk import DAG
from igny8_dags.old_runs import AT_ONCE, KEPT, remove_old_runs

from igny8_lib import clock
from tests.airflow_fake import FakeAirflow
from tests.dags.test_dag_policy import dags

__all__ = ["dags"]


def add(airflow: FakeAirflow, dag_id: str, name: str, *, ago: timedelta, state: str = "success") -> None:
    """A run that ended so long ago."""
    airflow.add(dag_id, name, state)
    airflow.ends[dag_id, name] = (clock.now() - ago).isoformat()


@pytest.mark.parametrize("dag_id", KEPT)
def test_successful_runs_are_removed_when_they_are_older_than_they_are_kept(dag_id: str) -> None:
    airflow, hour = FakeAirflow(), timedelta(hours=1)
    add(airflow, dag_id, "old", ago=KEPT[dag_id] + hour)
    add(airflow, dag_id, "failed", ago=KEPT[dag_id] + hour, state="failed")
    add(airflow, dag_id, "young", ago=KEPT[dag_id] - hour)
    add(airflow, "site__blog", "articles", ago=timedelta(days=365))
    airflow.add(dag_id, "under way")
    assert remove_old_runs(airflow.api()) == dict.fromkeys(KEPT, 0) | {dag_id: 1}
    assert {name for _, name in airflow.runs} == {"failed", "young", "articles", "under way"}


def test_a_round_removes_a_bounded_number_and_the_next_one_goes_on() -> None:
    airflow = FakeAirflow()
    for number in range(AT_ONCE + 5):
        add(airflow, "sync_wordpress", f"run {number}", ago=timedelta(days=30))
    removed = [remove_old_runs(airflow.api())["sync_wordpress"] for _ in range(3)]
    assert removed == [AT_ONCE, 5, 0]


def test_every_dag_that_runs_at_an_interval_is_among_those_whose_old_runs_go(dags: list[DAG]) -> None:
    assert {dag.dag_id for dag in dags if isinstance(dag.schedule, timedelta)} == set(KEPT)
