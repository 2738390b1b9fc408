"""Celery's configuration: the provider's own, and a worker that is warm before its pool is forked.

A task of a cold worker takes 1.66 CPU seconds, of a warm one 0.95. The plugin igny8_warm_up does that for the
scheduler of a LocalExecutor, which Airflow tells of its start; a Celery worker is no job of Airflow's, so Celery says
when: `import_modules` comes once, in the worker's main process. The provider freezes the garbage collector's objects by
the same signal, after this module: what was imported here is then shared by all processes of the pool.

A worker that is killed takes the processes of its pool with it: Celery asks the system for that. Each task is a process
below one of these, which keeps up its heartbeat. Nobody would hear of it any more, and it would go on beside its second
try. So it ends with its parent, too (Linux only).
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys

from airflow.providers.celery.executors.default_celery import DEFAULT_CELERY_CONFIG
from celery.signals import import_modules, worker_process_init  # type: ignore[import-untyped]

log = logging.getLogger(__name__)

CONFIG = DEFAULT_CELERY_CONFIG
WORKER = ["celery", "worker"]
"""The words of the command whose process is warmed up; schedulers read this configuration, too."""
PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process gets when its parent dies."""


@import_modules.connect(weak=False)  # type: ignore[untyped-decorator]
def warm(**_: object) -> None:
    """Import what tasks need. What cannot be had here, the task gets for itself."""
    if sys.argv[1:3] != WORKER:
        return
    import igny8_warm_up  # noqa: PLC0415 - a plugin: on the path once Airflow has found its folder

    igny8_warm_up.warm()


@worker_process_init.connect(weak=False)  # type: ignore[untyped-decorator]
def hold_tasks(**_: object) -> None:
    """In each process of the pool: the tasks that it forks end with it."""
    if sys.platform != "linux":
        return
    parent, prctl = os.getpid(), ctypes.CDLL(None).prctl  # looked up here: a forked child should do little
    os.register_at_fork(after_in_child=lambda: end_with(parent, prctl))


def end_with(parent: int, prctl: ctypes._NamedFuncPointer) -> None:
    """In the forked child. What a task forks in its turn has another parent, and is left alone."""
    if os.getppid() == parent:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
