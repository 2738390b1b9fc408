"""Whether tasks get a worker, and whether those that run show signs of life."""

from __future__ import annotations

from dataclasses import dataclass

from igny8_lib.metrics.part import Part, State, well

NAME = "executor"
QUEUED_LONG = 600.0
"""Seconds; a lost message is sent again after 120, and a busy platform lets tasks wait for some minutes."""
SILENT_LONG = 60.0
"""Seconds; a task tells of itself every second, and a scheduler gives up one that was silent for 20."""


@dataclass(frozen=True)
class Tasks:
    """What Airflow's database and its workers say now."""

    queued: int
    queued_seconds: float
    """Of the one that is queued longest."""
    running: int
    silent_seconds: float
    """Of the running one that has been silent longest."""
    workers: int | None
    """Celery workers that answer; None where tasks run below the scheduler."""


def executor(tasks: Tasks) -> Part:
    """How it is."""
    answer = "" if tasks.workers is None else f"; {tasks.workers} workers answer"
    told = f"{tasks.queued} tasks are queued, {tasks.running} run{answer}."
    if tasks.workers == 0:
        todo = "Look whether Redis and the workers run: tasks wait, none fails for it."
        return Part(NAME, State.ILL, told, todo)
    if tasks.queued_seconds > QUEUED_LONG:
        told = f"{told} The longest has been queued for {minutes(tasks.queued_seconds)}."
        todo = "Look at the log of the scheduler, and whether workers take tasks; add workers where all are busy."
        return Part(NAME, State.ILL, told, todo)
    if tasks.silent_seconds > SILENT_LONG:
        told = f"{told} One has given no sign of life for {minutes(tasks.silent_seconds)}: its worker died or hangs."
        todo = "Look at the scheduler, which should have given it up after 20 seconds, and at that worker."
        return Part(NAME, State.ILL, told, todo)
    return well(NAME, told)


def minutes(seconds: float) -> str:
    """As people say it."""
    return f"{seconds / 60:.0f} minutes"
