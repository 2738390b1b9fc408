"""What tests fetch once per machine: kept in the user's cache, under a file lock, as several may ask."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest


class NotInstalled(Exception):
    """Something cannot run on this machine; says what to install."""


def skip_or_fail(missing: NotInstalled) -> None:
    """Skip the test where something is missing; in CI it fails."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(str(missing))


def kept(name: str, make: Callable[[Path], Path]) -> Path:
    """A file or folder in the cache; `make` makes it inside an empty folder where it is missing, and says where."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "igny8"
    cache.mkdir(parents=True, exist_ok=True)
    known = cache / name
    with (cache / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            with tempfile.TemporaryDirectory(dir=cache) as folder:
                make(Path(folder)).rename(known)
    return known


def npm_package(package: str, folder: Path) -> Path:
    """Download a package ("name@version") of npm into the folder; its archive. Nothing of it is run. Raises
    NotInstalled."""
    if shutil.which("npm") is None:
        raise NotInstalled(f"{package} comes from npm, and there is none: apt-get install npm.")
    fetched = subprocess.run(
        ["npm", "pack", "--silent", "--ignore-scripts", package], cwd=folder, capture_output=True, check=False
    )
    if fetched.returncode:
        raise NotInstalled(f"npm cannot fetch {package}: {fetched.stderr.decode(errors='replace')[-300:]}")
    return next(folder.glob("*.tgz"))
