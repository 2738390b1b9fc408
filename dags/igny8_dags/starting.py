"""Starting the DAGs that have nothing to do in most minutes.

Each of them looks for its work when it is started, and a start costs a process: four every minute, on a platform where
nothing happens. So the one task that runs every minute asks the product database for all of them, by a handful of
statements, and starts those that have work. Airflow starts each by itself as well, rarely: what the look does not see,
or a paused reconciler keeps from being started, waits for that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from igny8_dags import batches, publishing, rules
from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.errors import Conflict, Igny8Error

log = logging.getLogger(__name__)

DUTIES: Mapping[str, Callable[[datetime], bool]] = {
    "content_batches": batches.is_due,
    "publish_due": publishing.is_due,
    "run_rules": rules.is_due,
}
"""The DAGs, and whether a round of them that begins now would find anything."""
QUEUED = "queued"
ROUND = "round_at"
"""In a started round's configuration: the minute whose round it is, though it begins a few seconds later."""


def start_due(airflow: AirflowApi, round_at: datetime) -> list[str]:
    """Start the DAGs that have work; which ones, or why not. No request where none has.

    One whose round is under way gets another one behind it, which sees what has come since; never a second one.
    """
    due = [dag_id for dag_id, is_due in DUTIES.items() if is_due_or_ill(dag_id, is_due, round_at)]
    if not due:
        return []
    try:
        waiting = {run["dag_id"] for run in airflow.open_runs(due) if run["state"] == QUEUED}
        return [start(airflow, dag_id, round_at) for dag_id in due if dag_id not in waiting]
    except Igny8Error as error:
        log.warning("Not started: %s (%s)", ", ".join(due), error)
        return [f"not started: {error}"]


def is_due_or_ill(dag_id: str, is_due: Callable[[datetime], bool], round_at: datetime) -> bool:
    """Whether it has work. One that cannot tell is started, and its own task's log says what is wrong."""
    try:
        return is_due(round_at)
    except Exception:
        log.exception("Whether %s has work cannot be told", dag_id)
        return True


def start(airflow: AirflowApi, dag_id: str, round_at: datetime) -> str:
    """Start its round of this minute, which may have been started already by a task that died since."""
    try:
        airflow.trigger(dag_id, {ROUND: round_at.isoformat()}, dag_run_id=f"due__{round_at.isoformat()}")
    except Conflict:
        return f"{dag_id}: was started before"
    return dag_id


def round_of(dag_run: Any) -> datetime:  # noqa: ANN401 - Airflow hands in its DAG run
    """The minute whose round a DAG run is."""
    told = (dag_run.conf or {}).get(ROUND)
    instant: datetime = datetime.fromisoformat(told) if told else dag_run.run_after
    return instant
