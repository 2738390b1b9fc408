"""Processes whose changes to files are counted, by Python's own audit events: to die at one, to tell of each.

An event comes before its change: who dies at the third has made two.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.killing import Countdown, fork

CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate"})
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
Tell = Callable[[str], None]


def tell_of_changes(below: Path, tell: Tell) -> None:
    """From now on tell of each change to a file below the folder that this process is about to make, and of locks."""

    def heard(event: str, given: tuple[Any, ...]) -> None:
        if event == "fcntl.flock" or (is_change(event, given) and is_below(given[0], below)):
            tell(event)

    sys.addaudithook(heard)


def is_change(event: str, given: tuple[Any, ...]) -> bool:
    """Whether the event changes a file; a lock's own file says nothing."""
    if event == "open":
        return bool(given[2] & WRITES) and not str(given[0]).endswith("lock")
    return event in CHANGES


def is_below(path: object, folder: Path) -> bool:
    """Whether the path lies in the folder; a name alone is what is deleted with its folder."""
    if not isinstance(path, str | os.PathLike):
        return False
    return not Path(path).is_absolute() or Path(path).is_relative_to(folder)


def dies_at(step: int, below: Path, life: Callable[[], object]) -> bool:
    """Whether a process with this life is killed at its step, counted from 1; its life is shorter otherwise."""

    def counted() -> None:
        countdown = Countdown(step)
        tell_of_changes(below, lambda event: None if event == "fcntl.flock" else countdown())
        life()

    process = fork.Process(target=counted)
    process.start()
    process.join(120)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode == -signal.SIGKILL
