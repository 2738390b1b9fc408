"""Where backups lie: a folder, a .tar file, or either in an object store (any URL that fsspec knows).

Half a backup is never taken for one. On a disk it is written under a name with a dot in front and renamed when it is
whole. An object store renames nothing: there the manifest is written last, and a .tar appears when it is closed.
"""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import psutil
from fsspec.core import url_to_fs  # type: ignore[import-untyped]

from igny8_lib.backup.manifest import CHUNK, MANIFEST, BackupDamaged
from igny8_lib.errors import Conflict, InvalidInput, NotFound

TAR = ".tar"


class Writer(Protocol):
    """A backup that is being made."""

    def add(self, name: str, source: BinaryIO, size: int) -> None:
        """Write one part of so many bytes."""
        ...

    def finish(self, manifest: bytes) -> None:
        """Write the manifest and give the backup its name."""
        ...

    def abandon(self) -> None:
        """Remove what was written."""
        ...


class Reader(Protocol):
    """A backup that is there."""

    def manifest(self) -> bytes:
        """Raises NotFound where there is no whole backup."""
        ...

    def open(self, name: str) -> BinaryIO:
        """One part, from its beginning. Raises BackupDamaged where it is missing."""
        ...


def writer_at(target: str) -> Writer:
    """A new backup at the place. Raises Conflict where something is there already, InvalidInput for no place."""
    if is_url(target):
        return TarObject(target) if target.endswith(TAR) else Objects(target)
    path = Path(target).expanduser().absolute()
    if path.exists():
        raise Conflict(f"{path} is there already: name another place, such as one with the date in it.")
    if not path.parent.is_dir():
        raise InvalidInput(f"There is no folder {path.parent}: make it, or name another place.")
    sweep(path)
    return TarFile(path) if path.suffix == TAR else Folder(path)


def is_url(target: str) -> bool:
    """Whether the place is in a store of fsspec's, and not a path of this machine."""
    return "://" in target


def draft_of(path: Path) -> Path:
    """Under which name this process writes what becomes `path`."""
    return path.with_name(f".{path.name}.{os.getpid()}.partial")


def sweep(path: Path) -> None:
    """Remove what processes that are gone have left of the same backup."""
    for left in path.parent.glob(f".{path.name}.*.partial"):
        maker = left.name.removesuffix(".partial").rpartition(".")[2]
        if maker.isdecimal() and not psutil.pid_exists(int(maker)):
            remove(left)


def remove(path: Path) -> None:
    """A file or a folder with all that is in it; one that is gone is no error."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Bring the file, or the names in the folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Folder:
    """A folder of this machine."""

    def __init__(self, path: Path) -> None:
        self.path, self.draft = path, draft_of(path)
        self.draft.mkdir(mode=0o700)

    def add(self, name: str, source: BinaryIO, size: int) -> None:  # noqa: ARG002 - a folder needs no sizes
        """Readable by the owner alone: dumps hold everything that the product knows."""
        place = self.draft / name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with new_file(place) as file:
            shutil.copyfileobj(source, file, CHUNK)
            file.flush()
            os.fsync(file.fileno())

    def finish(self, manifest: bytes) -> None:
        """The folder gets its name when all of it is on disk."""
        self.add(MANIFEST, io.BytesIO(manifest), len(manifest))
        for folder, _folders, _files in os.walk(self.draft):
            sync(Path(folder))
        if self.path.exists():
            raise Conflict(f"{self.path} came into being meanwhile: this backup was not kept.")
        self.draft.rename(self.path)
        sync(self.path.parent)

    def abandon(self) -> None:
        """The draft with all that is in it."""
        remove(self.draft)


def new_file(path: Path) -> BinaryIO:
    """A file that was not there, and never has another mode than 0600."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


class TarFile:
    """One .tar file of this machine."""

    def __init__(self, path: Path) -> None:
        self.path, self.draft = path, draft_of(path)
        self.file = new_file(self.draft)
        self.archive = tarfile.open(fileobj=self.file, mode="w|")  # noqa: SIM115 - closed by finish or abandon

    def add(self, name: str, source: BinaryIO, size: int) -> None:
        """One member."""
        add_member(self.archive, name, source, size)

    def finish(self, manifest: bytes) -> None:
        """The manifest is the last member; the file gets its name when it is on disk."""
        self.add(MANIFEST, io.BytesIO(manifest), len(manifest))
        self.archive.close()
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        try:
            os.link(self.draft, self.path)  # a rename would replace what came into being meanwhile
        except FileExistsError:
            raise Conflict(f"{self.path} came into being meanwhile: this backup was not kept.") from None
        self.draft.unlink()
        sync(self.path.parent)

    def abandon(self) -> None:
        """The draft."""
        with suppress(OSError):  # such as a full disk: the archive's end is written into what goes
            self.archive.close()
        self.file.close()
        remove(self.draft)


