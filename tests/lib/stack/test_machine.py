"""Parallelism fits the machine."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.stack import machine
from igny8_lib.stack.machine import MEBIBYTE, MOST_TASKS, STACK_MEMORY, TASK_MEMORY, task_processes


@given(cores=st.integers(1, 256), memory=st.integers(0, 2**40))
def test_two_tasks_always_run_and_never_more_than_memory_allows(cores: int, memory: int) -> None:
    tasks = task_processes(cores=cores, memory=memory)
    assert 2 <= tasks <= MOST_TASKS
    assert tasks == 2 or STACK_MEMORY + tasks * TASK_MEMORY <= memory


def test_a_small_machine_of_two_cores_runs_four_tasks_within_two_gigabytes() -> None:
    assert task_processes(cores=2, memory=8_000 * MEBIBYTE) == 4
    assert STACK_MEMORY + 4 * TASK_MEMORY < 2_000 * MEBIBYTE


def test_this_machine_has_cores_memory_and_disk(tmp_path: Path) -> None:
    assert machine.cores() >= 1
    assert machine.memory() > 100 * MEBIBYTE
    missing, there = (machine.free_disk(path) for path in (tmp_path / "not" / "there" / "yet", tmp_path))
    assert abs(missing - there) < 1024 * MEBIBYTE, "other processes write meanwhile, but it is the same disk"
