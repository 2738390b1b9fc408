"""The pictures of pages in WordPress' media library: each there once, found again by its name.

The name says whose picture it is and what it shows, `igny8-site-<site>-<digest>.webp`: an upload whose answer never
came is found again, and nobody else's file is ever taken. Pictures that no page shows any longer stay, for people may
show them elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from igny8_lib.errors import InvalidInput
from igny8_lib.models import ImageFormat
from igny8_lib.publishing.images import for_web
from igny8_lib.publishing.wordpress.content import Uploaded
from igny8_lib.publishing.wordpress.media import DIGITS, choose
from igny8_lib.site_builder.block_parts import page_parts
from igny8_lib.site_builder.blocks.parts import Picture
from igny8_lib.site_builder.documents import Page
from igny8_lib.site_builder.stored import Store
from igny8_lib.wordpress.client import WordPress


def pictures_of(pages: Iterable[Page]) -> dict[str, str]:
    """The pictures that the pages show: what each shows in words, by its name."""
    shown: dict[str, str] = {}
    for page in pages:
        for part in page_parts(page):
            if isinstance(part, Picture):
                shown[part.file] = shown.get(part.file) or part.alt
    return shown


@dataclass(frozen=True)
class Pictures:
    """The site's pictures: `stored` are their names in the media store by their paths in the site."""

    site_id: int
    store: Store
    stored: Mapping[str, str]
    image_format: ImageFormat
    """In which WordPress gets them."""


def bring_pictures(wordpress: WordPress, pictures: Pictures, shown: Mapping[str, str]) -> dict[str, Uploaded]:
    """Upload those of `shown` (see `pictures_of`) that are not there yet; the pictures by name.

    Raises InvalidInput for a picture that is no longer there, or that cannot be read, before any is uploaded.
    """
    kept = {name: pictures.stored.get(f"assets/images/{name}") for name in shown}
    if gone := sorted(name for name, found in kept.items() if found is None):
        raise InvalidInput(
            f"The picture {gone[0]} is no longer among the website's files: upload it again under this name, or take "
            "it off the pages."
        )
    brought = {}
    for name, found in sorted(kept.items()):
        stem = f"igny8-site-{pictures.site_id}-{PurePosixPath(str(found)).stem[:DIGITS]}"
        media = choose(wordpress.media.find(stem), stem, pictures.image_format)
        if media is None:
            file = for_web(read(pictures.store, name, str(found)), pictures.image_format)
            media = wordpress.media.upload(f"{stem}.{file.suffix}", file.mime, file.data, alt_text=shown[name])
        brought[name] = Uploaded(media.id, media.url, media.width or None, media.height or None)
    return brought


def read(store: Store, name: str, stored: str) -> bytes:
    """A picture's file. Raises InvalidInput where the store has lost it."""
    try:
        return store.read(stored)
    except FileNotFoundError:
        raise InvalidInput(f"The picture {name} is lost in the media store: delete it and upload it again.") from None
