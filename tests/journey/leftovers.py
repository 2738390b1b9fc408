"""What a stack has open: its processes, those of them that are dead and not taken away, connections nobody uses."""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from tests.stack import TASK_TITLE, Stack, title

BACKEND = re.compile(r"^postgres: \S+ \S+ [\d.]+\((?P<port>\d+)\)")
"""PostgreSQL's process of one connection: user, database, the client's address and port, what it does now."""
STATE = re.compile(r"<.*>|[0-9a-f-]{6,}|\d+|\s+$")
"""What a title says of the moment: `<idle>`, the task in work, numbers."""
PAUSE = 0.5


@dataclass(frozen=True)
class Footprint:
    """Counts at one instant."""

    processes: Counter[str]
    """Living ones by what they call themselves, without numbers and states. Left out: processes of tasks, and of
    connections, whose number goes up and down with the pools of the processes that have them."""
    zombies: int
    orphans: int
    """Connections whose client is no living process of the stack or of these tests."""

    def growth_since(self, before: Footprint) -> dict[str, int]:
        """What there is more of than before."""
        more = dict(self.processes - before.processes)
        if self.zombies > before.zombies:
            more["zombies"] = self.zombies - before.zombies
        return more | ({"connections of nobody": self.orphans} if self.orphans else {})


def footprint_of(stack: Stack) -> Footprint:
    """The stack's counts now."""
    processes = stack.processes()
    dead = [process for process in processes if status_of(process) == psutil.STATUS_ZOMBIE]
    names = [name for process in processes if (name := title(process)) and not TASK_TITLE.search(name)]
    backends = [found for name in names if (found := BACKEND.match(name))]
    used = ports_of([*processes, psutil.Process(os.getpid())])
    return Footprint(
        processes=Counter(without_state(name) for name in names if not BACKEND.match(name)),
        zombies=len(dead),
        orphans=sum(int(backend["port"]) not in used for backend in backends),
    )


def ports_of(processes: Iterable[psutil.Process]) -> set[int]:
    """The local ports of their connections."""
    ports: set[int] = set()
    for process in processes:
        try:
            ports |= {connection.laddr.port for connection in process.net_connections() if connection.laddr}
        except psutil.Error:  # it has just ended
            continue
    return ports


def status_of(process: psutil.Process) -> str:
    """Whether it runs, sleeps or is a zombie; empty once it is gone."""
    try:
        return str(process.status())
    except psutil.Error:
        return ""


def without_state(name: str) -> str:
    """The title's first words, alike for all processes of one kind."""
    return STATE.sub("", name)[:80].strip()


def assert_no_growth(stack: Stack, before: Footprint, *, seconds: float = 120) -> None:
    """Wait for an instant at which the stack has no more open than before: between two tasks of its own DAGs."""
    deadline = time.monotonic() + seconds
    while growth := footprint_of(stack).growth_since(before):
        if time.monotonic() > deadline:
            raise AssertionError(f"Left behind: {growth}; before: {dict(before.processes)}")
        time.sleep(PAUSE)
