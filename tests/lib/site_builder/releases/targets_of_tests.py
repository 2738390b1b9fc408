"""The targets that the rules of deploying are tested on, and the whole of what visitors of one see."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from igny8_lib.site_builder.releases.targets import FolderTarget, ObjectTarget, Target

Make = Callable[[Path], Target]


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """What keeps two deployments into a store apart here, in place of a database's lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


def folder(path: Path) -> Target:
    return FolderTarget(path / "site")


def file_store(path: Path) -> Target:
    return ObjectTarget(f"file://{path}/site", lambda: file_lock(path / "lock"))


def memory_store(path: Path) -> Target:
    return ObjectTarget(f"memory://{path}/site", lambda: file_lock(path / "lock"))


ON_DISK = {"folder": folder, "file store": file_store}
ALL = {**ON_DISK, "memory store": memory_store}


def seen(target: Target) -> dict[str, bytes]:
    """All that visitors see; nothing before the first version."""
    version = target.live()
    return {} if version is None else dict(target.read(version, target.paths(version)))


def everything(path: Path) -> set[str]:
    """The names of all that stands below a folder."""
    return {one.relative_to(path).as_posix() for one in path.rglob("*")}
