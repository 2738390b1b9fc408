"""What a task would import first, imported once in the scheduler: LocalExecutor's workers and their task processes are
forked from it, so that each of them has it from the start and shares the memory."""

from __future__ import annotations

import importlib
import logging
import sys

from airflow.jobs.job import Job
from airflow.listeners import hookimpl

log = logging.getLogger(__name__)

SCHEDULER = "scheduler"
"""The command whose process is warmed up: Airflow tells of a job's start before the job has its type."""
MODULES = (
    "airflow.sdk.execution_time.task_runner",
    "airflow.sdk.io",
    "airflow.providers.standard.decorators.python",
    "airflow.providers.standard.decorators.branch_python",
    "airflow.providers.standard.decorators.short_circuit",
    "psycopg",
    "snowballstemmer",
    "stopwordsiso",
    "sqlalchemy.dialects.postgresql.psycopg",
    "upath.implementations.local",
    "igny8_dags.bundle",
    "igny8_dags.site_dag",
    "igny8_dags.runbook",
    "igny8_dags.trigger_form",
    "igny8_dags.notify",
    "igny8_dags.starting",
    "igny8_dags.untold",
    "igny8_lib.metrics.counting",
    "igny8_lib.pipeline.reconcile",
    "igny8_lib.site_builder.building.rescuing",
)
"""In an empty run a task's own work takes a tenth of a second, these imports one. The last five are what the one task
of every minute needs."""


@hookimpl
def on_starting(component: object) -> None:
    """Warm the scheduler up before its first worker is forked. What cannot be had here, the task gets for itself."""
    if isinstance(component, Job) and SCHEDULER in sys.argv[1:2]:
        warm()


def warm() -> None:
    """Have everything in this process; Celery's workers by igny8_dags.celery_config."""
    for name in MODULES:
        importable(name)
    try:
        warm_up()
    except ImportError as error:
        log.warning("Not warmed up: %s", error)


def importable(name: str) -> None:
    """Import a module, or say why not."""
    try:
        importlib.import_module(name)
    except ImportError as error:
        log.warning("Not imported ahead: %s (%s)", name, error)


def warm_up() -> None:
    """What takes time at the first use and is no import alone."""
    from sqlalchemy.orm import configure_mappers  # noqa: PLC0415 - in the scheduler only

    from igny8_lib.ai import client  # noqa: PLC0415 - in the scheduler only
    from igny8_lib.settings import Settings  # noqa: PLC0415 - in the scheduler only
    from igny8_lib.text import language  # noqa: PLC0415 - in the scheduler only

    configure_mappers()
    Settings()
    client.warm_up()
    language.identifier()  # its model takes a second to read, in each batch of articles otherwise
