"""(k) 64 and 200 sites started at once: the wait for the first task, what fails, who starves, and what it takes of the
databases' connections and of the scheduler's rounds."""

from __future__ import annotations

import re
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import make_url

from tests.bench.report import Report
from tests.bench.stack_cost import connections, cpu_by_component
from tests.factories.sites import make_account, make_site
from tests.stack import ENDED, Stack, until

SIZES = (64, 200)
CLIENTS = 8
SECONDS = 1800.0
ROUND = re.compile(r"Ran scheduling loop in ([\d.]+) ?ms")
WAITS = """
SELECT r.dag_id, r.state, extract(epoch FROM min(t.start_date) - r.queued_at),
    count(*) FILTER (WHERE t.state = 'success')
FROM dag_run r LEFT JOIN task_instance t ON t.dag_id = r.dag_id AND t.run_id = r.run_id
WHERE r.dag_id LIKE 'site__many-%' GROUP BY r.dag_id, r.state, r.queued_at
"""


def main() -> None:
    """For each size a stack of its own: what is left of the one before would be in the way."""
    report = Report()
    for size in SIZES:
        with Stack.started({"AIRFLOW__LOGGING__NAMESPACE_LEVELS": "airflow.jobs.scheduler_job_runner=DEBUG"}) as stack:
            measure(stack, size, report)
    report.show()


def measure(stack: Stack, size: int, report: Report) -> None:
    """Start all sites at once and watch them until each has had its first task."""
    with stack.sessions.begin() as session:
        account = make_account(session)
        for number in range(size):
            make_site(session, account, slug=f"many-{number}")
    dags = [f"site__many-{number}" for number in range(size)]
    for dag_id in dags:
        stack.wait_for_dag(dag_id, seconds=SECONDS)
    before, began = cpu_by_component(stack), time.monotonic()
    with watched(stack) as peaks:
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(lambda dag_id: stack.airflow.trigger(dag_id, {}), dags))
        accepted = time.monotonic() - began
        until(lambda: all(wait is not None for _, _, wait, _ in waits(stack)) or None, "all have begun", SECONDS)
        tasks_then = [done for *_, done in waits(stack)]
        until(lambda: all(state in ENDED for _, state, *_ in waits(stack)) or None, "all ended", SECONDS)
    after, found, rounds = cpu_by_component(stack), waits(stack), loop_seconds(stack)
    seconds = sorted(float(wait) for _, _, wait, _ in found)
    report.add(
        f"{size}_sites_at_once",
        accepted_s=round(accepted, 1),
        first_task_p50_s=round(statistics.median(seconds), 1),
        first_task_p95_s=round(seconds[int(len(seconds) * 0.95)], 1),
        first_task_max_s=round(seconds[-1], 1),
        failed=sum(state == "failed" for _, state, *_ in found),
        most_tasks_before_the_last_began=max(tasks_then),
        cpu_s=round(sum(after.values()) - sum(before.values()), 1),
        peak_connections=dict(peaks),
        loop_p50_s=round(statistics.median(rounds), 3) if rounds else None,
        loop_p95_s=round(sorted(rounds)[int(len(rounds) * 0.95)], 3) if rounds else None,
    )


def waits(stack: Stack) -> list[tuple[Any, ...]]:
    """DAG, state, seconds to its first task and tasks done, of each site's run, from Airflow's database."""
    url = make_url(stack.services.metadata_url).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        return connection.execute(WAITS).fetchall()


def loop_seconds(stack: Stack) -> list[float]:
    """How long each of the scheduler's rounds took, as it logs them."""
    return [float(found) / 1000 for found in ROUND.findall((stack.services.layout.logs / "scheduler.log").read_text())]


@contextmanager
def watched(stack: Stack) -> Iterator[dict[str, int]]:
    """The most connections of each database that were seen meanwhile, looked at four times a second."""
    peaks: dict[str, int] = {}
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.25):
            for name, count in connections(stack).items():
                peaks[name] = max(peaks.get(name, 0), count)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peaks
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    main()
