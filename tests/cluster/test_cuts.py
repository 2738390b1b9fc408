"""Each part of a cluster is killed, or silent for a while, while a site runs: the long form, `make cluster-test`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlencode

import psutil
import pytest
import redis

from igny8_lib.errors import Igny8Error
from igny8_lib.retention.airflow_rows import FREQUENT_DAGS
from igny8_lib.stack.components import MACHINES
from igny8_lib.stack.processes import children
from igny8_lib.stack.supervisor import Supervisor
from tests.cluster.site_runs import LATENCY, assert_nothing_double, kill_and_wait, make_small_site, worker_of, working
from tests.stack import LONG, LONGER, Stack, until

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(1800)]

WORKERS = [f"worker-{machine.number}" for machine in MACHINES]
QUEUE = "default"
CUT_SECONDS = 12
STUCK = "stuck in queued reschedule"


def begin(stack: Stack, slug: str, *, latency: float = LATENCY) -> str:
    """A new site's run; its id."""
    make_small_site(stack, slug)
    stack.switch(latency_seconds=latency)
    return stack.trigger(f"site__{slug}")


def finish(stack: Stack, slug: str, run: str) -> None:
    """The rest of the run, which ends well."""
    stack.forget()
    stack.switch(latency_seconds=0)
    until(lambda: ended(stack, f"site__{slug}", run), "the run has ended", LONGER)
    assert_nothing_double(stack, slug)


def ended(stack: Stack, dag_id: str, run: str) -> bool | None:
    """Whether the run has ended well; API servers answer with errors while PostgreSQL comes back."""
    try:
        state = stack.airflow.dag_run(dag_id, run)["state"]
    except Igny8Error:
        return None
    assert state != "failed"
    return state == "success" or None


def at_work(stack: Stack, slug: str, run: str) -> str:
    """The worker that asks the AI for the run now."""
    return worker_of(until(lambda: working(stack, f"site__{slug}", run), "a worker asks the AI", LONG))


def test_what_a_lost_message_and_missing_workers_held_up_is_done_at_the_first_try(cluster: Stack) -> None:
    port, password = cluster.services.options.redis_port, cluster.services.credentials.redis_password
    with redis.Redis(port=port, password=password) as store, resting(cluster), stopped(cluster, WORKERS):
        lost = begin(cluster, "lost")
        until(lambda: queued(cluster, "site__lost", lost), "the first task is queued", LONG)
        until(lambda: store.llen(QUEUE) or None, "its message waits", LONG)
        store.delete(QUEUE)
        waits = begin(cluster, "waits")
        for slug, run in (("lost", lost), ("waits", waits)):
            until(lambda slug=slug, run=run: sent_again(cluster, slug, run), "it is sent again", LONGER)  # type: ignore[misc]
    for slug, run in (("lost", lost), ("waits", waits)):
        finish(cluster, slug, run)
        assert {task["try_number"] for task in cluster.tasks(f"site__{slug}", run) if task["hostname"]} == {1}


@contextmanager
def resting(stack: Stack) -> Iterator[None]:
    """Without the DAGs that run all day long: without workers their tasks would take all slots."""
    for dag in FREQUENT_DAGS:
        stack.wait_for_dag(dag)
        stack.airflow.set_paused(dag, paused=True)
    until(lambda: not any(active(stack, dag) for dag in FREQUENT_DAGS) or None, "none of their tasks has a slot", LONG)
    try:
        yield
    finally:
        for dag in FREQUENT_DAGS:
            stack.airflow.set_paused(dag, paused=False)


def active(stack: Stack, dag: str) -> int:
    """How many of its tasks have a slot."""
    asked = f"/dags/{dag}/dagRuns/~/taskInstances?state=queued&state=running&limit=1"
    return int(stack.airflow.call("GET", asked)["total_entries"])


def queued(stack: Stack, dag: str, run: str) -> bool | None:
    """Whether a scheduler has handed a task of the run to Redis."""
    return any(task["state"] == "queued" for task in stack.tasks(dag, run)) or None


def sent_again(stack: Stack, slug: str, run: str) -> bool | None:
    """Whether a scheduler found a task of the run queued for too long."""
    asked = urlencode({"dag_id": f"site__{slug}", "run_id": run, "event": STUCK})
    return stack.airflow.call("GET", f"/eventLogs?{asked}")["total_entries"] > 0 or None


@contextmanager
def stopped(stack: Stack, services: list[str]) -> Iterator[None]:
    """Without these services, which the supervisor starts again at the end."""
    control = Supervisor(stack.services.layout).server
    for name in services:
        control.stopProcess(f"airflow:{name}")
    try:
        yield
    finally:
        for name in services:
            control.startProcess(f"airflow:{name}")


def test_orphans_of_a_killed_worker_end_and_nothing_is_double(cluster: Stack) -> None:
    run = begin(cluster, "orphans")
    victim = at_work(cluster, "orphans", run)
    below = children(psutil.Process(cluster.state(victim).pid))
    assert below
    cluster.wait_for_restart(victim, cluster.kill(victim))
    finish(cluster, "orphans", run)
    until(lambda: not any(process.is_running() for process in below) or None, "no orphan is left", LONG)


@pytest.mark.parametrize("cut_off", ["pgbouncer", "postgres", "redis", "scheduler-2", "api-server-2"])
def test_a_run_outlives_that_something_is_silent_for_a_while(cluster: Stack, cut_off: str) -> None:
    slug = f"silent-{cut_off}"
    run = begin(cluster, slug)
    at_work(cluster, slug, run)
    silence(cluster, cut_off, CUT_SECONDS)
    finish(cluster, slug, run)


def test_a_worker_that_was_silent_for_too_long_writes_nothing_of_what_was_tried_again(cluster: Stack) -> None:
    run = begin(cluster, "sleeper", latency=2)
    victim = at_work(cluster, "sleeper", run)
    silence(cluster, victim, 45)
    finish(cluster, "sleeper", run)
    assert max(task["try_number"] for task in cluster.tasks("site__sleeper", run)) > 1


def silence(stack: Stack, service: str, seconds: float) -> None:
    """Stop the service with everything below it for so long, as a network that is cut."""
    silent = stack.tree(service)
    for process in silent:
        process.suspend()
    time.sleep(seconds)
    for process in silent:
        with suppress(psutil.NoSuchProcess):
            process.resume()


@pytest.mark.parametrize("victim", ["postgres", "api-server", "dag-processor"])
def test_a_run_goes_on_after_that_was_killed(cluster: Stack, victim: str) -> None:
    slug = f"dead-{victim}"
    run = begin(cluster, slug)
    at_work(cluster, slug, run)
    if victim == "postgres":
        cluster.wait_for_restart(victim, cluster.kill(victim))
    else:
        kill_and_wait(cluster, victim)
    finish(cluster, slug, run)
