"""Where files of websites are kept between deployments: in the media store, under names that their content gives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Protocol


class Store(Protocol):
    """The part of the media store that websites need."""

    def write(self, name: str, content: bytes) -> str:
        """Write a file and return its name. Writing again under the same name replaces it."""
        ...

    def read(self, name: str) -> bytes:
        """The whole file. Raises FileNotFoundError where it is gone."""
        ...

    def remove(self, name: str) -> None:
        """Delete a file; one that is gone is no error."""
        ...


def keep(store: Store, site_id: int, data: bytes, suffix: str) -> str:
    """Keep a file of the site; its name in the store, which the same content always has."""
    return store.write(f"websites/{site_id}/{hashlib.sha256(data).hexdigest()}.{suffix}", data)


class StoredFiles(Mapping[str, bytes]):
    """Files of a website by their paths, each read from the store when it is asked for, so that none is held."""

    def __init__(self, store: Store, stored: Mapping[str, str]) -> None:
        """`stored` are names in the store by paths in the site."""
        self.store, self.stored = store, stored

    def __getitem__(self, path: str) -> bytes:
        """The file. Raises KeyError for an unknown path, FileNotFoundError where the store has lost it."""
        return self.store.read(self.stored[path])

    def __iter__(self) -> Iterator[str]:
        return iter(self.stored)

    def __len__(self) -> int:
        return len(self.stored)
