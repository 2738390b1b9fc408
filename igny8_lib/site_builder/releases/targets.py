"""The place of an address: a folder of this machine, or an object store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from fsspec import available_protocols  # type: ignore[import-untyped]

from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.releases.folder import FolderTarget
from igny8_lib.site_builder.releases.objects import ObjectTarget
from igny8_lib.site_builder.releases.target import DamagedRelease, ReleaseConflict, Target

__all__ = ["DamagedRelease", "FolderTarget", "ObjectTarget", "ReleaseConflict", "Target", "target_at"]


def target_at(
    address: str, lock: Callable[[], AbstractContextManager[object]], options: Mapping[str, Any] | None = None
) -> Target:
    """The target of an absolute folder, a file:// address (the same folder, switched by its link) or an fsspec URL.

    `lock` keeps two deployments into an object store apart; a folder has its own. Raises InvalidInput for a relative
    folder, and for a store that fsspec does not know.
    """
    protocol, separator, _rest = address.partition("://")
    if not separator or protocol == "file":
        folder = Path(unquote(urlsplit(address).path) if separator else address)
        if not folder.is_absolute():
            raise InvalidInput(f"{address!r} is no place to deploy to: give an absolute folder or an fsspec URL.")
        return FolderTarget(folder)
    if protocol not in available_protocols():
        raise InvalidInput(f"No object store is known as {protocol!r}: use one of fsspec's, such as s3:// or gs://.")
    return ObjectTarget(address, lock, options)
