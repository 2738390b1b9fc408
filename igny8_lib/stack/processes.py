"""The processes of a stack: found by the variable they all inherit, whoever their parent is by now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from igny8_lib.stack.layout import Layout
from igny8_lib.stack.supervisor import MARKER

KIBIBYTE = 1024


@dataclass(frozen=True)
class ProcessMemory:
    """Memory of one process, in bytes."""

    pid: int
    title: str
    pss: int
    """Proportional set size: pages shared by n processes count 1/n each, so that a sum counts none twice."""


def stack_processes(layout: Layout) -> list[psutil.Process]:
    """All processes of the stack, supervisor included; also those that outlived their parents."""
    own = {process.pid: process for process in psutil.process_iter() if belongs(process, layout)}
    for process in list(own.values()):  # PostgreSQL's children overwrite their environment with their title
        for child in children(process):
            own.setdefault(child.pid, child)
    return list(own.values())


def belongs(process: psutil.Process, layout: Layout) -> bool:
    """Whether the process inherited the stack's marker."""
    try:
        return process.environ().get(MARKER) == str(layout.home) and process.pid != psutil.Process().pid
    except psutil.Error:
        return False


def children(process: psutil.Process) -> list[psutil.Process]:
    """All descendants; none of a process that has ended."""
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def end_all(processes: list[psutil.Process], *, polite_seconds: float = 5) -> int:
    """Ask the processes to end, then kill what is left. Returns how many there were."""
    for process in processes:
        quietly(process.terminate)
    _, alive = psutil.wait_procs(processes, timeout=polite_seconds)
    for process in alive:
        quietly(process.kill)
    psutil.wait_procs(alive, timeout=5)
    return len(processes)


def quietly(action: Callable[[], object]) -> None:
    """Do it, unless the process is gone."""
    try:
        action()
    except psutil.Error:
        return


def memory(layout: Layout) -> list[ProcessMemory]:
    """What each process of the stack takes, largest first."""
    found = [process_memory(process) for process in stack_processes(layout)]
    return sorted((entry for entry in found if entry), key=lambda entry: -entry.pss)


def process_memory(process: psutil.Process) -> ProcessMemory | None:
    """One process's memory; None when it has ended. Where the system tells no PSS, its resident set counts whole."""
    try:
        title = " ".join(part for part in process.cmdline() if part) or process.name()
        return ProcessMemory(process.pid, title, proportional_set_size(process))
    except (psutil.Error, OSError):
        return None


def proportional_set_size(process: psutil.Process) -> int:
    """PSS in bytes."""
    rollup = Path(f"/proc/{process.pid}/smaps_rollup")
    if not rollup.exists():
        return int(process.memory_info().rss)
    for line in rollup.read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * KIBIBYTE
    return 0
