"""(f) Run control: seconds from a cancel to a free site and to a dead process; seconds from a killed task to its retry;
what lease and heartbeat cost per batch."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import event, func, select

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.models import AICall, SiteLease
from igny8_lib.pipeline import control, leases, runs, stage_tasks
from igny8_lib.pipeline.process_batch import process_batch
from igny8_lib.pipeline.run_now import Launched, run_now
from tests.bench.database import bench_database
from tests.bench.report import Report
from tests.factories.credits import grant
from tests.factories.planner import make_keywords
from tests.factories.sites import make_site as make_rows
from tests.journey.site_rows import site_of
from tests.journey.sites import make_site
from tests.lib.pipeline.drive import begin, tools_for
from tests.sandbox_server import SandboxServer
from tests.stack import Stack, title, until

SLUG = "bench-control"
CANCELS = 5
KILLS = 3
LATENCY = 30.0
"""Of an AI request: longer than everything that is measured, so that a request is always in flight."""


def main() -> None:
    """Measure and print."""
    report = Report()
    lease_statements(report)
    with Stack.started() as stack:
        make_site(stack, SLUG)
        stack.wait_for_dag(f"site__{SLUG}", seconds=180)
        stack.switch(latency_seconds=LATENCY)
        cancels(stack, report)
        kills(stack, report, "task")
        kills(stack, report, "supervisor")
    report.show()


def started(stack: Stack) -> Launched:
    """A run with an AI request in flight."""
    launched = run_now(stack.sessions, stack.airflow, SLUG, {"stages": [1]})

    def sent() -> bool | None:
        with stack.sessions() as session:
            run = runs.find(session, launched.dag_id, launched.dag_run_id)
            query = select(func.count()).where(AICall.run_id == (run.id if run else 0), AICall.sent_at.is_not(None))
            return True if session.scalar(query) else None

    until(sent, "a request is in flight", 120)
    return launched


def cancels(stack: Stack, report: Report) -> None:
    """From the call to a free site, to the answer (Airflow told, too), and to the end of the old process."""
    free, answered, dead = [], [], []
    for _ in range(CANCELS):
        launched = started(stack)
        victims = processes_of(stack, launched)
        with ThreadPoolExecutor(1) as beside:
            began = time.monotonic()
            watcher = beside.submit(wait_until_free, stack)
            control.cancel(stack.sessions, stack.airflow, SLUG, actor="bench")
            answered.append(time.monotonic() - began)
            free.append(watcher.result() - began)
        psutil.wait_procs(victims, timeout=60)
        dead.append(time.monotonic() - began)
        assert stack.airflow.dag_run(launched.dag_id, launched.dag_run_id)["state"] == "failed"
    report.add("cancel_to_free_site", **spread(free))
    report.add("cancel_to_answer", **spread(answered))
    report.add("cancel_to_dead_process", **spread(dead))


def wait_until_free(stack: Stack) -> float:
    """When a new run could take the site."""
    while True:
        with stack.sessions() as session:
            if runs.active_run(session, site_of(session, SLUG).id) is None:
                return time.monotonic()
        time.sleep(0.01)


def kills(stack: Stack, report: Report, what: str) -> None:
    """From SIGKILL to the moment when a new process holds the site's lease."""
    launched = started(stack)
    seconds = []
    for _ in range(KILLS):
        before = token(stack)
        (worker,) = until(lambda: processes_of(stack, launched) or None, "a task of the run works", 60)
        victim = worker if what == "task" else worker.parent()
        assert victim is not None
        began = time.monotonic()
        victim.kill()
        until(lambda before=before: True if token(stack) > before else None, "the retry holds the lease", 120)  # type: ignore[misc]
        seconds.append(time.monotonic() - began)
        time.sleep(1)
    control.cancel(stack.sessions, stack.airflow, SLUG, actor="bench")
    report.add(f"killed_{what}_to_retry", **spread(seconds), dag_run=launched.dag_run_id)


def processes_of(stack: Stack, launched: Launched) -> list[psutil.Process]:
    """The processes that work the run's tasks now; the platform's own tasks are left out."""
    running = {task["id"] for task in stack.tasks(launched.dag_id, launched.dag_run_id) if task["state"] == "running"}
    return [process for process in stack.task_processes() if title(process).split()[-1] in running]


def token(stack: Stack) -> int:
    """The lease's token."""
    with stack.sessions() as session:
        query = select(SiteLease.token).where(SiteLease.site_id == site_of(session, SLUG).id)
        return session.scalar(query) or 0


def lease_statements(report: Report) -> None:
    """Statements that a batch of eight requests spends on its lease and its heartbeats."""
    with bench_database() as url, SandboxServer() as sandbox, tempfile.TemporaryDirectory() as folder:
        engine = make_engine(url, pool_size=16)
        sessions = session_factory(engine, PLATFORM)
        sandbox.switch(latency_seconds=leases.HEARTBEAT_SECONDS * 1.5)
        with sessions.begin() as session:
            site = make_rows(session)
            grant(session, site.account_id, 1_000)
            make_keywords(session, site, 160)
        run = begin(sessions, site.slug)
        assert stage_tasks.plan_stage(sessions, run.id, 1, "bench") == [0]
        tools = tools_for(sessions, sandbox.base_url, Path(folder))
        statements = recorded(engine, lambda: process_batch(tools, run.id, 1, 0, "bench"))
        engine.dispose()
    on_lease = [text for text in statements if "site_leases" in text]
    beats = [text for text in on_lease if "heartbeat_at" in text and text.startswith("UPDATE") and "holder" not in text]
    checks = [text for text in on_lease if "FOR KEY SHARE" in text]
    report.add(
        "lease_per_batch_of_8_requests",
        statements=len(statements),
        on_the_lease=len(on_lease),
        fence_checks=len(checks),
        heartbeats=len(beats),
        take_and_give_back=len(on_lease) - len(checks) - len(beats),
    )


def recorded(engine: Any, work: Callable[[], object]) -> list[str]:
    """The statements that the work sends to the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    work()
    event.remove(engine, "before_cursor_execute", note)
    return seen


def spread(seconds: list[float]) -> dict[str, float]:
    """Median and worst."""
    return {"median_seconds": round(statistics.median(seconds), 2), "worst_seconds": round(max(seconds), 2)}


if __name__ == "__main__":
    main()
