"""The production shape really runs: a run goes through it while what it stands on is killed, one thing after the other.

The long form, with cuts and lost messages, is by `make cluster-test`.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import Any

import httpx
import psycopg
import pytest
import redis
from sqlalchemy import func, make_url, select, text

from igny8_lib.errors import Igny8Error
from igny8_lib.models import LedgerEntry
from tests.cluster.conftest import LOGS, LONG_FORM, MEDIA, SLOTS
from tests.journey.invariants import assert_at_rest
from tests.journey.site_rows import site_of
from tests.journey.sites import make_site
from tests.s3_server import S3Server
from tests.stack import LONG, Stack, until

pytestmark = [
    pytest.mark.airflow,
    pytest.mark.timeout(1800),
    pytest.mark.slow("starts two of everything, and a run goes on while they are killed"),
]
long_form = pytest.mark.skipif(not LONG_FORM, reason="waits for time-outs of minutes: by make cluster-test")

SITE = "harbour"
DAG = f"site__{SITE}"
CUT_SECONDS = 12


@pytest.fixture(scope="module")
def killed_run(cluster: Stack) -> str:
    """A run in whose middle a worker with its tasks, a scheduler, Redis and PgBouncer were killed; its id."""
    make_site(cluster, SITE)
    cluster.switch(latency_seconds=0.5)
    run = cluster.trigger(DAG)
    for number, victim in enumerate(("worker-1", "scheduler", "redis", "pgbouncer"), start=1):
        until(lambda least=number: done(cluster, run) >= least * 2 or None, f"{2 * number} tasks are done", LONG)  # type: ignore[misc]
        former = cluster.kill_tree(victim)
        cluster.wait_for_restart(victim, former)
        cluster.forget()
    cluster.switch(latency_seconds=0)
    assert cluster.wait(run, dag_id=DAG)["state"] == "success"
    return run


def done(stack: Stack, run: str) -> int:
    """Tasks of the run that have ended well."""
    return sum(task["state"] == "success" for task in stack.tasks(DAG, run))


def assert_nothing_double(stack: Stack, slug: str) -> None:
    """The site is at rest, and nothing was charged twice."""
    assert_at_rest(stack.sessions, slug)
    with stack.sessions() as session:
        mine = LedgerEntry.site_id == site_of(session, slug).id
        keys = session.scalars(select(LedgerEntry.idempotency_key).where(mine)).all()
    assert keys
    assert len(keys) == len(set(keys))


def test_a_run_goes_on_whatever_of_the_cluster_is_killed_and_nothing_is_double(cluster: Stack, killed_run: str) -> None:
    states = Counter(task["state"] for task in cluster.tasks(DAG, killed_run))
    assert set(states) <= {"success", "skipped"}
    assert_nothing_double(cluster, SITE)


def test_both_workers_worked_and_their_logs_are_read_from_each_api_server(cluster: Stack, killed_run: str) -> None:
    tasks = [task for task in cluster.tasks(DAG, killed_run) if task["state"] == "success"]
    first = {task["hostname"]: task for task in tasks if task["try_number"] == 1}
    assert set(first) == {"127.0.0.1", "127.0.0.2"}
    token = {"Authorization": f"Bearer {bearer(cluster)}"}
    for url in cluster.services.airflow_urls:
        for task in first.values():
            assert "Pre Execute" in json.dumps(log_of(url, token, killed_run, task))


def bearer(stack: Stack) -> str:
    """A token of the admin's, from the first API server; both have the same secret."""
    who = {"username": stack.services.options.airflow_username, "password": stack.password}
    return str(httpx.post(f"{stack.services.airflow_urls[0]}/auth/token", json=who, timeout=60).json()["access_token"])


