"""`igny8 doctor`: which part of the platform is ill, and what to do."""

from __future__ import annotations

import typer
from rich.table import Table

from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show, table
from igny8_lib.metrics.airflow_parts import ask_for_parts
from igny8_lib.metrics.part import Part, State, worst
from igny8_lib.metrics.parts import look_at_parts
from igny8_lib.settings import load
from igny8_lib.stack.health import look_at_processes
from igny8_lib.stack.layout import Layout


def doctor(as_json: JsonOption = False) -> None:
    """Look at every part of the platform and say what to do about what is ill; exit code 1 where something is.

    Examples: igny8 doctor, igny8 doctor --json
    """
    settings = load()
    processes = look_at_processes(Layout.of(settings.home))
    parts = [*look_at_parts(open_sessions(), settings), *ask_for_parts(settings), *processes]
    state = worst(parts)
    document = {"status": state.value, "parts": [part.as_json() for part in parts]}
    show(document, as_json=as_json, text=lambda: view(parts))
    if state is State.ILL:
        raise typer.Exit(1)


def view(parts: list[Part]) -> Table:
    """A row per part."""
    rows = [(part.name, part.state.value, f"{part.says} {part.todo}".strip()) for part in parts]
    return table(["part", "=state", "how it is, and what to do"], rows)
