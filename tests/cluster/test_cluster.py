"""The production shape really runs: a run goes through it while what it stands on is killed, one thing after the other.

The long form, with cuts and lost messages, is by `make cluster-test`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import make_url, text

from igny8_lib.stack.components import MACHINES
from tests.cluster.conftest import LOGS, MEDIA, METRICS_TOKEN, SLOTS
from tests.cluster.site_runs import (
    LATENCY,
    WAITED_FOR,
    assert_nothing_double,
    done,
    kill_and_wait,
    make_small_site,
    worker_of,
    working,
)
from tests.s3_server import S3Server
from tests.stack import LONG, Stack, until

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(1800),
    pytest.mark.slow("starts two of everything, and a run goes on while they are killed"),
]

SITE = "harbour"
DAG = f"site__{SITE}"


@dataclass(frozen=True)
class KilledRun:
    """A run, and how it looked while it worked."""

    run: str
    at_work: dict[str, Any]
    """The task in whose middle its worker was killed."""
    logs: list[str]
    """That task's log before, from each API server."""


@pytest.fixture(scope="module")
def killed(cluster: Stack) -> KilledRun:
    """A run in whose middle a worker with its tasks, a scheduler, Redis and PgBouncer were killed."""
    make_small_site(cluster, SITE)
    cluster.switch(latency_seconds=WAITED_FOR)
    run = cluster.trigger(DAG)
    at_work = until(lambda: working(cluster, DAG, run), "a worker waits for an answer", LONG)
    logs = [log_of(url, bearer(cluster), run, at_work) for url in cluster.services.airflow_urls]
    kill_and_wait(cluster, worker_of(at_work))
    cluster.switch(latency_seconds=LATENCY)
    for victim in ("scheduler", "redis", "pgbouncer"):
        least = done(cluster, DAG, run) + 1
        until(lambda least=least: done(cluster, DAG, run) >= least or None, f"{least} tasks are done", LONG)  # type: ignore[misc]
        kill_and_wait(cluster, victim)
    cluster.switch(latency_seconds=0)
    assert cluster.wait(run, dag_id=DAG)["state"] == "success"
    return KilledRun(run, at_work, logs)


def test_a_run_goes_on_whatever_of_the_cluster_is_killed_and_nothing_is_double(
    cluster: Stack, killed: KilledRun
) -> None:
    states = Counter(task["state"] for task in cluster.tasks(DAG, killed.run))
    assert set(states) <= {"success", "skipped"}
    assert_nothing_double(cluster, SITE)


def test_a_task_whose_worker_was_killed_is_tried_again(cluster: Stack, killed: KilledRun) -> None:
    again = [task for task in cluster.tasks(DAG, killed.run) if task["task_id"] == killed.at_work["task_id"]]
    assert {task["try_number"] for task in again if task["map_index"] == killed.at_work["map_index"]} == {2}


def test_the_log_of_a_task_that_works_is_read_from_its_worker_by_each_api_server(
    cluster: Stack, killed: KilledRun
) -> None:
    place = f"http://{killed.at_work['hostname']}:{cluster.services.options.worker_log_port}/"
    assert len(killed.logs) == 2
    for log in killed.logs:
        assert place in log
        assert "Pre Execute" in log


def test_both_workers_worked_and_their_logs_are_read_from_each_api_server(cluster: Stack, killed: KilledRun) -> None:
    first = {task["hostname"]: task for task in of_workers(cluster, killed.run)}
    assert set(first) == {machine.host for machine in MACHINES}
    token = bearer(cluster)
    for url in cluster.services.airflow_urls:
        for task in first.values():
            assert "Pre Execute" in log_of(url, token, killed.run, task)


def of_workers(stack: Stack, run: str) -> list[dict[str, Any]]:
    """The run's tasks that ended well in a worker; what does nothing, the scheduler ends itself."""
    return [task for task in stack.tasks(DAG, run) if task["state"] == "success" and task["hostname"]]


