"""Pictures drawn from a prompt: bands of colour, a few shapes and a caption; cheap, because benchmarks draw hundreds.

The picture is drawn in palette numbers (sixteen of them), so that nothing is ever converted or quantised and the file
stays near 10 kB.
"""

from __future__ import annotations

import base64
import colorsys
import io
import random
import textwrap
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo
from slugify import slugify

from igny8_lib.sandbox.dice import Throw
from igny8_lib.sandbox.protocol import CREATED, FINGERPRINT, IMAGE_MODEL, ApiError, ImageRequest
from igny8_lib.sandbox.switches import Reaction
from igny8_lib.sandbox.tokens import tokens

SMALLEST_SIDE, LARGEST_SIDE = 64, 2048
DEFAULT_SIZE = (1024, 1024)
BANDS = 12
INK, PAPER = BANDS, BANDS + 1
ACCENTS = (BANDS + 2, BANDS + 3)
CAPTION_LINES = 3
LETTERS_IN_LINE = 52
SIGNED = "IGNY8 sandbox - drawn by a program, no model"
PIXELS_PER_TOKEN = 1000
"""About what image models count: 1,024 × 1,024 is near 1,050 tokens."""
RUN_LENGTHS = 3
"""zlib's Z_RLE: as small as the default for pictures of flat colour, and twice as fast."""


def size_of(size: str | None) -> tuple[int, int]:
    """Width and height of "1536x1024"; the default for "auto" and none. Raises ApiError for what is no size."""
    if size in (None, "", "auto"):
        return DEFAULT_SIZE
    width, _, height = str(size).partition("x")
    try:
        sides = int(width), int(height)
    except ValueError:
        sides = (0, 0)
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in sides):
        allowed = f"WIDTHxHEIGHT with sides from {SMALLEST_SIDE} to {LARGEST_SIDE}, or auto"
        raise ApiError(400, f"Invalid size {size!r}: give {allowed}.", param="size", code="invalid_value")
    return sides


def draw(prompt: str, size: tuple[int, int]) -> bytes:
    """A PNG of that size; the same prompt gives the same picture."""
    chance = random.Random(f"{prompt}/{size}")  # noqa: S311 - a picture, not a secret
    width, height = size
    ramp = [band * BANDS // 256 for band in range(256)]
    image = Image.linear_gradient("L").resize(size, Image.Resampling.NEAREST).point(ramp)
    pen = ImageDraw.Draw(image)
    draw_shapes(pen, width, height, chance)
    draw_caption(pen, width, height, prompt)
    image.putpalette(palette(chance))
    told = PngInfo()
    told.add_text("Software", SIGNED)
    told.add_text("Model", IMAGE_MODEL)
    told.add_itxt("Description", prompt[:1000])
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1, compress_type=RUN_LENGTHS, pnginfo=told)
    return file.getvalue()


def draw_shapes(pen: ImageDraw.ImageDraw, width: int, height: int, chance: random.Random) -> None:
    """A sun over a few hills."""
    radius = min(width, height) * chance.uniform(0.1, 0.18)
    x, y = width * chance.uniform(0.2, 0.8), height * chance.uniform(0.18, 0.34)
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ACCENTS[0])
    for hill in range(4):
        level = height * (0.5 + 0.09 * hill)
        points = [(width * step / 4, level + height * chance.uniform(-0.07, 0.07)) for step in range(5)]
        pen.polygon([(0, height), *points, (width, height)], fill=(BANDS - 3 * hill - 1))
    for _ in range(5):
        side = min(width, height) * chance.uniform(0.02, 0.05)
        left, top = width * chance.uniform(0.05, 0.9), height * chance.uniform(0.5, 0.68)
        pen.rectangle((left, top, left + side, top + 1.6 * side), fill=ACCENTS[1])


def draw_caption(pen: ImageDraw.ImageDraw, width: int, height: int, prompt: str) -> None:
    """The prompt's beginning and who drew this, on paper at the bottom."""
    letters = max(8.0, width / LETTERS_IN_LINE * 1.7)
    font, small = font_of(round(letters)), font_of(max(8, round(letters * 0.55)))
    lines = textwrap.wrap(readable(prompt), LETTERS_IN_LINE, max_lines=CAPTION_LINES, placeholder=" ...")
    top = height - letters * 1.3 * (CAPTION_LINES + 1)
    pen.rectangle((0, top, width, height), fill=PAPER)
    for number, line in enumerate(lines):
        pen.text((letters, top + letters * (0.35 + 1.2 * number)), line, font=font, fill=INK)
    pen.text((letters, height - letters * 0.95), SIGNED, font=small, fill=INK)


def readable(prompt: str) -> str:
    """The prompt in letters that the built-in font has."""
    return slugify(prompt, separator=" ", lowercase=False, max_length=400) or "untitled"


@lru_cache(maxsize=32)
def font_of(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    """Pillow's built-in font: no font file is needed on any machine."""
    return ImageFont.load_default(size)


def palette(chance: random.Random) -> list[int]:
    """Sixteen colours: a sky from one hue to a near one, ink, paper and two accents."""
    hue = chance.random()
    sky = [(hue + 0.12 * band / BANDS, 0.45, 0.95 - 0.5 * band / BANDS) for band in range(BANDS)]
    rest = [(hue, 0.6, 0.15), (hue, 0.04, 0.98), (hue + 0.5, 0.35, 0.98), (hue + 0.45, 0.6, 0.6)]
    return [round(255 * part) for colour in sky + rest for part in colorsys.hsv_to_rgb(colour[0] % 1, *colour[1:])]


def spoilt(content: bytes, throw: Throw) -> bytes:
    """The file as the throw wants it. Raises ApiError for a refused prompt."""
    if throw.outcome is Reaction.REFUSED:
        raise ApiError(400, "Your request was rejected by the safety system. (sandbox)", code="moderation_blocked")
    if throw.outcome is Reaction.CONTENT_FILTERED:
        message = "Your prompt was filtered by the content policy. (sandbox switch)"
        raise ApiError(400, message, code="content_policy_violation")
    if throw.outcome is Reaction.TRUNCATED:
        return content[: len(content) // 2]
    if throw.outcome is Reaction.MALFORMED:
        return b"This is not an image. (sandbox switch)"
    return content


def answer(
    request: ImageRequest, content: bytes, *, keep: Callable[[str, bytes], None] | None, base_url: str
) -> dict[str, Any]:
    """The answer's JSON: a URL where the file is kept, else the file as base64."""
    width, height = size_of(request.size)
    used, drawn = tokens(request.prompt), width * height // PIXELS_PER_TOKEN
    usage = {"input_tokens": used, "output_tokens": drawn, "total_tokens": used + drawn}
    details = {"text_tokens": used, "image_tokens": 0}
    item = {"b64_json": base64.b64encode(content).decode()}
    if keep:
        name = f"{blake2b(content, digest_size=12).hexdigest()}.png"
        keep(name, content)
        item = {"url": f"{base_url}files/{name}"}
    return {
        "created": CREATED,
        "data": [item],
        "model": IMAGE_MODEL,
        "system_fingerprint": FINGERPRINT,
        "size": f"{width}x{height}",
        "output_format": "png",
        "usage": usage | {"input_tokens_details": details},
    }
