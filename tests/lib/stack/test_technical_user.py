"""Who knows what in a running stack: no process the admin's password, and the reconciler's user only its calls."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.errors import NotAllowed
from igny8_lib.models import Base
from igny8_lib.retention import airflow_rows
from igny8_lib.retention.watch import Watch
from igny8_lib.stack.database_roles import connect
from tests.stack import Stack, clean_environment, until

pytestmark = [pytest.mark.airflow, pytest.mark.timeout(1800)]

ADMIN = "let-no-process-know-the-admin"


@pytest.fixture(scope="module")
def own_stack() -> Iterator[Stack]:
    """A stack whose admin password came from outside, as people set it."""
    with Stack.started({"IGNY8_AIRFLOW_PASSWORD": ADMIN}, airflow_password=ADMIN, parallelism=2) as stack:
        stack.wait_for_dag("reconcile_runs", seconds=300)
        yield stack


def knows(process: psutil.Process, secret: str) -> bool:
    """Whether the secret stands in the process's environment or command line; nobody knows it who has ended."""
    try:
        folder = Path(f"/proc/{process.pid}")
        return secret.encode() in (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
    except OSError:
        return False


def test_the_way_this_file_looks_for_secrets_finds_one() -> None:
    for variables, arguments in (({"LEAK": f"x{ADMIN}x"}, []), ({}, [ADMIN])):
        command = ["sh", "-c", "sleep 30; true", *arguments]
        with subprocess.Popen(command, env=clean_environment() | variables) as child:
            process = psutil.Process(child.pid)
            assert until(lambda process=process: knows(process, ADMIN) or None, "the secret is found", 30)  # type: ignore[misc]
            child.kill()


def test_no_process_knows_the_admin_s_password_nor_the_database_s_higher_roles(own_stack: Stack) -> None:
    secrets = own_stack.services.credentials
    assert secrets.admin_password == ADMIN
    tasks = until(lambda: own_stack.task_processes() or None, "a task runs", 180)
    seen = [*tasks, *own_stack.processes()]
    assert len({process.pid for process in seen}) > 8
    for secret in (ADMIN, secrets.postgres_password, secrets.igny8_owner_password):
        assert [process.pid for process in seen if knows(process, secret)] == []
    # The application's password is there: the processes were readable.
    assert len([process for process in seen if knows(process, secrets.igny8_database_password)]) > 4


def test_the_reconciler_works_as_its_own_user_by_the_one_connection(own_stack: Stack) -> None:
    connection = own_stack.airflow.call("GET", "/connections/igny8_airflow")
    assert connection["login"] == "igny8-reconciler"

    def succeeded() -> dict[str, Any] | None:
        runs = own_stack.airflow.call("GET", "/dags/reconcile_runs/dagRuns?state=success&limit=1")["dag_runs"]
        return runs[0] if runs else None

    assert until(succeeded, "the reconciler has succeeded", 300)["state"] == "success"


@pytest.fixture(scope="module")
def reconciler(own_stack: Stack) -> AirflowApi:
    """Airflow's API as the technical user, with the password that its connection holds."""
    script = (
        "from airflow.models import Connection as C; print(C.get_connection_from_secrets('igny8_airflow').password)"
    )
    environment = own_stack.services.environment(own_stack.outside)
    python = [sys.executable, "-c", script]
    done = subprocess.run(python, env=environment, capture_output=True, text=True, check=True)
    password = done.stdout.splitlines()[-1]
    assert len(password) == 48
    return AirflowApi(own_stack.services.airflow_url, "igny8-reconciler", password)


def test_the_technical_user_may_make_every_call_of_the_client(reconciler: AirflowApi) -> None:
    dag = reconciler.dag("reconcile_runs")
    reconciler.set_paused("reconcile_runs", paused=True)
    try:
        dag_run_id = reconciler.trigger("reconcile_runs", {})
        assert reconciler.dag_run("reconcile_runs", dag_run_id)["state"] in {"queued", "running", "success"}
        assert isinstance(reconciler.has_running_task("reconcile_runs", dag_run_id), bool)
        assert isinstance(reconciler.open_runs(), list)
        assert isinstance(reconciler.open_runs(["reconcile_runs"]), list)
        assert reconciler.paused_dags("platform") >= {"reconcile_runs"}
        reconciler.end_run("reconcile_runs", dag_run_id)
        assert reconciler.who_did("patch_dag_run", "reconcile_runs", dag_run_id) == "igny8-reconciler"
        assert dag_run_id in {run["dag_run_id"] for run in reconciler.failed_runs(["reconcile_runs"])}
    finally:
        reconciler.set_paused("reconcile_runs", paused=False)
    for _ in range(2):
        reconciler.make_pool("site_of_the_technical_user", "Made by a test")
    assert reconciler.pools()["site_of_the_technical_user"] == 1
    reconciler.reparse(dag["file_token"])
    assert {airflow_rows.count_airflow_rows(reconciler, part) for part in airflow_rows.AIRFLOW_PARTS} >= {0}
    assert airflow_rows.remove_airflow_rows(reconciler, "frequent_dag_runs", Watch(60)) == 0, "nothing is old here"


REFUSED = [
    ("GET", "/connections", None),
    ("GET", "/connections/igny8_ai", None),
    ("POST", "/connections", {"connection_id": "mine", "conn_type": "http"}),
    ("GET", "/variables", None),
    ("POST", "/variables", {"key": "mine", "value": "1"}),
    ("GET", "/config", None),
    ("GET", "/plugins", None),
    ("DELETE", "/dags/reconcile_runs", None),
    ("DELETE", "/pools/site_of_the_technical_user", None),
    ("GET", "/dags/reconcile_runs/dagRuns/~/taskInstances/compare_and_repair/xcomEntries", None),
    ("GET", "/dagSources/reconcile_runs", None),
    ("GET", "/importErrors", None),
]


@pytest.mark.parametrize(("method", "path", "body"), REFUSED, ids=str)
def test_the_technical_user_is_refused_everything_else(
    reconciler: AirflowApi, method: str, path: str, body: object
) -> None:
    with pytest.raises(NotAllowed, match="403"):
        reconciler.call(method, path, body)


@pytest.mark.parametrize("path", ["/auth/fab/v1/users", "/auth/fab/v1/roles"])
def test_the_technical_user_sees_no_users_and_no_roles(reconciler: AirflowApi, path: str) -> None:
    reconciler.dag("reconcile_runs")  # signs in
    assert reconciler.send("GET", path).status_code == 403


def test_an_initialisation_mends_what_people_broke_of_the_technical_user(own_stack: Stack) -> None:
    igny8 = own_stack.igny8
    assert '"reconciler": "kept"' in igny8("init", "--json").stdout
    own_stack.airflow.call("PATCH", "/connections/igny8_airflow", mine("igny8-reconciler", "another-password"))
    assert '"reconciler": "mended"' in igny8("init", "--json").stdout
    changed = AirflowApi(own_stack.services.airflow_url, "igny8-reconciler", "another-password")
    assert changed.dag("reconcile_runs")["dag_id"] == "reconcile_runs"
    own_stack.airflow.call("PATCH", "/connections/igny8_airflow", mine("somebody", "else"))
    assert '"reconciler": "another user"' in igny8("init", "--json").stdout


def mine(login: str, password: str) -> dict[str, str]:
    """The connection as people would edit it."""
    return {"connection_id": "igny8_airflow", "conn_type": "http", "login": login, "password": password}


def test_the_running_stack_s_tables_belong_to_the_owner_and_its_processes_are_the_application(own_stack: Stack) -> None:
    with connect(own_stack.services.access.superuser, database="igny8") as connection:
        owners = dict(connection.execute("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public'"))  # type: ignore[arg-type]
        working = connection.execute(
            "SELECT DISTINCT usename::text FROM pg_stat_activity WHERE datname = 'igny8' AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"  # autovacuum comes and goes, as nobody
        ).fetchall()
    assert set(owners) >= set(Base.metadata.tables)
    assert set(owners.values()) == {"igny8_owner"}
    assert set(working) <= {("igny8_app",)}