def bearer(stack: Stack) -> str:
    """A token of the admin's, from the first API server; both have the same secret."""
    who = {"username": stack.services.options.airflow_username, "password": stack.password}
    return str(httpx.post(f"{stack.services.airflow_urls[0]}/auth/token", json=who, timeout=60).json()["access_token"])


def log_of(url: str, token: str, run: str, task: dict[str, Any]) -> str:
    """A task's log as an API server shows it."""
    path = f"/api/v2/dags/{DAG}/dagRuns/{run}/taskInstances/{task['task_id']}/logs/{task['try_number']}"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    answer = httpx.get(url + path, params={"map_index": task["map_index"]}, headers=headers, timeout=60)
    answer.raise_for_status()
    return answer.text


def test_media_and_logs_are_objects_of_the_store(cluster: Stack, killed: KilledRun, s3: S3Server) -> None:
    assert sum(DAG in key for key in s3.keys(LOGS)) >= len(of_workers(cluster, killed.run))
    assert any(SITE in key for key in s3.keys(MEDIA))
    assert not [path for path in cluster.services.layout.media.rglob("*") if path.is_file()]


def test_both_api_servers_tell_the_same_figures_to_the_token_of_a_file(cluster: Stack, killed: KilledRun) -> None:
    assert killed.run

    def alike() -> set[str] | None:
        first, second = (figures(url) for url in cluster.services.airflow_urls)
        return first if first == second else None

    known = until(alike, "both tell the same", LONG)
    assert any(line.startswith("igny8_runs_ended_total{") for line in known)


def figures(url: str) -> set[str]:
    """What has happened since the beginning, as an API server counts it; both read it from the database."""
    answer = httpx.get(f"{url}/igny8/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}, timeout=60)
    answer.raise_for_status()
    return {line for line in answer.text.splitlines() if line.startswith("igny8_") and "_total" in line}


def test_old_rows_of_airflow_are_counted_and_removed_by_either_api_server(cluster: Stack) -> None:
    headers = {"Authorization": f"Bearer {bearer(cluster)}"}
    for url in cluster.services.airflow_urls:
        for method in ("GET", "POST"):
            answer = httpx.request(method, f"{url}/igny8-upkeep/celery_results", headers=headers, timeout=60)
            assert (answer.status_code, answer.json()) == (200, {"rows": 0})


def test_every_connection_of_the_processes_comes_through_pgbouncer(cluster: Stack, killed: KilledRun) -> None:  # noqa: ARG001
    direct = make_url(cluster.services.access.superuser).set(drivername="postgresql")
    with psycopg.connect(direct.render_as_string(hide_password=False)) as connection:
        query = "SELECT DISTINCT client_port FROM pg_stat_activity WHERE datname IN ('airflow', 'igny8')"
        clients = {port for (port,) in connection.execute(query)}
        most = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname IN ('airflow', 'igny8')"
        ).fetchone()
    bouncer = cluster.state("pgbouncer").pid
    mine = {
        entry.laddr.port
        for process in cluster.processes()
        if process.pid == bouncer
        for entry in process.net_connections()
        if entry.laddr
    }
    assert clients <= mine
    assert most is not None
    assert most[0] <= 40


def test_times_are_told_in_utc_though_pgbouncer_drops_what_a_connection_asks_for(cluster: Stack) -> None:
    with cluster.sessions() as session:
        assert session.scalar(text("SHOW timezone")) == "UTC"


def test_all_schedulers_together_hand_out_as_many_tasks_as_the_workers_have_slots(cluster: Stack) -> None:
    given = cluster.services.variables()["AIRFLOW__CORE__PARALLELISM"]
    kinds = Counter(component.kind for component in cluster.services.components())
    assert int(given) * kinds["scheduler"] == SLOTS == kinds["worker"] * cluster.services.slots
