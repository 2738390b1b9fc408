"""Pictures as a website gets them: smaller files that look the same."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from igny8_lib.errors import InvalidInput
from igny8_lib.models import ImageFormat

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

QUALITY = 82
"""Of 100: a picture of 1024 by 1024 pixels becomes a quarter of its PNG, and the difference is not seen."""
METHOD = 4
"""Of 0 (fast) to 6 (small)."""
MAX_SIDE = 2_560
"""Pixels. Above it WordPress makes a smaller copy under another name (`big_image_size_threshold`)."""
SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}


@dataclass(frozen=True)
class WebImage:
    """A picture's file for a website; `suffix` has no dot, sizes are pixels."""

    data: bytes
    mime: str
    suffix: str
    width: int
    height: int


def for_web(data: bytes, image_format: ImageFormat) -> WebImage:
    """The stored picture in the format that is uploaded, as WebP scaled down to `MAX_SIDE` at most.

    The same bytes always give the same file, so that its hash names it. Raises InvalidInput for what is no picture.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - kept out of DAG parsing

    try:
        with Image.open(io.BytesIO(data), formats=list(SUFFIXES)) as image:
            if image_format is ImageFormat.ORIGINAL:
                kind = image.format or ""
                return WebImage(data, Image.MIME[kind], SUFFIXES[kind], *image.size)
            return as_webp(image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidInput(f"The picture's file cannot be read ({error}). Have it drawn anew, or replace it.") from None


def as_webp(image: PillowImage) -> WebImage:
    """A picture as WebP, its transparency kept, and its colour profile unless that is one of greys."""
    colours = image.convert("RGBA" if image.has_transparency_data else "RGB")
    colours.thumbnail((MAX_SIDE, MAX_SIDE))
    file = io.BytesIO()
    profile = None if image.mode in {"L", "LA", "1"} else image.info.get("icc_profile")
    colours.save(file, "WEBP", quality=QUALITY, method=METHOD, icc_profile=profile)
    return WebImage(file.getvalue(), "image/webp", "webp", *colours.size)
