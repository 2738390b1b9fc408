"""A real stack for tests: PostgreSQL, AI sandbox and Airflow in a temporary home, on free ports.

    with Stack.started() as stack:                       # or the session's fixture `stack`
        with stack.sessions.begin() as session: ...      # the product database
        run_id = stack.trigger("site__demo", {...})      # waits until the DAG is there
        run = stack.wait(run_id, dag_id="site__demo")    # -> Airflow's DAG run, ended
        stack.tasks("site__demo", run_id)                # -> task instances of the run
        stack.airflow.call("GET", "/pools")              # Airflow's REST API as the admin
        stack.switch(latency_seconds=1, failing_rate=0.2)
        stack.sandbox_requests()["keys"]                 # what the AI sandbox was asked
        stack.igny8("status", "demo", "--json")          # the command line, as people use it
        stack.kill("scheduler")                          # SIGKILL; the supervisor starts it anew
        [p.kill() for p in stack.task_processes()]       # processes that run task code now

Nothing of it survives the `with` block: processes, data and ports are given back.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil
from pydantic import SecretStr

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import Sessions, make_engine, session_factory
from igny8_lib.errors import NotFound
from igny8_lib.stack import lifecycle, processes
from igny8_lib.stack.options import StackOptions
from igny8_lib.stack.ports import free_ports
from igny8_lib.stack.services import Stack as Services
from igny8_lib.stack.supervisor import ProcessState, Supervisor
from tests import session_folder

T = TypeVar("T")
UNSET = ("database_url", "airflow_database_url", "ai_base_url", "ai_api_key", "media_url", "static_url", "logs_url")
"""Options that a test's stack leaves to itself, whatever the machine's environment says."""
TASK_TITLE = re.compile(r"airflow worker -- [0-9a-f]{8}-[0-9a-f-]{27}$")
ENDED = {"success", "failed"}
PATIENCE = 0.2
"""Seconds between two looks."""
LONG = 240.0
"""Seconds for what takes a few on a machine with nothing else to do."""
LONGER = 600.0
"""Seconds for a whole run."""


class Stack:
    """One stack that belongs to a test."""

    def __init__(self, services: Services, outside: Mapping[str, str]) -> None:
        self.services = services
        self.outside = dict(outside)

    @classmethod
    def described(cls, home: Path, environment: Mapping[str, str] | None = None, **options: Any) -> Stack:
        """A stack that does not run yet. `options` are fields of StackOptions, `environment` adds variables
        (AIRFLOW__… change Airflow's settings, IGNY8_… the product's)."""
        airflow, postgres, sandbox, sites, second, redis, pgbouncer, logs = free_ports(8)
        given: dict[str, Any] = {
            "second_airflow_port": second,
            "redis_port": redis,
            "pgbouncer_port": pgbouncer,
            "worker_log_port": logs,
            "home": home,
            "airflow_port": airflow,
            "postgres_port": postgres,
            "sandbox_port": sandbox,
            "sites_port": sites,
            "airflow_password": SecretStr("test-password"),
            "parallelism": 3,
        } | dict.fromkeys(UNSET, "")
        return cls(Services.of(StackOptions(**given | options)), clean_environment() | dict(environment or {}))

    @classmethod
    @contextmanager
    def started(cls, environment: Mapping[str, str] | None = None, **options: Any) -> Iterator[Stack]:
        """A running stack; stopped and removed at the end."""
        home = session_folder.stack_home()
        stack = cls.described(home, environment, **options)
        try:
            stack.up()
            yield stack
        finally:
            stack.down()
            shutil.rmtree(home, ignore_errors=True)

    def up(self) -> bool:
        """Start what does not run; whether anything was started."""
        return lifecycle.up(self.services, lambda _: None, outside=self.outside)

    def down(self) -> int:
        """Stop everything; how many processes there were."""
        self.forget()
        return lifecycle.down(self.services.layout)

    def forget(self) -> None:
        """Close what is open towards the stack."""
        if "sessions" in self.__dict__:
            self.sessions.kw["bind"].dispose()
            del self.__dict__["sessions"]
        self.__dict__.pop("airflow", None)

    @property
    def home(self) -> Path:
        """The stack's data folder."""
        return self.services.layout.home

    @property
    def database_url(self) -> str:
        """The product database."""
        return self.services.database_url

    @cached_property
    def sessions(self) -> Sessions:
        """Sessions on the product database."""
        return session_factory(make_engine(self.database_url), PLATFORM)

    @cached_property
    def airflow(self) -> AirflowApi:
        """Airflow's REST API, as the admin."""
        options = self.services.options
        return AirflowApi(self.services.airflow_url, options.airflow_username, self.password)

    @property
    def password(self) -> str:
        """The admin's."""
        return self.services.credentials.admin_password

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None, *, seconds: float = LONG) -> str:
        """Start a DAG run as soon as Airflow knows the DAG; its dag_run_id."""
        self.wait_for_dag(dag_id, seconds=seconds)
        return self.airflow.trigger(dag_id, conf or {})

    def wait_for_dag(self, dag_id: str, *, seconds: float = LONG) -> dict[str, Any]:
        """Wait until Airflow knows the DAG."""

        def found() -> dict[str, Any] | None:
            try:
                return self.airflow.dag(dag_id)
            except NotFound:
                return None

        return until(found, f"Airflow knows {dag_id}", seconds)

    def wait(self, dag_run_id: str, *, dag_id: str, seconds: float = LONGER) -> dict[str, Any]:
        """Wait for the end of a DAG run; Airflow's view of it."""

        def ended() -> dict[str, Any] | None:
            run = self.airflow.dag_run(dag_id, dag_run_id)
            return run if run["state"] in ENDED else None

        return until(ended, f"{dag_id} {dag_run_id} has ended", seconds)

    def tasks(self, dag_id: str, dag_run_id: str) -> list[dict[str, Any]]:
        """All task instances of a run, mapped ones too."""
        path = f"/dags/{dag_id}/dagRuns/{dag_run_id}/taskInstances?limit=100"
        found: list[dict[str, Any]] = []
        while True:
            page = self.airflow.call("GET", f"{path}&offset={len(found)}")
            found += page["task_instances"]
            if len(found) >= page["total_entries"]:
                return found

    def switch(self, **switches: Any) -> dict[str, Any]:
        """Change the sandbox's switches; those not named stay as they are."""
        return dict(self.sandbox("PUT", "/sandbox/switches", switches))

    def sandbox_requests(self) -> dict[str, Any]:
        """What the sandbox was asked: counts by path and by Idempotency-Key."""
        return dict(self.sandbox("GET", "/sandbox/requests"))

    def reset_sandbox(self) -> None:
        """All switches off, all counts zero."""
        self.sandbox("DELETE", "/sandbox/switches")
        self.sandbox("DELETE", "/sandbox/requests")

    def sandbox(self, method: str, path: str, body: object = None) -> Any:
        """One request to the sandbox's own API."""
        answer = httpx.request(method, self.services.sandbox_url + path, json=body, timeout=60)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def igny8(self, *arguments: str, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
        """The command line as people run it beside this stack; `typed` is its input."""
        environment = self.outside | self.command_line_environment() | variables
        command = [sys.executable, "-m", "igny8_lib.cli", *arguments]
        return subprocess.run(
            command, env=environment, input=typed, capture_output=True, text=True, check=False, timeout=300
        )

    def command_line_environment(self) -> dict[str, str]:
        """What points a command at this stack."""
        options = self.services.options
        return {
            "IGNY8_HOME": str(self.home),
            "IGNY8_AIRFLOW_PORT": str(options.airflow_port),
            "IGNY8_POSTGRES_PORT": str(options.postgres_port),
            "IGNY8_SANDBOX_PORT": str(options.sandbox_port),
            "IGNY8_SITES_PORT": str(options.sites_port),
            "IGNY8_AIRFLOW_PASSWORD": self.password,
            "IGNY8_PARALLELISM": str(options.parallelism),
            "IGNY8_CLUSTER": str(options.cluster),
            "IGNY8_SECOND_AIRFLOW_PORT": str(options.second_airflow_port),
            "IGNY8_REDIS_PORT": str(options.redis_port),
            "IGNY8_PGBOUNCER_PORT": str(options.pgbouncer_port),
            "IGNY8_WORKER_LOG_PORT": str(options.worker_log_port),
        }

    def state(self, service: str) -> ProcessState:
        """What the supervisor says of a service (postgres, sandbox, api-server, scheduler, …)."""
        return next(item for item in Supervisor(self.services.layout).processes() if item.name == service)

    def kill(self, service: str) -> int:
        """SIGKILL a service's process, as a crash would, once it has one; the process number it had."""

        def killed() -> int | None:
            state = self.state(service)
            with suppress(psutil.NoSuchProcess):  # it has just ended by itself
                if state.state == "RUNNING" and kill_process(psutil.Process(state.pid)):
                    return state.pid
            return None

        return until(killed, f"{service} ran, and was killed", LONG)

    def tree(self, service: str) -> list[psutil.Process]:
        """A service's process and everything below it."""
        top = psutil.Process(until(lambda: self.state(service).pid or None, f"{service} runs", LONG))
        return [top, *processes.children(top)]

    def kill_tree(self, service: str) -> int:
        """SIGKILL the service with everything below it, as a machine that loses power; the process number it had."""
        victims = self.tree(service)
        for process in victims:
            kill_process(process)
        return victims[0].pid

    def wait_for_restart(self, service: str, former: int, *, seconds: float = LONG) -> ProcessState:
        """Wait until the supervisor runs the service in another process."""

        def restarted() -> ProcessState | None:
            state = self.state(service)
            return state if state.state == "RUNNING" and state.pid != former else None

        return until(restarted, f"{service} was started anew", seconds)

    def processes(self) -> list[psutil.Process]:
        """Every process of the stack."""
        return processes.stack_processes(self.services.layout)

    def task_processes(self) -> list[psutil.Process]:
        """The processes that run the code of a task now."""
        return [process for process in self.processes() if TASK_TITLE.search(title(process))]


def kill_process(process: psutil.Process) -> bool:
    """SIGKILL; whether it was still there, and had not just ended by itself."""
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return False
    return True


def title(process: psutil.Process) -> str:
    """What a process calls itself; empty once it has ended."""
    try:
        return " ".join(process.cmdline()).strip()
    except psutil.Error:
        return ""


def until(check: Callable[[], T | None], what: str, seconds: float) -> T:
    """Call until something comes back; fails with a sentence when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (found := check()) is not None:
            return found
        time.sleep(PATIENCE)
    raise AssertionError(f"Not within {seconds:.0f} seconds: {what}")


def clean_environment() -> dict[str, str]:
    """This process's environment without anything that would change a stack."""
    prefixes = ("AIRFLOW", "IGNY8", "OPENAI", "PYTEST")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
