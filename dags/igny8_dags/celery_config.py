"""Celery's configuration: the provider's own, and a worker that is warm before its pool is forked.

A task of a cold worker takes 1.66 CPU seconds, of a warm one 0.95. The plugin igny8_warm_up does that for the
scheduler of a LocalExecutor, which Airflow tells of its start; a Celery worker is no job of Airflow's, so Celery says
when: `import_modules` comes once, in the worker's main process. The provider freezes the garbage collector's objects by
the same signal, after this module: what was imported here is then shared by all processes of the pool.
"""

from __future__ import annotations

import logging
import sys

from airflow.providers.celery.executors.default_celery import DEFAULT_CELERY_CONFIG
from celery.signals import import_modules  # type: ignore[import-untyped]

log = logging.getLogger(__name__)

CONFIG = DEFAULT_CELERY_CONFIG
WORKER = ["celery", "worker"]
"""The words of the command whose process is warmed up; schedulers read this configuration, too."""


@import_modules.connect(weak=False)  # type: ignore[untyped-decorator]
def warm(**_: object) -> None:
    """Import what tasks need. What cannot be had here, the task gets for itself."""
    if sys.argv[1:3] != WORKER:
        return
    import igny8_warm_up  # noqa: PLC0415 - a plugin: on the path once Airflow has found its folder

    igny8_warm_up.warm()