def log_of(url: str, headers: dict[str, str], run: str, task: dict[str, Any]) -> object:
    """A task's log as an API server shows it."""
    path = f"/api/v2/dags/{DAG}/dagRuns/{run}/taskInstances/{task['task_id']}/logs/{task['try_number']}"
    answer = httpx.get(url + path, params={"map_index": task["map_index"]}, headers=headers, timeout=60)
    answer.raise_for_status()
    return answer.json()


def test_media_and_logs_are_objects_of_the_store(cluster: Stack, killed_run: str, s3: S3Server) -> None:
    tasks = [task for task in cluster.tasks(DAG, killed_run) if task["state"] == "success"]
    assert sum(DAG in key for key in s3.keys(LOGS)) >= len(tasks)
    assert any(SITE in key for key in s3.keys(MEDIA))
    assert not [path for path in cluster.services.layout.media.rglob("*") if path.is_file()]


def test_every_connection_of_the_processes_comes_through_pgbouncer(cluster: Stack, killed_run: str) -> None:  # noqa: ARG001
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


@long_form
def test_a_message_that_redis_lost_is_sent_again_without_a_new_try(cluster: Stack, killed_run: str) -> None:  # noqa: ARG001
    workers = [process for name in ("worker-1", "worker-2") for process in cluster.tree(name)]
    for process in workers:
        process.suspend()
    run = cluster.trigger(DAG)
    port, password = cluster.services.options.redis_port, cluster.services.credentials.redis_password
    with redis.Redis(port=port, password=password) as store:
        queue = until(lambda: waiting(store), "a message waits", LONG)
        store.delete(queue)
    for process in workers:
        process.resume()
    assert cluster.wait(run, dag_id=DAG)["state"] == "success"
    log = cluster.airflow.call("GET", f"/eventLogs?dag_id={DAG}&run_id={run}&event=stuck%20in%20queued%20reschedule")
    assert log["total_entries"] >= 1
    assert {task["try_number"] for task in cluster.tasks(DAG, run) if task["state"] == "success"} == {1}
    assert_nothing_double(cluster, SITE)


def waiting(store: redis.Redis) -> str | None:
    """The queue of Airflow's tasks, once there is a message in it."""
    return "default" if store.llen("default") else None


@long_form
@pytest.mark.parametrize("cut_off", ["pgbouncer", "postgres", "redis", "worker-2", "scheduler-2"])
def test_a_run_outlives_that_something_is_silent_for_a_while(cluster: Stack, killed_run: str, cut_off: str) -> None:  # noqa: ARG001
    slug = f"silent-{cut_off}"
    make_site(cluster, slug)
    cluster.switch(latency_seconds=0.5)
    run = cluster.trigger(f"site__{slug}")
    time.sleep(4)
    silent = cluster.tree(cut_off)
    for process in silent:
        process.suspend()
    time.sleep(CUT_SECONDS)
    for process in silent:
        process.resume()
    cluster.switch(latency_seconds=0)
    assert cluster.wait(run, dag_id=f"site__{slug}")["state"] == "success"
    assert_nothing_double(cluster, slug)


@long_form
def test_a_run_goes_on_after_postgres_was_killed(cluster: Stack, killed_run: str) -> None:  # noqa: ARG001
    slug = "dead-postgres"
    make_site(cluster, slug)
    cluster.switch(latency_seconds=0.5)
    run = cluster.trigger(f"site__{slug}")
    time.sleep(6)
    cluster.wait_for_restart("postgres", cluster.kill("postgres"))
    cluster.forget()
    cluster.switch(latency_seconds=0)
    until(lambda: ended(cluster, f"site__{slug}", run), "the run has ended", 600)
    assert_nothing_double(cluster, slug)
    with cluster.sessions() as session:
        assert session.scalar(select(func.count(LedgerEntry.id)))


def ended(stack: Stack, dag_id: str, run: str) -> bool | None:
    """Whether the run has ended well; API servers answer with errors while PostgreSQL comes back."""
    try:
        return stack.airflow.dag_run(dag_id, run)["state"] == "success" or None
    except Igny8Error:
        return None