def add_member(archive: tarfile.TarFile, name: str, source: BinaryIO, size: int) -> None:
    """Write a member that only its owner may read."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    archive.addfile(member, source)


class TarObject:
    """One .tar as an object of a store, written as it comes; the store shows it when it is closed."""

    def __init__(self, url: str) -> None:
        self.files, self.path = url_to_fs(url)
        if self.files.exists(self.path):
            raise Conflict(f"{url} is there already: name another place, such as one with the date in it.")
        self.file = self.files.open(self.path, "wb", autocommit=False)
        self.archive = tarfile.open(fileobj=self.file, mode="w|")  # noqa: SIM115 - closed by finish

    def add(self, name: str, source: BinaryIO, size: int) -> None:
        """One member."""
        add_member(self.archive, name, source, size)

    def finish(self, manifest: bytes) -> None:
        """The manifest is the last member."""
        self.add(MANIFEST, io.BytesIO(manifest), len(manifest))
        self.archive.close()
        self.file.close()
        self.file.commit()

    def abandon(self) -> None:
        """What was sent is dropped by the store."""
        with suppress(Exception):  # whatever the store says: an error that matters more is on its way
            self.file.discard()


class Objects:
    """Objects below a prefix of a store; without its manifest it is no backup."""

    def __init__(self, url: str) -> None:
        self.files, root = url_to_fs(url)
        self.root = str(root).rstrip("/")
        if self.files.exists(f"{self.root}/{MANIFEST}"):
            raise Conflict(f"{url} is there already: name another place, such as one with the date in it.")

    def add(self, name: str, source: BinaryIO, size: int) -> None:  # noqa: ARG002 - the store counts by itself
        """One object, sent in pieces."""
        address = f"{self.root}/{name}"
        self.files.makedirs(address.rpartition("/")[0], exist_ok=True)
        with self.files.open(address, "wb") as file:
            shutil.copyfileobj(source, file, CHUNK)

    def finish(self, manifest: bytes) -> None:
        """The manifest makes it a backup."""
        self.files.pipe_file(f"{self.root}/{MANIFEST}", manifest)

    def abandon(self) -> None:
        """All objects below the prefix."""
        with suppress(Exception):  # as above
            self.files.rm(self.root, recursive=True)


@contextmanager
def reader_at(source: str) -> Iterator[Reader]:
    """The backup at a place. Raises NotFound where there is none."""
    address = source if is_url(source) else Path(source).expanduser().absolute().as_uri()
    files, path = url_to_fs(address)
    if not str(path).endswith(TAR):
        yield StoredParts(files, str(path).rstrip("/"), source)
        return
    try:
        file = files.open(path, "rb")
    except FileNotFoundError:
        raise NotFound(f"There is no backup at {source}.") from None
    with file:
        yield StoredTar(file, source)


class StoredParts:
    """A backup whose parts are files or objects of their own."""

    def __init__(self, files: Any, root: str, source: str) -> None:  # noqa: ANN401 - fsspec has no types
        self.files, self.root, self.source = files, root, source

    def manifest(self) -> bytes:
        """Its file."""
        try:
            return bytes(self.files.cat_file(f"{self.root}/{MANIFEST}"))
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(
                f"There is no backup at {self.source}: it has no {MANIFEST}, or was never finished."
            ) from None

    def open(self, name: str) -> BinaryIO:
        """The part's file."""
        try:
            return cast("BinaryIO", self.files.open(f"{self.root}/{name}", "rb"))
        except FileNotFoundError:
            raise BackupDamaged(f"The backup lacks {name}: take another one.") from None


class StoredTar:
    """A backup in one file; its members are found by one walk along their headers."""

    def __init__(self, file: BinaryIO, source: str) -> None:
        self.source = source
        try:
            self.archive = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 - its file is closed by the caller
            self.members = {member.name: member for member in self.archive.getmembers()}
        except tarfile.TarError as error:
            raise BackupDamaged(f"{source} cannot be read ({error}): take another backup.") from error

    def manifest(self) -> bytes:
        """Its last member."""
        if MANIFEST not in self.members:
            raise NotFound(f"{self.source} is no whole backup: it has no {MANIFEST}.")
        return self.open(MANIFEST).read()

    def open(self, name: str) -> BinaryIO:
        """The part's member."""
        if name not in self.members:
            raise BackupDamaged(f"The backup lacks {name}: take another one.")
        return cast("BinaryIO", self.archive.extractfile(self.members[name]))
