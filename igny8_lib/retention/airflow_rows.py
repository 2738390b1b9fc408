"""Airflow's own tables. The library knows their parts by name alone: the API server, which is Airflow and has its
database anyway, removes one batch per request (plugins/igny8_upkeep.py), as old as its own settings say.

So no task needs an address of Airflow's database, and whoever may ask cannot ask for anything younger.
"""

from __future__ import annotations

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.retention.watch import Watch

FREQUENT_DAGS = ("content_batches", "publish_due", "reconcile_runs", "run_rules", "sync_wordpress")
"""The platform's DAGs that run every few minutes or seconds: nobody looks at the thousandth idle round."""
AIRFLOW_PARTS = (
    "frequent_dag_runs",
    "dag_runs",
    "event_log",
    "celery_results",
    "jobs",
    "import_errors",
    "dag_versions",
    "callbacks",
    "sessions",
    "revoked_tokens",
)
"""In the order in which they are removed: versions of DAGs only after the task instances that name them."""


def remove_airflow_rows(airflow: AirflowApi, part: str, watch: Watch) -> int:
    """Remove all old rows of a part, batch by batch; how many, those not counted that hang on them.

    Raises AirflowUnreachable, and NotAllowed for a user without the right.
    """
    total = 0
    while not watch.reason:
        removed = int(airflow.request("POST", f"/igny8-upkeep/{part}")["rows"])
        if not removed:
            break
        total += removed
    return total


def count_airflow_rows(airflow: AirflowApi, part: str) -> int:
    """How many would be removed. Raises as `remove_airflow_rows`."""
    return int(airflow.request("GET", f"/igny8-upkeep/{part}")["rows"])
