"""Which Celery workers take messages, as they say themselves: Airflow's database knows none of them."""

from __future__ import annotations

import logging

from airflow.configuration import conf

log = logging.getLogger(__name__)
WAIT_SECONDS = 1.0
"""A worker answers within a few milliseconds; one that is busy forks its tasks and answers all the same."""


def workers_that_answer() -> int | None:
    """How many workers answer a ping through the broker: 0 where the broker is away, too; takes as long as it waits.
    None where tasks run below the scheduler."""
    if "CeleryExecutor" not in conf.get("core", "executor"):
        return None
    from airflow.providers.celery.executors.celery_executor import app  # noqa: PLC0415 - half a second, with Celery alone

    try:
        return len(app.control.ping(timeout=WAIT_SECONDS, connection=app.connection(connect_timeout=WAIT_SECONDS)))
    except Exception as error:  # noqa: BLE001 - kombu passes on what each transport raises
        log.warning("The broker does not answer: %s", type(error).__name__)
        return 0
