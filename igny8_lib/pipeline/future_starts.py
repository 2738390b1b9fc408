"""DAG runs that people gave a date in the future: withdrawn with a reason, for Airflow would hold the site for them.

Airflow accepts such a run, and starts none of its tasks before that date. Until then it takes the one place that the
site's DAG has for running, and no task of ours is there to see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from igny8_lib import clock
from igny8_lib.airflow_api.client import ENDED_STATES, AirflowApi
from igny8_lib.db.session import Sessions
from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import AutomationRun, Trigger
from igny8_lib.pipeline import leases, runs
from igny8_lib.pipeline.runs import Start
from igny8_lib.sites.naming import slug_of
from igny8_lib.sites.sites import site_by_slug

SOON = timedelta(minutes=1)
"""So far ahead a date is no matter: the clocks of two machines differ, and the run begins within a minute by itself."""
DATES = ("logical_date", "run_after")
"""What Airflow waits for."""


def future_date(dag_run: Mapping[str, Any], now: datetime) -> datetime | None:
    """The date in the future that the DAG run waits for; None where it waits for none."""
    dates = [datetime.fromisoformat(dag_run[name]) for name in DATES if dag_run.get(name)]
    return max((date for date in dates if date > now + SOON), default=None)


def withdraw(sessions: Sessions, airflow: AirflowApi, dag_run: Mapping[str, Any]) -> AutomationRun | None:
    """Record the start as refused and end its DAG run; None where it has begun or ended meanwhile.

    The record comes first: should Airflow not answer then, the reconciler finds a DAG run that goes on after its record
    has ended. Raises NotFound for a site that is gone, AirflowUnreachable.
    """
    slug = slug_of(dag_run["dag_id"])
    if slug is None:
        raise NotFound(f"{dag_run['dag_id']} is no site's DAG.")
    refused = record_refusal(sessions, airflow, dag_run, slug)
    if refused:
        airflow.end_run(refused.dag_id, refused.dag_run_id)
    return refused


def record_refusal(
    sessions: Sessions, airflow: AirflowApi, dag_run: Mapping[str, Any], slug: str
) -> AutomationRun | None:
    """The failed run that says why; None where the DAG run is no start in the future any more."""
    try:
        current = airflow.dag_run(dag_run["dag_id"], dag_run["dag_run_id"])
    except NotFound:
        return None
    date = future_date(current, clock.now())
    if date is None or current["state"] in ENDED_STATES:
        return None
    start = start_of(current, slug)
    with sessions.begin() as session:
        site = site_by_slug(session, slug)
        leases.lock_lease(session, site.id)
        if runs.find(session, start.dag_id, start.dag_run_id):
            return None
        return runs.refuse(session, site, start, InvalidInput(sentence_of(date)))


def start_of(dag_run: Mapping[str, Any], slug: str) -> Start:
    """Who started it, as the DAG run tells it."""
    return Start(
        site_slug=slug,
        dag_id=dag_run["dag_id"],
        dag_run_id=dag_run["dag_run_id"],
        trigger=Trigger.MANUAL,
        triggered_by=dag_run.get("triggering_user_name") or "",
        conf={},
    )


def sentence_of(date: datetime) -> str:
    """Why the start was refused, and what to do."""
    return (
        f"It was to start at {date:%Y-%m-%d %H:%M} UTC, and would have kept the site from all other runs until then. "
        "Start it without a date, or give the site a schedule."
    )
