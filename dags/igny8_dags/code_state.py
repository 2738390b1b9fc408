"""Which state of the code a DAG was built from: the dag-processor builds anew what was built from another."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("igny8_dags", "igny8_lib", "igny8_timetable")
"""What a site's DAG is built by: two packages and a module."""
INHERITED: list[str] = []
"""The state of the code that this process imported before it was forked into those that parse; empty elsewhere."""


def code_state() -> str:
    """A fingerprint of the files the packages lie in now: their names, sizes and times of change."""
    return hashlib.sha256(repr(sorted(seen_files())).encode()).hexdigest()


def seen_files() -> Iterator[tuple[str, int, int]]:
    """Path, size and time of change of each Python file."""
    import igny8_timetable  # noqa: PLC0415 - on the path of Airflow's processes only

    import igny8_lib  # noqa: PLC0415 - as the one that is used now

    yield stamp(igny8_timetable.__file__)
    for folder in (Path(__file__).parent, Path(igny8_lib.__file__).parent):
        for parent, folders, files in os.walk(folder):
            folders[:] = [name for name in folders if name not in ("__pycache__", "migrations")]
            yield from (stamp(os.path.join(parent, name)) for name in files if name.endswith(".py"))  # noqa: PTH118


def stamp(path: str) -> tuple[str, int, int]:
    """One file's; zeros for one that has just gone."""
    try:
        now = os.stat(path)  # noqa: PTH116 - a thousand of them, several times a minute
    except FileNotFoundError:
        return path, 0, 0
    return path, now.st_size, now.st_mtime_ns


def forget_old_code() -> None:
    """Drop the packages from this process's modules, so that what is imported next is the code on disk."""
    for name in list(sys.modules):
        if name.partition(".")[0] in PACKAGES:
            del sys.modules[name]


def is_outdated() -> bool:
    """Whether this process was given modules by its parent whose files have changed since."""
    return bool(INHERITED) and INHERITED[0] != code_state()
