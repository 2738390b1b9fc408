"""LocalExecutor's workers end with their scheduler.

Each worker waits for work on a pipe whose writing end its siblings hold open, too: it never hears that the scheduler
was killed, and a machine would gather some idle processes with each crash. So the system tells them (Linux only:
elsewhere they stay until `make stop`). Who has a task in work sees it through.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

from airflow.jobs.job import Job
from airflow.listeners import hookimpl
from setproctitle import getproctitle

SCHEDULER = "scheduler"
PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process gets when its parent dies."""
IDLE = "<idle>"
"""What a worker's title says while it waits for a task."""
PAUSE = 0.2


@hookimpl
def on_starting(component: object) -> None:
    """Ask for it before the scheduler forks its first worker."""
    if isinstance(component, Job) and SCHEDULER in sys.argv[1:2] and sys.platform == "linux":
        end_with(os.getpid())


def end_with(parent: int) -> None:
    """From now on whatever this process forks ends when `parent`, this process, has died."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up here: a forked child should do little
    os.register_at_fork(after_in_child=lambda: watch(parent, prctl))


def watch(parent: int, prctl: ctypes._NamedFuncPointer) -> None:
    """In the forked child. What a child forks in its turn has another parent, and is left alone."""
    if os.getppid() != parent:
        return
    signal.signal(signal.SIGRTMIN, lambda *_: threading.Thread(target=end_when_idle, daemon=True).start())
    prctl(PR_SET_PDEATHSIG, int(signal.SIGRTMIN))


def end_when_idle() -> None:
    """Wait for the end of the task in work, if any."""
    while not getproctitle().rstrip().endswith(IDLE):
        time.sleep(PAUSE)
    os._exit(0)
