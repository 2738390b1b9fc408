"""`igny8 up`, `down`, `init`, `ps`, `logs`: the local stack."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from igny8_lib.commands.output import JsonOption, complaints, show, table
from igny8_lib.errors import NotFound
from igny8_lib.stack import lifecycle, processes
from igny8_lib.stack.machine import MEBIBYTE
from igny8_lib.stack.options import StackOptions
from igny8_lib.stack.processes import ProcessMemory
from igny8_lib.stack.services import Stack
from igny8_lib.stack.supervisor import ProcessState, Supervisor


def this_stack() -> Stack:
    """The stack that the environment describes."""
    return Stack.of(StackOptions())


def say(sentence: str) -> None:
    """What happens now, beside the output."""
    complaints.print(f"· {sentence}", style="dim", highlight=False)


def up(as_json: JsonOption = False) -> None:
    """Start PostgreSQL, the AI sandbox and Airflow in the background; does nothing where they run."""
    stack = this_stack()
    started = lifecycle.up(stack, say)
    document = {
        "started": started,
        "airflow_url": stack.airflow_url,
        "username": stack.options.airflow_username,
        "home": str(stack.layout.home),
    }
    words = "is up" if started else "was up already"
    show(document, as_json=as_json, text=lambda: f"The stack {words}: {stack.airflow_url}")


def down(as_json: JsonOption = False) -> None:
    """Stop every process of the stack; the data stays."""
    stack = this_stack()
    stopped = lifecycle.down(stack.layout)
    words = f"The stack is down: {stopped} processes ended." if stopped else "The stack was not running."
    show({"processes": stopped}, as_json=as_json, text=lambda: words)


def init(as_json: JsonOption = False) -> None:
    """Make and migrate the databases, the first user, pools, connections and variables; safe to run again."""
    options = StackOptions()
    if options.embeds_postgres:
        made = lifecycle.initialise_running(Stack.of(options))
    else:
        made = lifecycle.initialise_given(options, os.environ)
    show(made, as_json=as_json, text=lambda: ", ".join(f"{name}: {value}" for name, value in made.items()))


def ps(as_json: JsonOption = False) -> None:
    """The stack's services, and what memory each process takes."""
    layout = this_stack().layout
    control = Supervisor(layout)
    services = control.processes() if control.is_running() else []
    memory = processes.memory(layout)
    document = {
        "services": [{"name": item.name, "state": item.state, "pid": item.pid} for item in services],
        "processes": [{"pid": item.pid, "title": item.title, "pss": item.pss} for item in memory],
        "pss": sum(item.pss for item in memory),
    }
    show(document, as_json=as_json, text=lambda: services_table(services, memory))


def services_table(services: Sequence[ProcessState], memory: Sequence[ProcessMemory]) -> Table:
    """One row per service; a service's memory is its own process's, the total is everybody's."""
    pss = {entry.pid: entry.pss for entry in memory}
    rows = [
        (service.name, service.state.lower(), service.pid or "", megabytes(pss.get(service.pid, 0)))
        for service in services
    ]
    total = megabytes(sum(pss.values()))
    return table(["service", "state", ">process", ">MB"], rows, title=f"{len(memory)} processes, {total} MB")


def megabytes(size: int) -> int:
    """Bytes in whole MB."""
    return round(size / MEBIBYTE)


def logs(
    service: Annotated[str, typer.Argument(help="One service; all of them when left out.")] = "",
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many last lines of each log.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on showing new lines until Ctrl-C.")] = False,
) -> None:
    """What the services wrote."""
    folder = this_stack().layout.logs
    files = sorted(folder.glob(f"{service or '*'}.log"))
    if not files:
        known = ", ".join(sorted(path.stem for path in folder.glob("*.log"))) or "none yet"
        raise NotFound(f"There is no log {service or 'at all'} in {folder}; there are: {known}.")
    command = ["tail", "-n", str(lines), *(["-F"] if follow else []), *map(str, files)]
    os.execvp(command[0], command)  # noqa: S606 - a fixed program; no shell is wanted
