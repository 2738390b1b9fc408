"""Versions of a website in a local folder, which a web server shows through one symbolic link:

<root>/current -> v3          what is live: the server's document root
<root>/v2/, <root>/v3/        finished versions, each with its manifest.json
<root>/.v4.new/               one that is being written; it gets its name once all of it is on disk
<root>/.v1.old/               one that is being deleted
<root>/.lock                  held while something is changed here
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from igny8_lib.site_builder.releases.manifest import MANIFEST, Manifest, read_manifest
from igny8_lib.site_builder.releases.target import folder_of, version_of
from igny8_lib.site_builder.releases.whole_files import remove_folder, sync_folder, write_whole

CURRENT = "current"
LOCK = ".lock"


@dataclass(frozen=True)
class FolderTarget:
    """The versions below a folder, which is made where it is not there."""

    root: Path

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One deployment into the folder at a time, on this machine; the system frees the lock of a dead one."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(lock, fcntl.LOCK_UN)  # closing is not enough: a process forked meanwhile has it open, too

    def live(self) -> int | None:
        """The version that the link leads to."""
        try:
            return version_of((self.root / CURRENT).readlink().name)
        except FileNotFoundError:
            return None

    def versions(self) -> list[int]:
        """Folders have their version's name only once they are finished."""
        found = (version_of(one.name) for one in self.root.iterdir()) if self.root.exists() else ()
        return sorted(version for version in found if version is not None)

    def manifest(self, version: int) -> Manifest | None:
        """What the version consists of."""
        try:
            return read_manifest((self.folder(version) / MANIFEST).read_bytes())
        except FileNotFoundError:
            return None

    def write(self, manifest: Manifest, files: Mapping[str, bytes]) -> None:
        """All files beside the others, on disk with their names; then the folder's own name."""
        beside = self.root / f".{folder_of(manifest.version)}.new"
        for path in files:
            write_through(beside / path, files[path])
        write_through(beside / MANIFEST, manifest.as_json())
        for folder, _folders, _files in os.walk(beside):
            sync_folder(Path(folder))
        beside.rename(self.folder(manifest.version))
        sync_folder(self.root)

    def read(self, version: int, paths: Iterable[str]) -> Iterable[tuple[str, bytes]]:
        """The files as they stand on disk."""
        for path in paths:
            file = self.folder(version) / path
            if file.is_file():
                yield path, file.read_bytes()

    def paths(self, version: int) -> set[str]:
        """All files below the version's folder."""
        folder = self.folder(version)
        found = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if not file.is_dir()}
        return {path for path in found if path != MANIFEST and not is_left_over(path)}

    def switch(self, version: int) -> None:
        """A new link takes the place of the old one: a rename, which nobody sees half done."""
        beside = self.root / f".{CURRENT}.new"
        beside.unlink(missing_ok=True)
        beside.symlink_to(folder_of(version))
        beside.replace(self.root / CURRENT)
        sync_folder(self.root)

    def replace(self, version: int, path: str, data: bytes | None) -> None:
        """The file as a whole in place of the other; the folders of one that goes go with it once they are empty."""
        file = self.folder(version) / path
        if data is not None:
            write_whole(file, data)
            return
        file.unlink(missing_ok=True)
        for folder in file.relative_to(self.folder(version)).parents[:-1]:
            with_files = self.folder(version) / folder
            if not with_files.is_dir() or any(with_files.iterdir()):
                return
            with_files.rmdir()

    def remove(self, version: int) -> None:
        """The version is gone at one instant, its files after it."""
        remove_folder(self.folder(version), self.root / f".{folder_of(version)}.old")

    def clean(self) -> None:
        """What is written or deleted by nobody any more: only one deployment at a time does."""
        for left in sorted(self.root.glob(".v*")):
            shutil.rmtree(left)
        (self.root / f".{CURRENT}.new").unlink(missing_ok=True)
        for left in sorted(self.root.glob("v*/**/.*.new")):
            left.unlink()

    def folder(self, version: int) -> Path:
        """Where the version stands."""
        return self.root / folder_of(version)


def write_through(file: Path, data: bytes) -> None:
    """Write a file that nobody reads yet, and have it on disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())


def is_left_over(path: str) -> bool:
    """Whether a file is what a dead process wrote beside another: no file of a site begins with a dot."""
    return path.rpartition("/")[2].startswith(".")
