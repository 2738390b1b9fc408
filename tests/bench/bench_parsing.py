"""(c) Parsing the DAG file for 1, 100 and 1,000 sites; what a task's start pays with 1,000 sites against 1; how
soon a new, a changed and a removed site's DAG follows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from sqlalchemy import update

from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.models import Site
from tests.bench.database import bench_database
from tests.bench.report import Report
from tests.bench.stack_cost import own_seconds
from tests.factories.sites import make_account, make_site
from tests.stack import Stack, until

ROOT = Path(__file__).parents[2]
SIZES = (1, 100, 1000)
SETTLING_SECONDS = 120
"""After so long every file of a thousand sites is parsed."""

PARSE = """
import json, time, resource
import airflow.models, airflow.sdk, igny8_dags.site_dag, igny8_timetable
from airflow.sdk import get_parsing_context
airflow.models.import_all_models()
began = time.perf_counter()
from igny8_dags.shards import built_dags
sites, dags = built_dags(get_parsing_context().dag_id)
seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"dags": len(dags), "seconds": seconds, "mb": peak}))
"""
"""Airflow and the library are imported first, as they are in the processes that Airflow forks: what is timed is the
DAG file itself, its query included."""


def main() -> None:
    """Measure with a database of more and more sites, then in a real stack with all of them."""
    report = Report()
    with bench_database() as url:
        sessions = session_factory(make_engine(url), PLATFORM)
        made = 0
        for size in SIZES:
            made = fill(sessions, made, size)
            whole, one = parse(url, None), parse(url, "site__bench-0")
            report.add(
                f"parse_{size}_sites",
                seconds=round(whole["seconds"], 3),
                dags=int(whole["dags"]),
                peak_mb=round(whole["mb"]),
                task_start_seconds=round(one["seconds"], 3),
                task_start_dags=int(one["dags"]),
            )
    delays(report)
    report.show()


def fill(sessions: Sessions, made: int, size: int) -> int:
    """Add sites until there are so many."""
    with sessions.begin() as session:
        account = make_account(session)
        for number in range(made, size):
            make_site(session, account, slug=f"bench-{number}", config={"is_enabled": True})
    return size


def parse(url: str, dag_id: str | None) -> dict[str, float]:
    """Import the DAG file in a process of its own; with a DAG id, as the start of one of its tasks."""
    environment = os.environ | {
        "IGNY8_DATABASE_URL": url,
        "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in ("dags", "plugins", "")),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
    }
    if dag_id:
        environment["_AIRFLOW_PARSING_CONTEXT_DAG_ID"] = dag_id
    done = subprocess.run([sys.executable, "-c", PARSE], env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def delays(report: Report) -> None:
    """In a real stack with 1 and with 1,000 sites: seconds until a new site's DAG is there, a changed one has changed,
    a removed one is gone, and what each costs the dag-processor."""
    with Stack.started() as stack:
        made = 0
        for size in (1, SIZES[-1]):
            made = fill(stack.sessions, made, size)
            stack.wait_for_dag(f"site__bench-{size - 1}", seconds=900)
            time.sleep(SETTLING_SECONDS if size > 1 else 0)
            report.add(f"delays_{size}_sites", **measured_delays(stack, f"fresh-{size}"))


def measured_delays(stack: Stack, slug: str) -> dict[str, float]:
    """Add, change and remove one site."""
    before, dag_id = cpu_seconds(stack), f"site__{slug}"
    with stack.sessions.begin() as session:
        make_site(session, slug=slug)
    added = seconds_until(lambda: stack.wait_for_dag(dag_id) is not None)
    change(stack, slug, domain=f"{slug}-moved.example")
    changed = seconds_until(lambda: stack.airflow.dag(dag_id)["dag_display_name"] == f"{slug}-moved.example")
    change(stack, slug, status="inactive")
    removed = seconds_until(lambda: bool(stack.airflow.dag(dag_id)["is_stale"]))
    cpu = round(cpu_seconds(stack) - before, 1)
    return {"added_s": added, "changed_s": changed, "removed_s": removed, "dag_processor_cpu_s": cpu}


def change(stack: Stack, slug: str, **values: object) -> None:
    """Change one site's row."""
    with stack.sessions.begin() as session:
        session.execute(update(Site).where(Site.slug == slug).values(**values))


def seconds_until(done: Callable[[], bool]) -> float:
    """How long it takes."""
    began = time.monotonic()
    until(lambda: done() or None, "the DAG is as it should be", 300)
    return round(time.monotonic() - began, 1)


def cpu_seconds(stack: Stack) -> float:
    """CPU that the dag-processor has used, its ended children included."""
    return own_seconds(psutil.Process(stack.state("dag-processor").pid))


if __name__ == "__main__":
    main()
