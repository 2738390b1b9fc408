"""A real media store on disk, and what stands in it."""

from __future__ import annotations

from pathlib import Path

from igny8_lib.pipeline.media import Media

FOLDER = "websites"


def store_at(folder: Path) -> Media:
    """The store."""
    return Media(folder)


def kept(folder: Path) -> set[str]:
    """The names of all files in the store."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
