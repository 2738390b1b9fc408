"""Pictures, uploads and built websites as parts of a backup.

They are copied after the databases' snapshots, so each file that the rows of the snapshot name is there, unless it was
removed meanwhile: such names are told. What came later is copied, too, and harms nobody.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from fsspec.core import url_to_fs  # type: ignore[import-untyped]

from igny8_lib.backup.manifest import FILES, FileEntry, Part, part_of
from igny8_lib.backup.places import Writer

MEDIA = "media"
SITES = "sites"
OURS = ".igny8-"
"""What begins so is left of a restore, and part of no backup."""
UNFINISHED = (".lock", ".new", ".old")
"""Endings of hidden names in a website's folder that are no finished version of it."""
IN_MEMORY = 16 << 20
TOLD_EACH = 1_000
LOOKS = 3
"""How often a website's folder is looked at for what its link leads to."""

Say = Callable[[str], None]


def open_store(root: str) -> tuple[Any, str]:
    """The filesystem of a media root, and the path in it. The name of an Airflow connection in front of a bucket
    (s3://aws_default@bucket) is left out: the store is opened with what the environment knows."""
    protocol, separator, rest = root.partition("://")
    if separator and protocol != "file":
        host, slash, path = rest.partition("/")
        root = f"{protocol}://{host.rpartition('@')[2]}{slash}{path}"
    files, path = url_to_fs(root if separator else Path(root).absolute().as_uri())
    return files, str(path).rstrip("/")


class FileCopier:
    """Copies files into a backup and keeps the list of them."""

    def __init__(self, writer: Writer, say: Say) -> None:
        self.writer, self.say = writer, say
        self.list: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - gone with the copier
        self.counts = {MEDIA: 0, SITES: 0}
        self.names: set[str] = set()

    def add(self, kind: str, path: str, data: bytes) -> None:
        """One file."""
        name = f"{kind}/{path}"
        self.writer.add(name, io.BytesIO(data), len(data))
        part = part_of(data)
        self.note(FileEntry(name, part.size, part.sha256))

    def note(self, entry: FileEntry) -> None:
        """One line of the list."""
        kind = entry.name.partition("/")[0]
        self.list.write(json.dumps(asdict(entry), ensure_ascii=False).encode() + b"\n")
        self.names.add(entry.name)
        self.counts[kind] += 1
        if self.counts[kind] % TOLD_EACH == 0:
            self.say(f"{self.counts[kind]:,} files of {kind}")

    def copy_media(self, root: str) -> None:
        """All files of the media store; one that is removed while they are copied is left out."""
        files, base = open_store(root)
        files.invalidate_cache()
        for address in sorted(files.find(base)):
            path = str(address).removeprefix(base).lstrip("/")
            if path.startswith(OURS):
                continue
            try:
                data = bytes(files.cat_file(address))
            except FileNotFoundError:
                continue
            self.add(MEDIA, path, data)

    def copy_sites(self, root: Path) -> None:
        """The built websites. Links are read last: what one leads to was finished before it was switched, and is
        looked for again where a website went live while it was copied."""
        links: dict[str, str] = {}
        for _look in range(LOOKS):
            self.copy_finished(root)
            links = dict(links_below(root))
            targets = [f"{PurePosixPath(SITES, name).parent / link}/" for name, link in links.items()]
            if all(any(known.startswith(target) for known in self.names) for target in targets):
                break
        for name, link in sorted(links.items()):
            self.note(FileEntry(f"{SITES}/{name}", link=link))

    def copy_finished(self, root: Path) -> None:
        """The files of finished versions that are not copied yet."""
        for path in finished_files(root):
            name = path.relative_to(root).as_posix()
            if f"{SITES}/{name}" in self.names:
                continue
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                continue
            self.add(SITES, name, data)

    def finish(self) -> Part:
        """Write the list."""
        self.list.seek(0)
        data = self.list.read()
        self.writer.add(FILES, io.BytesIO(data), len(data))
        return part_of(data)


def finished_files(root: Path) -> Iterator[Path]:
    """Files of websites, without locks and versions that are being written or removed; links are not followed."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not is_unfinished(name))
        yield from (
            Path(folder) / name
            for name in sorted(files)
            if not is_unfinished(name) and not (Path(folder) / name).is_symlink()
        )


def links_below(root: Path) -> Iterator[tuple[str, str]]:
    """Symbolic links of websites, and where they lead."""
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder) / name
            if path.is_symlink() and not is_unfinished(name):
                yield path.relative_to(root).as_posix(), os.fspath(path.readlink())
        folders[:] = [name for name in folders if not is_unfinished(name)]


def is_unfinished(name: str) -> bool:
    """Whether a name of a website's folder is a lock, a draft, or one that is being removed."""
    return name.startswith(OURS) or (name.startswith(".") and name.endswith(UNFINISHED))


def open_part(path: Path) -> BinaryIO:
    """A file of this machine."""
    return cast("BinaryIO", path.open("rb"))
