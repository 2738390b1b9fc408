"""What a place must be able to do to hold the versions of one website, and what it says when it cannot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from igny8_lib.errors import Conflict, TemporaryError
from igny8_lib.site_builder.releases.manifest import Manifest

VERSION = re.compile(r"v([1-9][0-9]{0,8})")
"""The name of a version's folder."""


class DamagedRelease(TemporaryError):
    """What stands in a version is not what was written there; it is not made live. `paths` are the files."""

    http_status = 502

    def __init__(self, version: int, paths: Iterable[str], advice: str) -> None:
        self.version = version
        self.paths = tuple(sorted(paths))
        shown = ", ".join(self.paths[:3]) + (" …" if len(self.paths) > 3 else "")
        super().__init__(
            f"Version {version} is not what was written: {len(self.paths)} files are missing, different or too many "
            f"({shown}). It was not made live; {advice}."
        )


class ReleaseConflict(Conflict):
    """The target is in a state that does not allow this; the sentence says which."""


class Target(Protocol):
    """The versions of one website, and the pointer to the live one. Whoever writes holds `alone`."""

    def alone(self) -> AbstractContextManager[object]:
        """One deployment at a time: whoever comes second waits. Free again when its holder dies."""

    def live(self) -> int | None:
        """The version that visitors see; None before the first."""

    def versions(self) -> list[int]:
        """The finished versions, oldest first."""

    def manifest(self, version: int) -> Manifest | None:
        """What the version consists of; None where it is not there, or was never finished."""

    def write(self, manifest: Manifest, files: Mapping[str, bytes]) -> None:
        """Put a new version in place that visitors do not see yet; one that dies is not among `versions`."""

    def read(self, version: int, paths: Iterable[str]) -> Iterable[tuple[str, bytes]]:
        """These files as they stand there, one after the other; those that are missing are left out."""

    def paths(self, version: int) -> set[str]:
        """All files that stand there, the manifest left out."""

    def switch(self, version: int) -> None:
        """Make it live, at one instant."""

    def replace(self, version: int, path: str, data: bytes | None) -> None:
        """Put one file of a version in place at one instant, or take it away; also the manifest."""

    def remove(self, version: int) -> None:
        """Delete a version that is not live."""

    def clean(self) -> None:
        """Delete what deployments that died have left."""


def folder_of(version: int) -> str:
    """The name of a version's folder."""
    return f"v{version}"


def version_of(name: str) -> int | None:
    """The version of a folder's name; None where it is something else."""
    found = VERSION.fullmatch(name)
    return int(found[1]) if found else None
