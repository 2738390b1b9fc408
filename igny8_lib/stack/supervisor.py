"""The process supervisor: its configuration, its start, and its control socket.

One process per component, restarted when it dies. PostgreSQL and the sandbox start with the supervisor; Airflow's
components wait until the databases are ready and are started by name.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import xmlrpc.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from igny8_lib.errors import PermanentError, TemporaryError
from igny8_lib.stack.layout import Layout

MARKER = "IGNY8_STACK"
"""Environment variable of every process of a stack; its value is the stack's home."""
LOG_BYTES = "10MB"
LOG_BACKUPS = 3
NO_WAIT = False
"""The supervisor answers at once, not when it is done."""


@dataclass(frozen=True)
class Program:
    """One supervised process."""

    name: str
    command: Sequence[str]
    priority: int
    """Lower starts first and stops last."""
    group: str = ""
    """Programs of one group are started and stopped together, and not by the supervisor's own start."""
    user: str | None = None
    stop_signal: str = "TERM"
    signals_children: bool = True
    """Whether a polite stop reaches the program's children directly, or the program ends them itself."""
    stop_seconds: int = 10
    """How long a polite stop may take before the whole process group is killed."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables of this program alone, beside those that all have; no value may hold a single quote."""


@dataclass(frozen=True)
class ProcessState:
    """What the supervisor says of one process."""

    name: str
    group: str
    state: str
    """RUNNING, STARTING, BACKOFF, FATAL, STOPPED, EXITED …"""
    pid: int
    since: datetime | None
    """When it was started, if it runs."""

    @property
    def runs(self) -> bool:
        """Whether there is a process."""
        return self.state in {"RUNNING", "STARTING"} and self.pid > 0


def configuration(layout: Layout, programs: Sequence[Program], *, user: str) -> str:
    """supervisord's configuration file."""
    sections: dict[str, Mapping[str, object]] = {
        "unix_http_server": {"file": layout.socket, "chmod": "0700"},
        "supervisord": {
            "logfile": layout.logs / "supervisor.log",
            "logfile_maxbytes": LOG_BYTES,
            "logfile_backups": LOG_BACKUPS,
            "pidfile": layout.supervisor_pid,
            "childlogdir": layout.logs,
            "directory": layout.home,
            "user": user,
        },
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
        "supervisorctl": {"serverurl": f"unix://{layout.socket}"},
    }
    sections |= {f"program:{program.name}": program_section(layout, program) for program in programs}
    for group in sorted({program.group for program in programs if program.group}):
        members = [program for program in programs if program.group == group]
        names = ",".join(program.name for program in members)
        sections[f"group:{group}"] = {"programs": names, "priority": members[0].priority}
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key}={escape(value)}\n" for key, value in values.items())
        for name, values in sections.items()
    )


def program_section(layout: Layout, program: Program) -> dict[str, object]:
    """One program's section."""
    section: dict[str, object] = {
        "command": shlex.join(program.command),
        "priority": program.priority,
        "autostart": "false" if program.group else "true",
        "autorestart": "true",
        "startsecs": 1,
        "startretries": 10,
        "stopsignal": program.stop_signal,
        "stopwaitsecs": program.stop_seconds,
        "stopasgroup": str(program.signals_children).lower(),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": log_file(layout, program.name),
        "stdout_logfile_maxbytes": LOG_BYTES,
        "stdout_logfile_backups": LOG_BACKUPS,
    }
    if program.user:
        section["user"] = program.user
    if program.environment:
        section["environment"] = ",".join(f"{name}='{value}'" for name, value in program.environment.items())
    return section


def escape(value: object) -> str:
    """Percent signs start an expansion in the supervisor's files."""
    return str(value).replace("%", "%%")


def log_file(layout: Layout, program: str) -> Path:
    """Where a program's output goes."""
    return layout.logs / f"{program}.log"


def start(layout: Layout, environment: Mapping[str, str]) -> None:
    """Start the supervisor in the background; its processes inherit the environment.

    Raises SupervisorFailed with its own words when it does not come up.
    """
    command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(layout.supervisor_config)]
    done = subprocess.run(
        command, env=dict(environment), cwd=layout.home, capture_output=True, text=True, check=False, timeout=30
    )
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines() or [f"exit code {done.returncode}"]
        raise SupervisorFailed(next((line for line in words if line.startswith("Error: ")), words[-1]))


class SupervisorFailed(TemporaryError):
    """The process supervisor did not start."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The process supervisor did not start: {reason}. Try `make stop`, then again.")
        self.reason = reason


class NoLocalStack(PermanentError):
    """The packages of the local stack are not installed, as in production."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            f"This installation has no local stack ({missing} is missing): install requirements-dev.txt for one, or "
            "use the containers' own commands."
        )


def open_transport(layout: Layout) -> xmlrpc.client.Transport:
    """The way to the control socket. Raises NoLocalStack."""
    try:
        from supervisor.xmlrpc import SupervisorTransport  # noqa: PLC0415 - production has no local stack
    except ModuleNotFoundError as error:
        raise NoLocalStack(str(error.name)) from error
    transport: xmlrpc.client.Transport = SupervisorTransport(None, None, f"unix://{layout.socket}")
    return transport


class Supervisor:
    """The running supervisor of one stack, by its control socket."""

    def __init__(self, layout: Layout) -> None:
        transport = open_transport(layout)
        self.server: Any = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor
        self.layout = layout

    def is_running(self) -> bool:
        """Whether it answers."""
        if not self.layout.socket.exists():
            return False
        try:
            return bool(self.server.getState()["statename"] == "RUNNING")
        except (OSError, xmlrpc.client.Error):
            return False

    def processes(self) -> list[ProcessState]:
        """All supervised processes, in the order of their start."""
        return [
            ProcessState(
                entry["name"],
                entry["group"],
                entry["statename"],
                entry["pid"],
                datetime.fromtimestamp(entry["start"], UTC) if entry["pid"] else None,
            )
            for entry in self.server.getAllProcessInfo()
        ]

    def start_all(self) -> None:
        """Start the programs that do not run; does not wait until they are ready."""
        self.server.startAllProcesses(NO_WAIT)

    def shut_down(self) -> None:
        """Stop all programs in reverse order, then the supervisor; returns at once."""
        self.server.shutdown()
