"""What Airflow tells the product about DAG runs, in the scheduler and (for what people do by hand) in the API server.

A listener holds up its caller, so each does one short thing, and none ever raises: what does not work here is done by
the reconciler within a minute.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from airflow.listeners import hookimpl
from airflow.models.connection import Connection
from airflow.models.dagrun import DagRun
from airflow.models.log import Log
from airflow.utils.session import create_session
from igny8_dags.pools import write_pool
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from igny8_lib.airflow_api.client import SLOTS_OF_A_SITE
from igny8_lib.db.scope import PLATFORM
from igny8_lib.db.session import make_engine, session_factory
from igny8_lib.pipeline.airflow_mirror import dag_run_ended
from igny8_lib.pipeline.site_pools import describe_pool
from igny8_lib.settings import load
from igny8_lib.sites.naming import pool_name, slug_of

log = logging.getLogger(__name__)

DATABASE = "igny8_postgres"
PATIENCE_SECONDS = 3
"""Of the product database: to connect, and for each statement."""
BY_HAND = "manually"
"""In Airflow's message when people set a DAG run's state."""


@hookimpl
def on_dag_run_running(dag_run: DagRun, msg: str) -> None:  # noqa: ARG001 - Airflow's signature
    """Make the site's pool of one slot before its first task is scheduled: a task without its pool waits for ever."""
    slug = slug_of(dag_run.dag_id)
    if slug is None:
        return
    try:
        make_pool(slug)
    except Exception:
        log.exception("The pool of site %s is left to the reconciler", slug)


def make_pool(slug: str) -> None:
    """Make the site's pool, or set it back to one slot, in Airflow's own database."""
    with create_session(scoped=False) as session:
        write_pool(session, pool_name(slug), SLOTS_OF_A_SITE, describe_pool(slug))


@hookimpl
def on_dag_run_success(dag_run: DagRun, msg: str) -> None:
    """End the run's record where people marked the DAG run."""
    mirror_end(dag_run, "success", msg)


@hookimpl
def on_dag_run_failed(dag_run: DagRun, msg: str) -> None:
    """End the run's record where people marked the DAG run, or where its tasks died without booking the end."""
    mirror_end(dag_run, "failed", msg)


def mirror_end(dag_run: DagRun, state: str, msg: str) -> None:
    """Bring the record to its DAG run's end, in one short transaction."""
    if not slug_of(dag_run.dag_id):
        return
    by_hand = BY_HAND in msg
    try:
        with product_session() as session:
            dag_run_ended(
                session,
                dag_run.dag_id,
                dag_run.run_id,
                state,
                by_hand=by_hand,
                who=lambda: who_marked(dag_run.dag_id, dag_run.run_id),
            )
    except Exception:
        log.exception("The end of %s %s is left to the reconciler", dag_run.dag_id, dag_run.run_id)


@contextmanager
def product_session() -> Iterator[Session]:
    """A transaction on the product database. Nothing stays open: the scheduler forks."""
    url = load().database_url or Connection.get_connection_from_secrets(DATABASE).get_uri()
    engine = make_engine(url, pool_size=1, connect_seconds=PATIENCE_SECONDS)
    try:
        with session_factory(engine, PLATFORM).begin() as session:
            session.execute(text(f"SET LOCAL statement_timeout = '{PATIENCE_SECONDS}s'"))
            yield session
    finally:
        engine.dispose()


def who_marked(dag_id: str, dag_run_id: str) -> str:
    """The user whose request this is, from Airflow's event log; empty where it does not say."""
    query = select(Log.owner).where(Log.event == "patch_dag_run", Log.dag_id == dag_id, Log.run_id == dag_run_id)
    with create_session(scoped=False) as session:
        return session.scalar(query.order_by(Log.id.desc()).limit(1)) or ""
