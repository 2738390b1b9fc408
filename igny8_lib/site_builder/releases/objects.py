"""Versions of a website in any object store that fsspec reaches, which a server shows by one small object:

    <root>/current.json           {"version": 3, "prefix": "v3/"}: what is live; read for each request, never cached
    <root>/v2/…, <root>/v3/…      finished versions; manifest.json is written last and deleted first

Object stores rename nothing and have no folders, but they replace one object at one instant. They have no locks
either: whoever deploys brings one (`lock`), and the pointer is looked at once more before it is switched.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

from fsspec.core import url_to_fs  # type: ignore[import-untyped]

from igny8_lib.site_builder.media_types import media_type
from igny8_lib.site_builder.releases.manifest import MANIFEST, Manifest, read_manifest
from igny8_lib.site_builder.releases.metadata import told
from igny8_lib.site_builder.releases.target import folder_of, version_of

POINTER = "current.json"
AT_ONCE = 100
"""Files that are sent or fetched side by side; so many are held in memory when they are read back."""
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MINUTE = "public, max-age=60"
NEVER = "no-store"


class ObjectTarget:
    """The versions below an fsspec URL ("s3://bucket/site"); `options` are the filesystem's own (keys, endpoints)."""

    def __init__(
        self, url: str, lock: Callable[[], AbstractContextManager[object]], options: Mapping[str, Any] | None = None
    ) -> None:
        for_folders = {"auto_mkdir": True} if url.startswith(("file:", "local:")) else {}
        self.files, root = url_to_fs(url, **for_folders, **(options or {}))
        self.root = str(root).rstrip("/")
        self.lock = lock
        protocol = self.files.protocol
        self.protocol = protocol if isinstance(protocol, str) else protocol[0]

    def alone(self) -> AbstractContextManager[object]:
        """Whatever keeps two deployments of the site apart, such as an advisory lock in the database."""
        return self.lock()

    def live(self) -> int | None:
        """The version that the pointer names."""
        found = self.fetch(f"{self.root}/{POINTER}")
        return None if found is None else int(json.loads(found)["version"])

    def versions(self) -> list[int]:
        """Those whose manifest is there."""
        return [version for version in self.begun() if self.files.exists(self.at(version, MANIFEST))]

    def begun(self) -> list[int]:
        """All of which an object is there, oldest first."""
        self.files.invalidate_cache()
        try:
            names = [str(one).rstrip("/").rpartition("/")[2] for one in self.files.ls(self.root, detail=False)]
        except FileNotFoundError:
            return []
        return sorted(version for name in names if (version := version_of(name)) is not None)

    def manifest(self, version: int) -> Manifest | None:
        """What the version consists of."""
        found = self.fetch(self.at(version, MANIFEST))
        return None if found is None else read_manifest(found)

    def write(self, manifest: Manifest, files: Mapping[str, bytes]) -> None:
        """All files with their content types, many at once, then the manifest, which makes the version whole."""
        alike: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for path in files:
            alike[media_type(path), cache_rule(path)].append(path)
        for (media, cache), paths in alike.items():
            for some in in_parts(paths):
                sent = {self.at(manifest.version, path): files[path] for path in some}
                self.files.pipe(sent, **told(self.protocol, media, cache))
        self.replace(manifest.version, MANIFEST, manifest.as_json())

    def read(self, version: int, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The objects as they are in the store now, many fetched at once."""
        self.files.invalidate_cache()
        for some in in_parts(list(paths)):
            found = self.files.cat([self.at(version, path) for path in some], on_error="omit")
            for address, data in found.items():
                yield self.inside(version, str(address)), bytes(data)

    def paths(self, version: int) -> set[str]:
        """All objects below the version's prefix."""
        self.files.invalidate_cache()
        found = {self.inside(version, str(one)) for one in self.files.find(self.at(version, ""))}
        return found - {MANIFEST}

    def switch(self, version: int) -> None:
        """The pointer is replaced as one object."""
        pointer = json.dumps({"version": version, "prefix": f"{folder_of(version)}/"}).encode()
        self.send(f"{self.root}/{POINTER}", pointer, "application/json", NEVER)

    def replace(self, version: int, path: str, data: bytes | None) -> None:
        """The object as a whole in place of the other."""
        address = self.at(version, path)
        if data is not None:
            self.send(address, data, media_type(path), cache_rule(path))
        elif self.files.exists(address):
            self.files.rm_file(address)

    def remove(self, version: int) -> None:
        """The manifest first: what is left of a half deleted version is no version."""
        self.replace(version, MANIFEST, None)
        self.files.rm(self.at(version, "").rstrip("/"), recursive=True)

    def clean(self) -> None:
        """Delete the objects of versions without a manifest."""
        finished = {*self.versions(), self.live()}
        for version in self.begun():
            if version not in finished:
                self.files.rm(self.at(version, "").rstrip("/"), recursive=True)

    def at(self, version: int, path: str) -> str:
        """The address of a version's file in the store."""
        return f"{self.root}/{folder_of(version)}/{path}"

    def inside(self, version: int, address: str) -> str:
        """The path of an address in the store."""
        return address.removeprefix(self.at(version, ""))

    def fetch(self, address: str) -> bytes | None:
        """One object as it is now; None where there is none."""
        try:
            return bytes(self.files.cat_file(address))
        except FileNotFoundError:
            return None

    def send(self, address: str, data: bytes, media: str, cache: str) -> None:
        """Write one object."""
        self.files.pipe_file(address, data, **told(self.protocol, media, cache))


def cache_rule(path: str) -> str:
    """How long browsers may keep a file: pictures and documents keep their names only while they are the same."""
    return FOR_EVER if path.startswith(("assets/images/", "assets/media/")) else FOR_A_MINUTE


def in_parts(paths: list[str]) -> Iterator[list[str]]:
    """The paths in parts that are sent or fetched at once."""
    for begin in range(0, len(paths), AT_ONCE):
        yield paths[begin : begin + AT_ONCE]
