"""One folder for a whole test session: its PostgreSQL, its stacks; whatever a worker leaves behind is ended from here.

The process that people start owns the folder; the workers it starts find it in the environment.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import psutil

from igny8_lib.stack import lifecycle
from igny8_lib.stack.layout import Layout
from tests import wordpress_processes

VARIABLE = "IGNY8_TEST_FOLDER"
STACK = "stack-"
WORDPRESS = "wordpress-"
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
ROOM = 2 << 30
"""Bytes that a session may fill; it fills about a tenth."""
SPARE = 8 << 30
"""Bytes of memory that must be free for it, two stacks included."""


def make() -> Path:
    """A new folder, which this process and those it starts use from now on."""
    folder = Path(tempfile.mkdtemp(prefix="igny8-test-", dir=place()))
    os.environ[VARIABLE] = str(folder)
    return folder


def place() -> Path | None:
    """Memory, where there is plenty: a database is copied there for a tenth of the work. Else the usual place."""
    if not IN_MEMORY.is_dir() or psutil.virtual_memory().available < SPARE:
        return None
    return IN_MEMORY if shutil.disk_usage(IN_MEMORY).free >= ROOM else None


def stack_home() -> Path:
    """An empty folder for a stack; outside a test session (benchmarks) one of the system's temporary folders."""
    return Path(tempfile.mkdtemp(prefix=STACK, dir=os.environ.get(VARIABLE)))


def wordpress_folder() -> Path:
    """An empty folder for WordPress servers; their sockets need a short path."""
    return Path(tempfile.mkdtemp(prefix=WORDPRESS, dir=os.environ.get(VARIABLE)))


def remove(folder: Path) -> None:
    """End the stacks and servers that an interrupted worker could not end itself, and remove the folder."""
    for servers in folder.glob(f"{WORDPRESS}*"):
        wordpress_processes.stop(servers)
    for home in folder.glob(f"{STACK}*"):
        lifecycle.down(Layout.of(home))
    os.environ.pop(VARIABLE, None)
    shutil.rmtree(folder, ignore_errors=True)
