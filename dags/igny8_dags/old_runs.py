"""Old DAG runs of the DAGs that run all day long: removed here, for nobody looks at the thousandth idle round."""

from __future__ import annotations

from datetime import timedelta

from igny8_lib import clock
from igny8_lib.airflow_api.client import AirflowApi

KEPT = {
    "content_batches": timedelta(days=1),
    "publish_due": timedelta(days=1),
    "sync_wordpress": timedelta(days=3),
    "reconcile_runs": timedelta(days=1),
    "run_rules": timedelta(days=1),
}
"""How long the successful runs of each are kept after their end: some 1,000 to 3,000. Those that failed stay."""
AT_ONCE = 100
"""Runs of each DAG that one round removes: several times as many as come in between."""


def remove_old_runs(airflow: AirflowApi) -> dict[str, int]:
    """Remove successful runs that are older than they are kept; how many, by DAG."""
    return {dag_id: remove_runs_of(airflow, dag_id, kept) for dag_id, kept in KEPT.items()}


def remove_runs_of(airflow: AirflowApi, dag_id: str, kept: timedelta) -> int:
    """Remove those of one DAG; how many."""
    old = airflow.ended_runs(dag_id, before=clock.now() - kept, most=AT_ONCE)
    for dag_run_id in old:
        airflow.delete_run(dag_id, dag_run_id)
    return len(old)
