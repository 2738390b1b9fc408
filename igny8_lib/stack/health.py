"""Whether each service answers; and, where one does not, a sentence that says which, and its last words."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import httpx

from igny8_lib.errors import TemporaryError
from igny8_lib.metrics.airflow_parts import ask_airflow
from igny8_lib.metrics.part import Part, State, well
from igny8_lib.stack import brokers, postgres
from igny8_lib.stack.components import HOST, Component
from igny8_lib.stack.layout import Layout
from igny8_lib.stack.services import POSTGRES, SANDBOX, SITES, Stack
from igny8_lib.stack.site_server import HEALTH
from igny8_lib.stack.supervisor import ProcessState, Supervisor, log_file

START_SECONDS = 300
"""A busy machine of two cores needs minutes; a service that ends again and again is noticed at once."""
PATIENCE_SECONDS = 0.15


class ServiceDown(TemporaryError):
    """A service did not come up, or does not stay up."""

    def __init__(self, service: str, state: str, last_line: str, log: Path) -> None:
        words = f" Its last words: {last_line}." if last_line else ""
        super().__init__(f"{service} is not up ({state}).{words} The whole log: {log}")
        self.service = service
        self.state = state
        self.log = str(log)


def wait_until(stack: Stack, service: str, ready: Callable[[], bool], *, seconds: float = START_SECONDS) -> None:
    """Wait until the service is ready. Raises ServiceDown when the supervisor has given it up or the time is over."""
    supervisor = Supervisor(stack.layout)
    deadline = time.monotonic() + seconds
    while not ready():
        state = state_of(supervisor, service)
        if state == "FATAL":
            raise down(stack.layout, service, "it ended again and again")
        if time.monotonic() > deadline:
            raise down(stack.layout, service, f"{state.lower()}, no answer within {seconds:.0f} seconds")
        time.sleep(PATIENCE_SECONDS)


def look_at_processes(layout: Layout) -> list[Part]:
    """Whether all processes of the stack of this machine run; nothing where there is no such stack."""
    supervisor = Supervisor(layout)
    if not supervisor.is_running():
        return []
    processes = supervisor.processes()
    lost = [str(down(layout, each.name, each.state.lower())) for each in processes if not each.runs]
    if lost:
        return [Part("processes", State.ILL, " ".join(lost), "Read that log; `igny8 up` starts what does not run.")]
    return [well("processes", f"All {len(processes)} run.")]


def down(layout: Layout, service: str, state: str) -> ServiceDown:
    """The sentence for a service that is not up."""
    log = log_file(layout, service)
    return ServiceDown(service, state, last_line(log), log)


def state_of(supervisor: Supervisor, service: str) -> str:
    """What the supervisor says of the service."""
    found: list[ProcessState] = [process for process in supervisor.processes() if process.name == service]
    return found[0].state if found else "UNKNOWN"


def last_line(log: Path, *, longest: int = 300) -> str:
    """The last line of a log that says something."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 20_000))
        lines = [line.strip() for line in file.read().decode(errors="replace").splitlines()]
    return next((line[:longest].rstrip(".") for line in reversed(lines) if any(map(str.isalnum, line))), "")


def wait_for_postgres(stack: Stack) -> None:
    """Until the embedded PostgreSQL answers queries."""
    password = stack.credentials.postgres_password
    wait_until(stack, POSTGRES, lambda: postgres.is_ready(stack.options.postgres_port, password))


def wait_for_sandbox(stack: Stack) -> None:
    """Until the AI sandbox answers."""
    wait_until(stack, SANDBOX, lambda: answers(f"{stack.sandbox_url}/health"))


def wait_for_sites(stack: Stack) -> None:
    """Until the built websites are shown."""
    wait_until(stack, SITES, lambda: answers(f"{stack.sites_url}{HEALTH}"))


def wait_for_brokers(stack: Stack) -> None:
    """Until a cluster's Redis and PgBouncer answer."""
    password = stack.credentials.redis_password
    wait_until(stack, brokers.REDIS, lambda: brokers.redis_answers(stack.options.redis_port, password))
    if stack.metadata_url != stack.access.metadata:
        wait_until(stack, brokers.PGBOUNCER, lambda: brokers.pgbouncer_answers(stack.metadata_url))


def wait_for_airflow(stack: Stack) -> None:
    """Until the API servers answer, and the others have had a heartbeat since their start."""
    for component in stack.components():
        wait_until(stack, component.name, lambda each=component: component_is_healthy(stack, each))  # type: ignore[misc]


def answers(url: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def component_is_healthy(stack: Stack, component: Component) -> bool:
    """Whether the component runs and works."""
    states = {process.name: process for process in Supervisor(stack.layout).processes()}
    state = states.get(component.name)
    if state is None or not state.runs:
        return False
    if component.kind in {"api-server", "log-server"}:
        return responds(address_of(stack, component))
    if component.kind == "worker":
        return worker_answers(stack, component)
    others = [each.name for each in stack.components() if each.kind == component.kind and each != component]
    kind = component.kind.replace("-", "_")
    return beats((ask_airflow(stack.airflow_url) or {}).get(kind, {}), kind, state.since) and all(
        states[other].runs for other in others
    )


def address_of(stack: Stack, component: Component) -> str:
    """Where a component that speaks HTTP answers whoever asks."""
    if component.kind == "log-server":
        return f"http://{component.variables[HOST]}:{stack.options.worker_log_port}/"
    names = [each.name for each in stack.components() if each.kind == component.kind]
    return f"{stack.airflow_urls[names.index(component.name)]}/api/v2/version"


def responds(url: str) -> bool:
    """Whether a GET is answered, with whatever status."""
    try:
        return httpx.get(url, timeout=5).status_code < 500
    except httpx.HTTPError:
        return False


def worker_answers(stack: Stack, component: Component) -> bool:
    """Whether the worker takes messages from Redis, and answers one."""
    from celery import Celery  # type: ignore[import-untyped]  # noqa: PLC0415 - half a second, for clusters only

    broker = brokers.redis_url(stack.options.redis_port, stack.credentials.redis_password)
    name = f"{component.name}@{component.variables[HOST]}"
    with Celery(broker=broker) as app:
        return bool(app.control.ping(destination=[name], timeout=2))


def beats(report: Mapping[str, object], component: str, since: datetime | None) -> bool:
    """Whether the heartbeat is healthy and none of an earlier process's."""
    heartbeat = report.get(f"latest_{component}_heartbeat")
    if report.get("status") != "healthy" or since is None or not isinstance(heartbeat, str):
        return False
    return datetime.fromisoformat(heartbeat) >= since
