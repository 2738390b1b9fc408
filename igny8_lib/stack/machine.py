"""What the machine has to give: cores, memory, disk. Containers' limits count, not the host's size."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import psutil

MEBIBYTE = 1024 * 1024
TASK_MEMORY = 160 * MEBIBYTE
"""Of one working task: its own pages of the process that supervises it and of the one that runs its code."""
STACK_MEMORY = 1_200 * MEBIBYTE
"""Of all services while no task runs."""
MOST_TASKS = 16


def cores() -> int:
    """Processor cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else (os.cpu_count() or 1)


def memory() -> int:
    """Bytes of memory this process may use: the machine's, or a control group's limit where that is lower."""
    limits = [psutil.virtual_memory().total]
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            limits.append(int(Path(path).read_text()))
        except (OSError, ValueError):  # no control groups here, or "max"
            continue
    return min(limits)


def task_processes(*, cores: int, memory: int) -> int:
    """How many tasks may run at once: two per core, as they mostly wait for the AI provider, within half of what
    memory the services leave; 2 at least, so that two sites never wait for each other."""
    room = max(0, memory - STACK_MEMORY) // 2 // TASK_MEMORY
    return max(2, min(2 * cores, room, MOST_TASKS))


def free_disk(folder: Path) -> int:
    """Bytes free where the folder is, or will be."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
