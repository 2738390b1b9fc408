"""How Airflow is, from what its API server says of itself and the others (`/api/v2/monitor/health`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from igny8_lib import clock
from igny8_lib.metrics.part import Part, State, well

COMPONENTS = {
    "scheduler": "Nothing starts, runs stand still.",
    "dag_processor": "New sites and changed settings do not appear; runs go on.",
    "triggerer": "Tasks that wait for something outside do not wake up.",
}
"""What it means when one is away."""


def airflow_parts(report: Mapping[str, Any] | None) -> list[Part]:
    """Airflow's parts; None where its API server does not answer."""
    if report is None:
        todo = "Look whether it runs (`igny8 ps`), and at its log (`igny8 logs api-server`)."
        return [Part("Airflow's API server", State.ILL, "It does not answer.", todo)]
    database = report.get("metadatabase", {}).get("status") == "healthy"
    first = (
        well("Airflow's database", "It answers.")
        if database
        else Part("Airflow's database", State.ILL, "It does not answer.", "Look whether PostgreSQL runs.")
    )
    return [first, *(component(name, report.get(name, {})) for name in COMPONENTS)]


def component(name: str, said: Mapping[str, Any]) -> Part:
    """One component by its heartbeat."""
    title, beat = name.replace("_", "-"), said.get(f"latest_{name}_heartbeat")
    if said.get("status") == "healthy":
        return well(title, "Its heart beats.")
    when = f"Its last heartbeat was at {beat[:19]} UTC" if beat else "It has never had a heartbeat"
    todo = f"Restart it, and look at its log (`igny8 logs {title}`)."
    return Part(title, State.ILL, f"{when}. {COMPONENTS[name]}", todo)


def heartbeat_ages(report: Mapping[str, Any]) -> dict[str, float]:
    """Seconds since the last heartbeat of each component that ever had one."""
    beats = {name: report.get(name, {}).get(f"latest_{name}_heartbeat") for name in COMPONENTS}
    now = clock.now()
    return {name: (now - datetime.fromisoformat(beat)).total_seconds() for name, beat in beats.items() if beat}
