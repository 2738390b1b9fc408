"""Tasks that get no worker, and tasks whose worker is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from igny8_lib.metrics.executor import QUEUED_LONG, SILENT_LONG, Tasks, executor
from igny8_lib.metrics.part import State

WELL = Tasks(queued=2, queued_seconds=5, running=3, silent_seconds=1, workers=2)


@pytest.mark.parametrize(
    ("tasks", "state"),
    [
        (WELL, State.OK),
        (replace(WELL, workers=None), State.OK),
        (replace(WELL, workers=0), State.ILL),
        (replace(WELL, queued_seconds=QUEUED_LONG + 1), State.ILL),
        (replace(WELL, silent_seconds=SILENT_LONG + 1), State.ILL),
    ],
)
def test_what_waits_too_long_or_is_silent_is_ill_and_says_what_to_do(tasks: Tasks, state: State) -> None:
    part = executor(tasks)
    assert part.state is state
    assert bool(part.todo) is (state is not State.OK)
    assert part.says.startswith("2 tasks are queued, 3 run")


def test_workers_are_told_where_there_are_any() -> None:
    assert executor(WELL).says == "2 tasks are queued, 3 run; 2 workers answer."
    assert executor(replace(WELL, workers=None)).says == "2 tasks are queued, 3 run."
