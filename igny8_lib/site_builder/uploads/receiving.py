"""A file that somebody uploads, as the website keeps it, or the reason why it is refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from igny8_lib.models import AssetFolder
from igny8_lib.site_builder.images import ImageFile, Variant
from igny8_lib.site_builder.uploads.kinds import KINDS, Kind, check_ending, family_of
from igny8_lib.site_builder.uploads.media import check_media
from igny8_lib.site_builder.uploads.names import split_name, twin_key
from igny8_lib.site_builder.uploads.office import check_office
from igny8_lib.site_builder.uploads.pdf import check_pdf
from igny8_lib.site_builder.uploads.pictures import draw_anew
from igny8_lib.site_builder.uploads.plain_text import as_utf8
from igny8_lib.site_builder.uploads.refusal import Refused, Unwanted

MB = 1024 * 1024
MOST_BYTES = {AssetFolder.IMAGES: 25 * MB, AssetFolder.DOCUMENTS: 25 * MB, AssetFolder.MEDIA: 200 * MB}
"""Of a file as it comes."""
MEDIA = frozenset({"mp4", "webm", "ogg", "mp3", "wav"})
"""Families that media.py tells apart further."""


@dataclass(frozen=True)
class Received:
    """An accepted file: `name` in `folder`, and all files to keep there by name (a picture has variants).

    `image` says a picture's sizes; it is None for documents and media.
    """

    folder: AssetFolder
    name: str
    media_type: str
    files: Mapping[str, bytes]
    image: ImageFile | None = None

    @property
    def size(self) -> int:
        """Bytes of all its files: what counts against the quota."""
        return sum(len(content) for content in self.files.values())

    @property
    def paths(self) -> dict[str, bytes]:
        """Its files by their paths in the site."""
        return {f"assets/{self.folder}/{name}": content for name, content in self.files.items()}


def receive(name: str, data: bytes, existing: Collection[str] = ()) -> Received:
    """The file as it is kept, told by its content and not by its name.

    `existing` are the names of all files in the folders it could come to; the same name in another case or Unicode form
    counts as one of them. The same call gives the same files. Raises Refused.
    """
    try:
        stem, suffix = split_name(name)
        received = accept(stem, suffix, data)
        check_twins(received, existing)
    except Unwanted as reason:
        raise Refused(name, str(reason)) from None
    return received


def accept(stem: str, suffix: str, data: bytes) -> Received:
    """The file under its name, looked at by what its signature says. Raises Unwanted."""
    family = family_of(data, suffix)
    check_size(data, AssetFolder.DOCUMENTS if family == "zip" else KINDS[family].folder)
    if family in KINDS and KINDS[family].folder is AssetFolder.IMAGES:
        check_ending(KINDS[family], suffix)
        return as_picture(stem, data, family)
    kind, kept = as_it_is(data, family)
    check_ending(kind, suffix)
    file = f"{stem}.{kind.suffix}"
    return Received(kind.folder, file, kind.media_type, {file: kept})


def as_picture(stem: str, data: bytes, family: str) -> Received:
    """A picture and its variants, all drawn anew."""
    whole, *variants = draw_anew(data, family)
    name = f"{stem}.{whole.suffix}"
    named = {f"{stem}-{variant.width}.{variant.suffix}": variant for variant in variants}
    image = ImageFile(
        name,
        whole.width,
        whole.height,
        tuple(Variant(file, variant.width, variant.height) for file, variant in named.items()),
    )
    files = {name: whole.data} | {file: variant.data for file, variant in named.items()}
    return Received(AssetFolder.IMAGES, name, whole.mime, files, image)


def as_it_is(data: bytes, family: str) -> tuple[Kind, bytes]:
    """A document or medium, looked into and kept; of texts the same in UTF-8. Raises Unwanted."""
    if family == "zip":
        return KINDS[check_office(data)], data
    if family in MEDIA:
        return KINDS[check_media(data, family)], data
    if family == "pdf":
        check_pdf(data)
        return KINDS[family], data
    return KINDS[family], as_utf8(data)


def check_size(data: bytes, folder: AssetFolder) -> None:
    """Raises Unwanted for a file that is larger than its folder takes."""
    if len(data) > MOST_BYTES[folder]:
        most = MOST_BYTES[folder] // MB
        raise Unwanted(f"It has {len(data) / MB:,.0f} MB; files in {folder} have {most} MB at most. Make it smaller.")


def check_twins(received: Received, existing: Collection[str]) -> None:
    """Raises Unwanted where the file, or a variant of it, would take the place of another."""
    taken = {twin_key(each): each for each in existing}
    for file in received.files:
        if file in taken:
            raise Unwanted(f'There is a file "{taken[file]}" already. Delete that one, or give this one another name.')
