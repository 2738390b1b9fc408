"""What Airflow tells the product about DAG runs, in the scheduler and (for what people do by hand) in the API server.

A listener holds up its caller, so each does one short thing.
"""

from __future__ import annotations

from airflow.listeners import hookimpl
from airflow.models.dagrun import DagRun
from airflow.models.pool import Pool
from airflow.utils.session import create_session

from igny8_lib.sites.naming import pool_name, slug_of


@hookimpl
def on_dag_run_running(dag_run: DagRun, msg: str) -> None:  # noqa: ARG001 - Airflow's signature
    """Make the site's pool of one slot before its first task is scheduled: a task without its pool waits for ever."""
    if slug := slug_of(dag_run.dag_id):
        with create_session(scoped=False) as session:
            Pool.create_or_update_pool(
                name=pool_name(slug),
                slots=1,
                description=f"Site {slug}: one task at a time",
                include_deferred=False,
                session=session,
            )
