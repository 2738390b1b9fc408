"""Shapes of a website's files: what there is, how much of the quota it takes, what was removed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from igny8_lib.models import AssetFolder, SiteAsset
from igny8_lib.site_builder.assets.words import MOST_CHARACTERS
from igny8_web.api.shapes import Answer, Asked, Pagination

AltTextField = Annotated[
    str,
    Field(
        max_length=10 * MOST_CHARACTERS,
        description=f'What a picture shows, in one line of at most {MOST_CHARACTERS} characters; "" for one that only '
        "decorates.",
    ),
]


class AssetFile(Answer):
    """One of a file's files: itself, or a narrower copy of a picture."""

    name: str
    bytes: int
    width: int | None = Field(description="Pixels; null for what is no picture.")
    height: int | None


class Asset(Answer):
    """A file of a website."""

    id: int
    folder: AssetFolder
    name: str = Field(description="As pages name it: a picture block's `file`.")
    path: str = Field(description="Where it stands in the deployed website.")
    media_type: str
    alt_text: str
    size_bytes: int = Field(description="Of all its files: what counts against the quota.")
    width: int | None = Field(description="Pixels; null for what is no picture.")
    height: int | None
    files: list[AssetFile] = Field(description="Itself first, then a picture's narrower copies.")
    uploaded_by: str
    created_at: datetime


class Room(Answer):
    """How much a site's files take, and how much they may, in bytes."""

    bytes: int
    quota: int
    left: int
    files: int = Field(description="How many there are.")


class AssetList(Answer):
    """Files of a website, the newest first."""

    assets: list[Asset]
    usage: Room
    pagination: Pagination


class AltChange(Asked):
    """What a picture shows."""

    alt_text: AltTextField


class AssetRemoved(Answer):
    """What was removed."""

    id: int
    name: str


def asset_of(row: SiteAsset) -> Asset:
    """A file as it is told."""
    image = row.image or {}
    sizes = {each["file"]: each for each in [image, *image.get("variants", [])] if each}
    files = [file_of(name, kept["bytes"], sizes.get(name, {})) for name, kept in row.files.items()]
    return Asset(
        id=row.id,
        folder=row.folder,
        name=row.name,
        path=f"assets/{row.folder}/{row.name}",
        media_type=row.media_type,
        alt_text=row.alt_text,
        size_bytes=row.size_bytes,
        width=image.get("width"),
        height=image.get("height"),
        files=sorted(files, key=lambda file: (file.name != row.name, file.width or 0)),
        uploaded_by=row.uploaded_by,
        created_at=row.created_at,
    )


def file_of(name: str, size: int, image: dict[str, int]) -> AssetFile:
    """One of its files."""
    return AssetFile(name=name, bytes=size, width=image.get("width"), height=image.get("height"))
