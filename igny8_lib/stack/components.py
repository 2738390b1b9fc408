"""Airflow's processes in both shapes of a stack on one machine.

small     LocalExecutor: four processes, the scheduler's children do the work
cluster   CeleryExecutor, as in docker-compose.yaml: two schedulers, two API servers, two workers that behave like two
          machines. Each has a loopback address of its own, which is its host's name for the others, and serves the
          logs of its tasks there.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from igny8_lib.stack.ports import LOOPBACK

HOST = "IGNY8_HOST"
"""What a worker of a cluster calls its machine; see igny8_dags.host_name."""
LOG_SERVER = "airflow.utils.serve_logs.log_server:get_app"
WORKER_STOP_SECONDS = 20
"""What a worker may take to see its tasks through when it is stopped; what is left then is retried."""


@dataclass(frozen=True)
class Component:
    """One process."""

    name: str
    kind: str
    """The component whose settings it has; two of a kind have two names."""
    command: Sequence[str]
    """After the interpreter."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What it is told beside what all are told."""
    signals_children: bool = True
    stop_seconds: int = 10


def airflow(name: str, kind: str, *command: str, **more: str) -> Component:
    """A component that is a command of Airflow."""
    return Component(name, kind, ["-m", "airflow", *(command or (kind,))], more)


SMALL = (
    airflow("api-server", "api-server"),
    airflow("scheduler", "scheduler", "scheduler", "--skip-serve-logs"),
    airflow("dag-processor", "dag-processor"),
    airflow("triggerer", "triggerer", "triggerer", "--skip-serve-logs"),
)
"""On one machine the API server reads the logs from disk."""


@dataclass(frozen=True)
class Machine:
    """One of the machines that a cluster's workers play."""

    number: int

    @property
    def host(self) -> str:
        """Its address: Linux has the whole of 127.0.0.0/8."""
        return f"127.0.0.{self.number}"

    def task_logs(self, home: Path) -> Path:
        """Its own disk, as far as logs go."""
        return home / f"task_logs_{self.number}"


MACHINES = (Machine(1), Machine(2))


def cluster(home: Path, *, api_ports: Sequence[int], log_port: int, slots: int) -> list[Component]:
    """The components of a cluster with two API servers; each worker has `slots` task processes."""
    first, second = api_ports
    found = [
        airflow("api-server", "api-server"),
        airflow("api-server-2", "api-server", AIRFLOW__API__PORT=str(second)),
        airflow("scheduler", "scheduler", "scheduler", "--skip-serve-logs"),
        airflow("scheduler-2", "scheduler", "scheduler", "--skip-serve-logs"),
        *SMALL[2:],
    ]
    for machine, port in zip(MACHINES, (first, second), strict=True):
        found += [worker(machine, home, api_port=port, slots=slots), log_server(machine, home, port=log_port)]
    return found


def worker(machine: Machine, home: Path, *, api_port: int, slots: int) -> Component:
    """A Celery worker, whose tasks talk to the API server on this port."""
    name = f"worker-{machine.number}"
    command = ["-m", "airflow", "celery", "worker", "--concurrency", str(slots), "--skip-serve-logs"]
    command += ["--celery-hostname", celery_name(name, machine), "--pid", str(home / "airflow" / f"{name}.pid")]
    variables = own(machine, home) | {
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{LOOPBACK}:{api_port}/execution/",
    }
    return Component(name, "worker", command, variables, signals_children=False, stop_seconds=WORKER_STOP_SECONDS)


def celery_name(name: str, machine: Machine) -> str:
    """What Celery calls a worker."""
    return f"{name}@{machine.host}"


def log_server(machine: Machine, home: Path, *, port: int) -> Component:
    """What serves the worker's logs: the worker's own server would listen on all addresses, and there are two."""
    command = ["-m", "uvicorn", "--factory", LOG_SERVER, "--host", machine.host, "--port", str(port)]
    return Component(f"worker-{machine.number}-logs", "log-server", [*command, "--no-access-log"], own(machine, home))


def own(machine: Machine, home: Path) -> dict[str, str]:
    """What makes a process one of this machine's."""
    return {
        HOST: machine.host,
        "AIRFLOW__CORE__HOSTNAME_CALLABLE": "igny8_dags.host_name.host_name",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(machine.task_logs(home)),
    }


def command_line(component: Component) -> list[str]:
    """The whole command."""
    return [sys.executable, *component.command]
