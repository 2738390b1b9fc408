"""Whether pictures and websites can be kept: folders by their rights, an object store by asking it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from fsspec.core import url_to_fs  # type: ignore[import-untyped]

from igny8_lib.metrics.part import Part, State, well
from igny8_lib.settings import Settings

ANSWER_SECONDS = 5
"""A store that takes longer for a HEAD of its bucket is away."""
MEDIA = "media store"


def media_store(settings: Settings) -> Part:
    """Whether pictures can be kept."""
    address = urlsplit(settings.media_root)
    if address.scheme in {"", "file"}:
        return folder(MEDIA, Path(unquote(address.path)), "IGNY8_MEDIA_URL")
    return object_store(settings.media_root, f"{address.scheme}://{address.hostname}")


def sites_folder(settings: Settings) -> Part:
    """Whether websites can be deployed."""
    return folder("sites folder", settings.static_folder, "IGNY8_STATIC_ROOT")


def folder(name: str, path: Path, variable: str) -> Part:
    """Whether a folder is there, or can be made, and takes files."""
    there = next((each for each in (path, *path.parents) if each.exists()), path)
    if there.is_dir() and os.access(there, os.W_OK):
        return well(name, "Its folder takes files.")
    told = f"The folder {path} takes no files."
    return Part(name, State.ILL, told, f"Give the service's user the right to write there, or set {variable}.")


def object_store(url: str, shown: str) -> Part:
    """Whether the store knows the bucket and lets this process in: one HEAD, nothing is written. `shown` is its address
    without anything secret."""
    try:
        store, path = url_to_fs(url)
        store.invalidate_cache()
        store.info(path.strip("/").partition("/")[0], timeout=ANSWER_SECONDS)
    except FileNotFoundError:
        return Part(MEDIA, State.ILL, f"The object store has no {shown}.", "Make the bucket, or set IGNY8_MEDIA_URL.")
    except Exception as error:  # noqa: BLE001 - each store has errors of its own
        told = f"The object store {shown} does not let this process in, or does not answer ({type(error).__name__})."
        todo = "Look at AWS_ENDPOINT_URL and at the credentials of this process; pictures fail and are tried again."
        return Part(MEDIA, State.ILL, told, todo)
    return well(MEDIA, f"The object store {shown} answers.")
