"""Which picture is shown where a page is shared."""

from __future__ import annotations

from igny8_lib.site_builder.block_parts import page_parts
from igny8_lib.site_builder.blocks.parts import Picture
from igny8_lib.site_builder.documents import Page
from igny8_lib.site_builder.head import SharedPicture
from igny8_lib.site_builder.rendering import Place


def shared_picture(page: Page, place: Place) -> SharedPicture | None:
    """The page's first picture, or None where it has none."""
    picture = next((part for part in page_parts(page) if isinstance(part, Picture)), None)
    return shared(picture, place) if picture else None


def shared(picture: Picture, place: Place) -> SharedPicture:
    """The picture as those who share the page get it: its whole URL, and its size where its file is known."""
    url = place.addresses.whole(f"assets/images/{picture.file}")
    known = place.images.get(picture.file)
    return SharedPicture(url, picture.alt, known.width, known.height) if known else SharedPicture(url, picture.alt)
