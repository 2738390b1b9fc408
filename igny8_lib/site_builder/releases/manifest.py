"""What a version consists of: manifest.json beside its files names each by its SHA-256 and its length.

A version without a manifest was never finished. A file that is about to change is named as such instead of by its
digest until it has changed, so what a manifest says of a file holds whenever a process dies.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from igny8_lib.errors import InvalidInput

MANIFEST = "manifest.json"
LONGEST_PATH = 500
LONGEST_NAME = 200


@dataclass(frozen=True)
class Entry:
    """One file: its digest and how many bytes it has."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """All files of a version by their paths."""

    version: int
    files: Mapping[str, Entry]
    changing: frozenset[str] = frozenset()
    """Files that somebody began to change: each is the old one or the new one whole, or is not there."""

    def as_json(self) -> bytes:
        """The manifest as it stands in the version's folder."""
        files = {path: {"sha256": one.sha256, "size": one.size} for path, one in sorted(self.files.items())}
        document = {"version": self.version, "files": files, "changing": sorted(self.changing)}
        return json.dumps(document, ensure_ascii=False, indent=1).encode()

    def while_changing(self, paths: Iterable[str]) -> Manifest:
        """The same while these files are being changed."""
        changing = self.changing.union(paths)
        files = {path: one for path, one in self.files.items() if path not in changing}
        return Manifest(self.version, files, changing)

    def changed(self, changes: Mapping[str, bytes | None]) -> Manifest:
        """The same once these files have been put in place, or are gone."""
        files = {path: one for path, one in self.files.items() if path not in changes}
        files |= {path: entry(data) for path, data in changes.items() if data is not None}
        return Manifest(self.version, files, self.changing.difference(changes))

    def differs(self, path: str, data: bytes | None) -> bool:
        """Whether the file is something else there, or may be; None is a file that is not to be there."""
        return path in self.changing or self.files.get(path) != (None if data is None else entry(data))


@dataclass(frozen=True)
class Changes:
    """What is different in a newer set of files, each a sorted tuple of paths."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def entry(data: bytes) -> Entry:
    """What a manifest says of a file."""
    return Entry(sha256(data).hexdigest(), len(data))


def manifest_of(version: int, files: Mapping[str, bytes]) -> Manifest:
    """The manifest of a rendered site. Raises InvalidInput for a version below 1 and for paths no file may have."""
    if version < 1:
        raise InvalidInput(f"Version {version} cannot be deployed: versions count from 1.")
    check_paths(files)
    return Manifest(version, {path: entry(data) for path, data in files.items()})


def read_manifest(data: bytes) -> Manifest:
    """The manifest of its JSON."""
    read = json.loads(data)
    files = {path: Entry(str(one["sha256"]), int(one["size"])) for path, one in read["files"].items()}
    return Manifest(int(read["version"]), files, frozenset(map(str, read["changing"])))


def difference(before: Manifest | None, after: Manifest) -> Changes:
    """What `after` has that `before` has not, has otherwise, and has no more."""
    old = before.files if before else {}
    return Changes(
        added=tuple(sorted(path for path in after.files if path not in old)),
        changed=tuple(sorted(path for path, one in after.files.items() if path in old and old[path] != one)),
        removed=tuple(sorted(path for path in old if path not in after.files)),
    )


def check_paths(paths: Iterable[str]) -> None:
    """Raises InvalidInput for a path that leads out of the version, or that no store could hold."""
    all_paths = set(paths)
    for path in sorted(all_paths):
        names = path.split("/")
        if path == MANIFEST:
            raise InvalidInput(f"{MANIFEST} is the deployment's own file: a site cannot bring one.")
        if len(path) > LONGEST_PATH or any(not is_name(name) for name in names):
            raise InvalidInput(
                f"{path!r} is no path inside a site: use names of at most {LONGEST_NAME} characters with / between "
                f"them, none of them hidden, empty or with \\, and {LONGEST_PATH} characters in all."
            )
        for length in range(1, len(names)):
            if (folder := "/".join(names[:length])) in all_paths:
                raise InvalidInput(f"{folder!r} is a file and, for {path!r}, a folder too: rename one of them.")


def is_name(name: str) -> bool:
    """Whether a file or folder of a site may be called so; what begins with a dot is the target's own."""
    return 0 < len(name) <= LONGEST_NAME and name[0] != "." and "\\" not in name and name.isprintable()
