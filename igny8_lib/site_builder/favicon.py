"""The small pictures by which browsers show a website in tabs and among bookmarks: from a letter, or from a picture."""

from __future__ import annotations

import base64
import io
import unicodedata
from html import escape
from typing import TYPE_CHECKING

from igny8_lib.models import AssetFolder
from igny8_lib.site_builder.uploads.kinds import KINDS, family_of
from igny8_lib.site_builder.uploads.pictures import decode
from igny8_lib.site_builder.uploads.refusal import Refused, Unwanted
from igny8_lib.text.characters import INVISIBLE

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

ICO, TOUCH, SVG = "favicon.ico", "assets/icons/apple-touch-icon.png", "assets/icons/favicon.svg"
"""Paths in the site."""
ICO_SIDES = (16, 32, 48)
TOUCH_SIDE = 180
LARGE = 4
"""Times its size that an icon is drawn before it is scaled down: letters get smooth edges."""
SVG_LETTER = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
    '<rect width="100" height="100" rx="20" fill="{ground}"/>'
    '<text x="50" y="50" dy=".35em" text-anchor="middle" font-family="system-ui, sans-serif" font-size="64" '
    'font-weight="700" fill="{ink}">{letter}</text></svg>\n'
)
SVG_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 180 180">'
    '<image width="180" height="180" href="data:image/png;base64,{data}"/></svg>\n'
)


def from_letter(name: str, *, ground: str, ink: str) -> dict[str, bytes]:
    """Icons by path, with the first letter of a name on a ground; colours as "#rrggbb".

    Bitmaps show letters beyond the Latin ones, which the font at hand does not have, as a disc; the SVG shows them all.
    """
    letter = first_letter(name)
    touch = draw_letter(letter, TOUCH_SIDE, ground, ink)
    svg = SVG_LETTER.format(ground=escape(ground), ink=escape(ink), letter=escape(letter))
    return icons([draw_letter(letter, side, ground, ink) for side in ICO_SIDES], touch, svg)


def from_picture(name: str, data: bytes, *, ground: str = "#ffffff") -> dict[str, bytes]:
    """Icons by path from a picture's file, its middle where it is no square; what is transparent shows the ground on
    telephones' home screens, which know no transparency. Raises Refused for what is no picture.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - kept out of DAG parsing

    try:
        picture = decode(data, picture_family(data))
    except Unwanted as reason:
        raise Refused(name, str(reason)) from None
    square = picture.convert("RGBA")
    sides = [ImageOps.fit(square, (side, side), Image.Resampling.LANCZOS) for side in ICO_SIDES]
    large = ImageOps.fit(square, (TOUCH_SIDE, TOUCH_SIDE), Image.Resampling.LANCZOS)
    touch = Image.new("RGBA", large.size, ground)
    touch.alpha_composite(large)
    svg = SVG_PICTURE.format(data=base64.b64encode(png(large)).decode())
    return icons(sides, touch.convert("RGB"), svg)


def picture_family(data: bytes) -> str:
    """The family of a picture. Raises Unwanted for other files."""
    family = family_of(data, "")
    if family not in KINDS or KINDS[family].folder is not AssetFolder.IMAGES:
        raise Unwanted("It is no picture. An icon is made from a PNG, JPEG, WebP or GIF.")
    return family


def first_letter(name: str) -> str:
    """The first letter or digit of a name, large; "•" for a name without any."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", name))
    letter = next((each for each in plain if each.isalnum()), "•")
    return letter.upper() if len(letter.upper()) == 1 else letter


def draw_letter(letter: str, side: int, ground: str, ink: str) -> PillowImage:
    """The letter, or a disc in its stead, in the middle of a square of so many pixels."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415 - kept out of DAG parsing

    large = side * LARGE
    image = Image.new("RGB", (large, large), ground)
    pen = ImageDraw.Draw(image)
    latin = unicodedata.normalize("NFKD", letter)[0]
    if latin.isascii() and latin.isalnum():
        font = ImageFont.load_default(large * 0.72)
        left, top, right, bottom = pen.textbbox((0, 0), latin, font)
        place = ((large - left - right) / 2, (large - top - bottom) / 2)
        pen.text(place, latin, ink, font, stroke_width=large // 60, stroke_fill=ink)
    else:
        pen.ellipse((large * 0.25, large * 0.25, large * 0.75, large * 0.75), ink)
    return image.resize((side, side), Image.Resampling.LANCZOS)


def icons(small: list[PillowImage], touch: PillowImage, svg: str) -> dict[str, bytes]:
    """The files of drawn icons by path."""
    file = io.BytesIO()
    sizes = [image.size for image in small]
    small[-1].save(file, "ICO", sizes=sizes, append_images=small[:-1])
    return {ICO: file.getvalue(), TOUCH: png(touch), SVG: svg.encode()}


def png(image: PillowImage) -> bytes:
    """The pixels as PNG."""
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()
