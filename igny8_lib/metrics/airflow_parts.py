"""How Airflow is, from what its API server says of itself and the others (`/api/v2/monitor/health`), and to whoever may
read it, of its tasks (`/igny8/health/parts`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from igny8_lib import clock
from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.errors import Igny8Error
from igny8_lib.metrics import executor
from igny8_lib.metrics.part import Part, State, well
from igny8_lib.settings import Settings
from igny8_lib.tls import believed

COMPONENTS = {
    "scheduler": "Nothing starts, runs stand still.",
    "dag_processor": "New sites and changed settings do not appear; runs go on.",
    "triggerer": "Tasks that wait for something outside do not wake up.",
}
"""What it means when one is away."""


HEALTH = "/api/v2/monitor/health"
PARTS = "/igny8/health/parts"
DATABASE = "Airflow's database"
OF_AIRFLOW = (DATABASE, "scheduler", "dag-processor", "triggerer", executor.NAME)
SECONDS = 10
"""The API server itself waits for workers and for an object store."""


def ask_airflow(url: str) -> dict[str, dict[str, object]] | None:
    """What the API server says of itself and the others, to everybody; None while it does not answer."""
    try:
        answer = httpx.get(url.rstrip("/") + HEALTH, timeout=SECONDS, verify=believed(httpx.create_ssl_context))
        return dict(answer.json()) if answer.status_code == 200 else None
    except (httpx.HTTPError, ValueError):
        return None


def ask_for_parts(settings: Settings) -> list[Part]:
    """Airflow's parts as its API server tells them to operators: its tasks among them. Without a login that may read
    them, what everybody is told."""
    told = operators_answer(settings)
    if told:
        return [part for part in told if part.name in OF_AIRFLOW]
    parts = airflow_parts(ask_airflow(settings.airflow_url))
    if len(parts) == 1:
        return parts
    unseen = "Not looked at: that takes IGNY8_METRICS_TOKEN, or an admin's login (IGNY8_AIRFLOW_PASSWORD)."
    return [*parts, well(executor.NAME, unseen)]


def operators_answer(settings: Settings) -> list[Part]:
    """Every part as the API server sees it; none where it does not answer, or not to this login."""
    token, api = settings.metrics_token.get_secret_value(), AirflowApi.of(settings, attempts=1)
    try:
        if not token:
            api.sign_in()
        headers = {"Authorization": f"Bearer {token or api.token}"}
        answer = api.http.get(api.url + PARTS, headers=headers, timeout=SECONDS)
        return [Part(**part | {"state": State(part["state"])}) for part in answer.json()["parts"]]
    except (Igny8Error, httpx.HTTPError, ValueError, KeyError, TypeError):
        return []


def airflow_parts(report: Mapping[str, Any] | None) -> list[Part]:
    """Airflow's parts; None where its API server does not answer."""
    if report is None:
        todo = "Look whether it runs (`igny8 ps`), and at its log (`igny8 logs api-server`)."
        return [Part("Airflow's API server", State.ILL, "It does not answer.", todo)]
    database = report.get("metadatabase", {}).get("status") == "healthy"
    first = (
        well(DATABASE, "It answers.")
        if database
        else Part(DATABASE, State.ILL, "It does not answer.", "Look whether PostgreSQL runs.")
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
