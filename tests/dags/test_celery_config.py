"""What a worker that was killed leaves behind: processes as Celery and Airflow fork them, one below the other."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection

import psutil
import pytest
from celery.signals import worker_process_init  # type: ignore[import-untyped]

from tests.dags.conftest import DAGS
from tests.stack import until

fork = multiprocessing.get_context("fork")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nobody hears of his parent's death elsewhere")


def live_in_pool(tell: Connection) -> None:
    """A process of a worker's pool: it forks a task, which forks a helper of its own."""
    sys.path.insert(0, str(DAGS))
    import igny8_dags.celery_config  # noqa: F401, PLC0415 - as Celery does, by the setting

    worker_process_init.send(sender=None)
    if os.fork() == 0:
        helper = os.fork()
        if helper:
            tell.send((os.getpid(), helper))
        time.sleep(60)
        os._exit(0)
    time.sleep(60)


def test_a_task_ends_with_the_process_that_keeps_up_its_heartbeat_and_what_it_forked_does_not() -> None:
    hear, tell = fork.Pipe(duplex=False)
    process = fork.Process(target=live_in_pool, args=(tell,))
    process.start()
    assert hear.poll(60)
    task, helper = (psutil.Process(pid) for pid in hear.recv())
    try:
        assert task.is_running()
        os.kill(process.pid or 0, signal.SIGKILL)
        os.waitpid(process.pid or 0, 0)  # join() would wait for whoever inherited its pipe
        until(lambda: is_gone(task) or None, "the task has ended", 30)
        assert not is_gone(helper)
    finally:
        for left in (task, helper):
            with suppress(psutil.NoSuchProcess):
                left.kill()


def is_gone(process: psutil.Process) -> bool:
    """Whether it has ended, whoever takes it away."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
