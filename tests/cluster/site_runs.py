"""A site's run on a cluster while things are killed, and what must hold afterwards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from igny8_lib.models import LedgerEntry
from igny8_lib.sites.configuration import configure
from igny8_lib.stack.components import MACHINES
from tests.journey.invariants import assert_at_rest
from tests.journey.site_rows import site_of
from tests.journey.sites import make_site
from tests.stack import Stack

LATENCY = 0.5
"""Seconds of each answer while something is killed."""
WAITED_FOR = 30.0
"""Seconds of an answer in whose middle something is looked at and killed, on a slow machine, too."""
SMALL = {"ideas_per_cluster": 1, "images_per_content": 1, "max_tasks_per_run": 3}
"""Settings of sites that have a task of each kind, and few items."""


def make_small_site(stack: Stack, slug: str) -> None:
    """A site whose run takes a minute."""
    make_site(stack, slug)
    with stack.sessions.begin() as session:
        configure(session, site_of(session, slug).id, SMALL)


def done(stack: Stack, dag: str, run: str) -> int:
    """Tasks of the run that have ended well."""
    return sum(task["state"] == "success" for task in stack.tasks(dag, run))


def working(stack: Stack, dag: str, run: str) -> dict[str, Any] | None:
    """The run's task that asks the AI now: a message that a worker only has in hand would wait two minutes."""
    found = (task for task in stack.tasks(dag, run) if task["task_id"].endswith(".process"))
    return next((task for task in found if task["state"] == "running"), None)


def worker_of(task: dict[str, Any]) -> str:
    """The worker that has the task."""
    return next(f"worker-{machine.number}" for machine in MACHINES if machine.host == task["hostname"])


def kill_and_wait(stack: Stack, victim: str) -> None:
    """Kill it with everything below it, and wait until it is started again; not until it works again."""
    stack.wait_for_restart(victim, stack.kill_tree(victim))
    stack.forget()


def assert_nothing_double(stack: Stack, slug: str) -> None:
    """The site is at rest, and nothing was charged twice."""
    assert_at_rest(stack.sessions, slug)
    with stack.sessions() as session:
        mine = LedgerEntry.site_id == site_of(session, slug).id
        keys = session.scalars(select(LedgerEntry.idempotency_key).where(mine)).all()
    assert keys
    assert len(keys) == len(set(keys))
