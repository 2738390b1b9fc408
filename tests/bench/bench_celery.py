"""(p) What a task costs Celery's workers, as shipped and warmed before they fork; and a cluster that has nothing to do.

CPU seconds of both workers with all below them, for each task that they worked: of empty runs, and of one with work.
"""

from __future__ import annotations

import time

import psutil
import psycopg
from sqlalchemy import make_url

from igny8_lib.stack.components import MACHINES
from tests.bench.report import Report
from tests.bench.stack_cost import tree_seconds
from tests.journey.sites import make_site
from tests.stack import Stack

SETTING = "AIRFLOW__CELERY__CELERY_CONFIG_OPTIONS"
SHIPPED = "airflow.providers.celery.executors.default_celery.DEFAULT_CELERY_CONFIG"
SHAPES: dict[str, dict[str, str]] = {"warm": {}, "as_shipped": {SETTING: SHIPPED}}
WORKED = "SELECT count(*) FROM task_instance WHERE hostname <> '' AND end_date IS NOT NULL"
WORKERS = tuple(f"worker-{machine.number}" for machine in MACHINES)
EMPTY_RUNS = 5
SITE = "bench"
DAG = f"site__{SITE}"
IDLE_SECONDS = 60


def main() -> None:
    """Measure both shapes, each on a cluster of its own."""
    report = Report()
    for name, environment in SHAPES.items():
        with Stack.started(environment, cluster=True, parallelism=4) as stack:
            make_site(stack, SITE)
            report.add(f"celery_{name}_run_with_work", **cost(stack, runs=1))
            report.add(f"celery_{name}_empty_runs", **cost(stack, runs=EMPTY_RUNS))
            if name == "warm":
                report.add("cluster_idle_minute", **idle_minute(stack))
    report.show()


def cost(stack: Stack, *, runs: int) -> dict[str, float]:
    """Of so many runs, one after the other: what the workers used, and how many tasks they ended."""
    stack.wait_for_dag(DAG)
    before, began = used(stack), ended_tasks(stack)
    for _ in range(runs):
        assert stack.wait(stack.trigger(DAG), dag_id=DAG)["state"] == "success"
    seconds, tasks = used(stack) - before, ended_tasks(stack) - began
    return {"tasks": tasks, "cpu_seconds": round(seconds, 1), "a_task": round(seconds / tasks, 2)}


def used(stack: Stack) -> float:
    """CPU seconds of both workers until now."""
    return sum(tree_seconds(psutil.Process(stack.state(name).pid)) for name in WORKERS)


def ended_tasks(stack: Stack) -> int:
    """Tasks that a worker has worked, of all DAGs: those of the minute's rounds come in between."""
    url = make_url(stack.services.access.metadata).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        row = connection.execute(WORKED).fetchone()
    return int(row[0]) if row else 0


def idle_minute(stack: Stack) -> dict[str, float]:
    """CPU seconds of each process in a minute in which nobody does anything; 60 are one core."""
    names = [component.name for component in stack.services.components()] + ["postgres", "pgbouncer", "redis"]

    def now() -> dict[str, float]:
        return {name: tree_seconds(psutil.Process(stack.state(name).pid)) for name in names}

    before = now()
    time.sleep(IDLE_SECONDS)
    after = now()
    spent = {name: round(after[name] - before[name], 2) for name in names}
    return spent | {"together": round(sum(spent.values()), 1)}


if __name__ == "__main__":
    main()
