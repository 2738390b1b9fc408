"""Upkeep in a real Airflow: the books are checked, what is old goes with its logs, and the platform is seen from
outside: by its figures, and by what its tasks' logs say."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import make_url, select

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.models import AICall
from igny8_lib.retention.airflow_rows import AIRFLOW_PARTS
from tests.conftest import METRICS_TOKEN
from tests.journey.members import Member, editor_of
from tests.journey.site_rows import newest_run
from tests.journey.sites import make_site, run_site
from tests.stack import Stack

pytestmark = [pytest.mark.airflow, pytest.mark.slow("runs the DAGs of the nights, and one stage of a site's")]

SLUG = "upkeep"
CHECK, CLEAN_UP = "check_credits", "clean_up"
AGE = timedelta(days=40)
KEYWORDS = 10


@pytest.fixture(scope="module")
def small_run(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run of the first stage, whose first request for clusters fails once; its DAG run's id."""
    stack.reset_sandbox()
    export = tmp_path_factory.mktemp("upkeep") / "export.csv"
    export.write_text("Keyword\n" + "".join(f"garden shed {number}\n" for number in range(KEYWORDS)))
    make_site(stack, SLUG, keywords=export)
    stack.wait_for_dag(f"site__{SLUG}")
    stack.switch(fail_matching=[{"contains": "cluster", "outcome": "server_error", "times": 1}])
    try:
        assert run_site(stack, SLUG, stages=[1]) == "success"
    finally:
        stack.reset_sandbox()
    return newest_run(stack.sessions, SLUG).dag_run_id


@pytest.fixture(scope="module")
def editor(stack: Stack, small_run: str) -> Member:  # noqa: ARG001 - the run has made the site
    return editor_of(stack, SLUG)


@pytest.fixture(scope="module")
def technical(stack: Stack) -> AirflowApi:
    """Airflow's API as the product's own user, by the password that its connection holds."""
    with metadata(stack) as connection:
        row = connection.execute("SELECT password FROM connection WHERE conn_id = 'igny8_airflow'").fetchone()
    assert row is not None
    password = Fernet(stack.services.credentials.fernet_key).decrypt(row[0].encode()).decode()
    return AirflowApi(stack.services.airflow_url, "igny8-reconciler", password)


def metadata(stack: Stack) -> psycopg.Connection[Any]:
    """A connection to Airflow's own database."""
    url = make_url(stack.services.metadata_url).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False))


def run_once(stack: Stack, dag_id: str, **conf: object) -> str:
    """A successful run of a DAG; its id."""
    done = stack.wait(stack.trigger(dag_id, conf), dag_id=dag_id)
    assert done["state"] == "success", stack.tasks(dag_id, done["dag_run_id"])
    return str(done["dag_run_id"])


def told_by(stack: Stack, dag_id: str, dag_run_id: str, task_id: str) -> Any:
    """What a task returned."""
    path = f"/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances/{task_id}/xcomEntries/return_value"
    return stack.airflow.call("GET", path)["value"]


def log_files(stack: Stack, dag_run_id: str) -> list[Path]:
    """The files that a DAG run's tasks logged to."""
    return [path for path in stack.home.rglob("*.log") if f"run_id={dag_run_id}" in path.parts]


def make_old(stack: Stack, dag_run_id: str) -> None:
    """As if the DAG run had been long ago."""
    with metadata(stack) as connection:
        connection.execute("UPDATE dag_run SET end_date = end_date - %s WHERE run_id = %s", (AGE, dag_run_id))
    then = time.time() - AGE.total_seconds()
    for path in log_files(stack, dag_run_id):
        os.utime(path, (then, then))


def rows_of(stack: Stack, dag_run_id: str) -> int:
    """How many DAG runs and task instances Airflow has of it."""
    counts = ("SELECT id FROM dag_run WHERE run_id = %s", "SELECT id FROM task_instance WHERE run_id = %s")
    with metadata(stack) as connection:
        return sum(len(connection.execute(count, (dag_run_id,)).fetchall()) for count in counts)


