"""Pictures drawn anew as WebP in the widths that browsers choose from: nothing of the file that came is kept but what
is seen. Of an animation the first frame is; colours become sRGB, the picture is turned as its camera said."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from igny8_lib.ai.pictures import MAX_PIXELS, load_formats
from igny8_lib.publishing.images import WebImage, as_webp
from igny8_lib.site_builder.uploads.refusal import Unwanted

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

WIDTHS = (480, 960, 1_600)
"""Pixels of the variants: telephones, tablets and columns, screens. A picture has those narrower than itself."""
FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "gif": "GIF"}


def draw_anew(data: bytes, family: str) -> list[WebImage]:
    """The picture as WebP: first as wide as it is (2,560 pixels at most), then its variants, the narrowest first.

    Raises Unwanted for what is damaged or has more pixels than `MAX_PIXELS`, which is known before it is unpacked.
    """
    picture = decode(data, family)
    whole = as_webp(picture)
    return [whole, *(as_webp(narrower(picture, width)) for width in WIDTHS if width < whole.width)]


def decode(data: bytes, family: str) -> PillowImage:
    """The pixels alone, as RGB or RGBA. Raises Unwanted."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - kept out of DAG parsing

    load_formats()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=[FORMATS[family]])
            check_pixels(*image.size)
            image.load()
            turned = ImageOps.exif_transpose(image)
            pixels = in_srgb(turned, image.info.get("icc_profile"))
    except (Unwanted, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise Unwanted(f"It has more than {MAX_PIXELS:,} pixels. Make it smaller.") from None
    except Exception:  # noqa: BLE001 - decoders raise nearly anything on damaged files
        raise Unwanted("It is a damaged picture. Save it anew.") from None
    pixels.info = {}
    return pixels


def check_pixels(width: int, height: int) -> None:
    """Raises Unwanted for a picture that unpacks to more than there is room for."""
    if width * height > MAX_PIXELS:
        raise Unwanted(f"It has {width:,} by {height:,} pixels, more than {MAX_PIXELS:,} in all. Make it smaller.")


def in_srgb(image: PillowImage, profile: object) -> PillowImage:
    """The picture in the colours that browsers take for granted; a profile that cannot be used is passed over."""
    from PIL import ImageCms  # noqa: PLC0415 - kept out of DAG parsing

    if image.mode.startswith("I"):  # 16 bits of grey, of which Pillow would cut off the upper half
        image = image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    source = image.convert(mode) if image.mode in {"P", "PA", "1", "LA"} else image
    if isinstance(profile, bytes) and source.mode in {"RGB", "RGBA", "CMYK", "L"}:
        try:
            managed = ImageCms.profileToProfile(
                source, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode=mode
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            managed = None
        if managed is not None:
            return managed
    return source.convert(mode)


def narrower(picture: PillowImage, width: int) -> PillowImage:
    """The picture in a width of pixels, its proportions kept."""
    from PIL import Image  # noqa: PLC0415 - kept out of DAG parsing

    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)
