"""What batches of articles take of Airflow: how many workers a round has, and the work of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from igny8_dags.connections import endpoint, sessions
from igny8_dags.workers import name_workers
from igny8_lib.batches.queueing import count_open


def is_due(_: datetime) -> bool:
    """Whether a round would find anything; one statement."""
    return bool(find_workers())


def find_workers() -> list[str]:
    """The workers of this round by name, none in an idle minute."""
    with sessions()() as session:
        waiting = count_open(session)
    return name_workers(waiting)


def work_some() -> dict[str, Any]:
    """The work of one of them; its counts."""
    from igny8_lib.batches.work import Worker  # noqa: PLC0415 - what reads texts and asks the AI is slow to import

    return Worker(sessions(), endpoint).work().as_json()
