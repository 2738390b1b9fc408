"""What a stack has open: its processes, those of them that are dead and not taken away, its database connections."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass

import psutil
from sqlalchemy import text

from igny8_lib.db.session import Sessions
from tests.stack import TASK_TITLE, Stack, title

CONNECTIONS = text("""
    SELECT coalesce(datname, '') AS database, count(*) AS connections FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY 1
""")
"""Of the whole server: Airflow's database is on the same one."""
PAUSE = 0.5


@dataclass(frozen=True)
class Footprint:
    """Counts at one instant."""

    processes: Counter[str]
    """Living ones by what they call themselves, without numbers; processes of tasks are left out."""
    zombies: int
    connections: Counter[str]
    """By database."""

    def growth_since(self, before: Footprint) -> dict[str, int]:
        """What there is more of than before."""
        more = dict(self.processes - before.processes)
        more |= {f"connections to {name}": count for name, count in (self.connections - before.connections).items()}
        if self.zombies > before.zombies:
            more["zombies"] = self.zombies - before.zombies
        return more


def footprint_of(stack: Stack) -> Footprint:
    """The stack's counts now."""
    processes = stack.processes()
    dead = [process for process in processes if status_of(process) == psutil.STATUS_ZOMBIE]
    names = [name for process in processes if (name := title(process)) and not TASK_TITLE.search(name)]
    return Footprint(Counter(map(without_numbers, names)), len(dead), connections_of(stack.sessions))


def connections_of(sessions: Sessions) -> Counter[str]:
    """Connections by database, without the one that asks."""
    with sessions() as session:
        return Counter({row.database: row.connections for row in session.execute(CONNECTIONS)})


def status_of(process: psutil.Process) -> str:
    """Whether it runs, sleeps or is a zombie; empty once it is gone."""
    try:
        return str(process.status())
    except psutil.Error:
        return ""


def without_numbers(name: str) -> str:
    """The title's first words, alike for all processes of one kind."""
    return re.sub(r"[0-9a-f-]{6,}|\d+", "#", name)[:80]


def assert_no_growth(stack: Stack, before: Footprint, *, seconds: float = 120) -> None:
    """Wait for an instant at which the stack has no more open than before: between two tasks of its own DAGs."""
    deadline = time.monotonic() + seconds
    while growth := footprint_of(stack).growth_since(before):
        if time.monotonic() > deadline:
            raise AssertionError(f"Left behind: {growth}")
        time.sleep(PAUSE)
