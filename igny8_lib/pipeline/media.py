"""Where image files go. The DAGs hand in Airflow's ObjectStoragePath: local disk and object stores are one setting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class StoragePath(Protocol):
    """The part of pathlib that is needed of a storage: pathlib.Path, UPath and ObjectStoragePath all have it."""

    @property
    def name(self) -> str:
        """The last part."""
        ...

    @property
    def parent(self) -> StoragePath:
        """The folder."""
        ...

    def iterdir(self) -> Iterable[StoragePath]:
        """What stands in the folder."""
        ...

    def __truediv__(self, name: str) -> StoragePath:
        """A path below."""
        ...

    def mkdir(self, *, parents: bool, exist_ok: bool) -> None:
        """Make the folder."""
        ...

    def write_bytes(self, data: bytes) -> object:
        """Write the whole file."""
        ...

    def read_bytes(self) -> bytes:
        """The whole file."""
        ...

    def unlink(self, missing_ok: bool) -> None:  # noqa: FBT001 - pathlib's signature
        """Delete the file."""
        ...


@dataclass(frozen=True)
class Media:
    """The media root; names below it are what the database keeps."""

    root: StoragePath

    def write(self, name: str, content: bytes) -> str:
        """Write a file and return its name. Writing again under the same name replaces it."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return name

    def read(self, name: str) -> bytes:
        """The whole file. Raises FileNotFoundError where it is gone."""
        return self.path(name).read_bytes()

    def remove(self, name: str) -> None:
        """Delete a file; one that is gone is no error."""
        self.path(name).unlink(missing_ok=True)

    def names(self, folder: str) -> list[str]:
        """The names of what stands in a folder, folders among it; none where there is no such folder."""
        try:
            return sorted(each.name for each in self.path(folder).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def path(self, name: str) -> StoragePath:
        """Where the file is."""
        path = self.root
        for part in name.split("/"):
            path = path / part
        return path
