"""What a task would import first, imported once in the scheduler: LocalExecutor's workers and their task processes are
forked from it, so that each of them has it from the start and shares the memory."""

from __future__ import annotations

import importlib
import logging

from airflow.listeners import hookimpl

log = logging.getLogger(__name__)

SCHEDULER = "SchedulerJob"
MODULES = (
    "airflow.sdk.execution_time.task_runner",
    "airflow.providers.standard.decorators.python",
    "airflow.providers.standard.decorators.branch_python",
    "airflow.providers.standard.decorators.short_circuit",
    "igny8_dags.stage_group",
    "igny8_dags.runbook",
    "igny8_dags.trigger_form",
)
"""In an empty run a task's own work takes a tenth of a second, these imports one."""


@hookimpl
def on_starting(component: object) -> None:
    """Import before the first worker is forked; what cannot be imported here, the task will import itself."""
    if getattr(component, "job_type", "") != SCHEDULER:
        return
    for name in MODULES:
        try:
            importlib.import_module(name)
        except ImportError as error:
            log.warning("Not imported ahead: %s (%s)", name, error)
    from igny8_lib.ai.client import warm_up  # noqa: PLC0415 - in the scheduler only

    warm_up()
