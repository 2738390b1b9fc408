"""What must hold before the stack starts; each failure is one sentence that says what to do."""

from __future__ import annotations

import sys

from igny8_lib.errors import PermanentError
from igny8_lib.stack import machine
from igny8_lib.stack.machine import MEBIBYTE
from igny8_lib.stack.ports import require_free
from igny8_lib.stack.services import Stack

DISK_NEEDED = 500 * MEBIBYTE
"""Two databases, logs and images of a few runs."""
OLDEST_PYTHON = (3, 11)


class DiskFull(PermanentError):
    """Too little disk for databases and images."""

    def __init__(self, folder: str, free: int, needed: int) -> None:
        super().__init__(
            f"Only {free // MEBIBYTE} MB are free for {folder}, {needed // MEBIBYTE} MB are needed: make room, or put "
            "the data elsewhere with IGNY8_HOME=/another/folder."
        )
        self.folder = folder
        self.free = free
        self.needed = needed


class PythonTooOld(PermanentError):
    """The interpreter cannot run the stack."""


def check(stack: Stack) -> None:
    """Raise the first thing that stands in the way of a start."""
    check_python(sys.version_info[:2])
    check_disk(stack, needed=DISK_NEEDED)
    for service, (port, variable) in stack.ports().items():
        require_free(service, port, variable)


def check_python(version: tuple[int, int]) -> None:
    """Raise PythonTooOld below 3.11."""
    if version < OLDEST_PYTHON:
        found = ".".join(map(str, version))
        raise PythonTooOld(f"Python 3.11 or newer is needed, this is {found}: run `make run PYTHON=python3.11`.")


def check_disk(stack: Stack, *, needed: int) -> None:
    """Raise DiskFull where fewer bytes are free."""
    free = machine.free_disk(stack.layout.home)
    if free < needed:
        raise DiskFull(str(stack.layout.home), free, needed)