def test_old_runs_go_with_their_rows_and_their_logs_and_a_dry_run_only_counts_them(stack: Stack) -> None:
    old, new = run_once(stack, CHECK), run_once(stack, CHECK)
    assert isinstance(told_by(stack, CHECK, new, "check_accounts"), int)
    make_old(stack, old)
    assert (rows_of(stack, old), len(log_files(stack, old))) == (2, 1)

    dry = run_once(stack, CLEAN_UP, dry_run=True)
    counted = removed_by(stack, dry)
    assert (counted["dag_runs"], counted["task_logs"]) == (1, 1)
    assert (rows_of(stack, old), len(log_files(stack, old))) == (2, 1)

    wet = run_once(stack, CLEAN_UP)
    assert removed_by(stack, wet) == counted
    assert (rows_of(stack, old), log_files(stack, old)) == (0, [])
    assert (rows_of(stack, new), len(log_files(stack, new))) == (2, 1)


def removed_by(stack: Stack, dag_run_id: str) -> dict[str, int]:
    """Rows and files by part, as a clean-up tells them."""
    told = told_by(stack, CLEAN_UP, dag_run_id, "remove_what_is_old")
    assert told["stopped"] is None
    return {part["part"]: part["rows"] for part in told["parts"]}


@pytest.mark.parametrize("part", AIRFLOW_PARTS)
def test_the_technical_user_may_have_old_rows_counted_and_nobody_else(
    stack: Stack, technical: AirflowApi, editor: Member, part: str
) -> None:
    path = f"/igny8-upkeep/{part}"
    assert technical.request("GET", path)["rows"] >= 0
    for method in ("GET", "POST"):
        assert editor.client.request(method, path).status_code == 403
        assert httpx.request(method, stack.services.airflow_url + path, timeout=60).status_code == 401


def test_all_pools_are_read_as_the_technical_user_and_by_nobody_else(
    stack: Stack, technical: AirflowApi, editor: Member
) -> None:
    assert technical.pools()[f"site_{SLUG}"] == 1
    assert editor.client.get("/igny8-upkeep/pools").status_code == 403
    assert httpx.get(f"{stack.services.airflow_url}/igny8-upkeep/pools", timeout=60).status_code == 401


def test_the_figures_open_with_their_token_alone(stack: Stack, editor: Member) -> None:
    url = f"{stack.services.airflow_url}/igny8/metrics"
    shown = httpx.get(url, headers={"Authorization": f"Bearer {METRICS_TOKEN}"}, timeout=60)
    assert shown.status_code == 200
    lines = shown.text.splitlines()
    assert "igny8_airflow_database_up 1.0" in lines
    assert [line for line in lines if line.startswith('igny8_airflow_last_success_timestamp_seconds{dag_id="reconcile')]
    assert httpx.get(url, headers={"Authorization": "Bearer another"}, timeout=60).status_code in (401, 403)
    assert httpx.get(url, timeout=60).status_code == 401
    assert editor.client.get("/igny8/metrics").status_code == 403


def test_a_line_of_a_task_s_log_says_which_run_site_stage_and_request_it_is_about(stack: Stack, small_run: str) -> None:
    run = newest_run(stack.sessions, SLUG)
    with stack.sessions() as session:
        keys = set(session.scalars(select(AICall.idempotency_key).where(AICall.run_id == run.id)))
    said = [line for line in logged(stack, small_run) if str(line.get("event")).startswith("AI request, attempt 1")]
    assert said, "the sandbox failed one request"
    for line in said:
        assert (line["run"], line["site"], line["stage"]) == (run.id, SLUG, 1)
        assert line["call"] in keys


def logged(stack: Stack, dag_run_id: str) -> Iterator[dict[str, Any]]:
    """The lines of a DAG run's tasks."""
    for path in log_files(stack, dag_run_id):
        yield from (json.loads(line) for line in path.read_text().splitlines() if line.startswith("{"))
