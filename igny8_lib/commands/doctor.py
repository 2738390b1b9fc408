"""`igny8 doctor`: which part of the platform is ill, and what to do."""

from __future__ import annotations

import httpx
import typer
from rich.table import Table

from igny8_lib.commands.database import open_sessions
from igny8_lib.commands.output import JsonOption, show
from igny8_lib.metrics.airflow_parts import airflow_parts
from igny8_lib.metrics.part import Part, State, worst
from igny8_lib.metrics.parts import look_at_parts
from igny8_lib.settings import load

STYLES = {State.OK: "green", State.SLOW: "yellow", State.ILL: "red"}
HEALTH = "/api/v2/monitor/health"


def doctor(as_json: JsonOption = False) -> None:
    """Look at every part of the platform and say what to do about what is ill; exit code 1 where something is.

    Examples: igny8 doctor, igny8 doctor --json
    """
    parts = [*look_at_parts(open_sessions(), load()), *airflow_parts(airflow_report(load().airflow_url))]
    state = worst(parts)
    document = {"status": state.value, "parts": [part.as_json() for part in parts]}
    show(document, as_json=as_json, text=lambda: view(parts))
    if state is State.ILL:
        raise typer.Exit(1)


def airflow_report(url: str) -> dict[str, dict[str, object]] | None:
    """What the API server says of itself and the others; None while it does not answer."""
    try:
        answer = httpx.get(url.rstrip("/") + HEALTH, timeout=5)
        return dict(answer.json()) if answer.status_code == 200 else None
    except (httpx.HTTPError, ValueError):
        return None


def view(parts: list[Part]) -> Table:
    """A row per part."""
    table = Table("Part", "State", "How it is, and what to do")
    for part in parts:
        style = STYLES[part.state]
        table.add_row(part.name, f"[{style}]{part.state.value}[/]", f"{part.says} {part.todo}".strip())
    return table
