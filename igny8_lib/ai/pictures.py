"""Pictures from a provider: base64 text or a URL to fetch, and in each case proven to be a picture.

Whatever comes (PNG, JPEG, WebP, GIF, AVIF) is stored as PNG. It is the one format of these that loses nothing, so a
picture is never made worse twice when a publisher scales it; every system reads it; and it is what image models
mostly send, which is then kept pixel for pixel without being packed again. Of an animation the first frame is kept.
Nothing but the picture is: EXIF, texts and places go, the colour profile stays.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import importlib
import io
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from igny8_lib.ai.errors import AIFailure, AnswerInvalid, ProviderUnreachable
from igny8_lib.ai.failures import failure_of
from igny8_lib.ai.png import strip_png
from igny8_lib.ai.scrub import Scrubber

if TYPE_CHECKING:
    import httpx
    from PIL.Image import Image as PillowImage

MAX_BYTES = 25 * 1024 * 1024
"""Of a picture as it comes, and as it is stored."""
MAX_PIXELS = 40_000_000
"""Far above what image models draw; a small file that unpacks to more is an attack, not a picture."""
MIN_SIDE = 8
"""Pixels. What is smaller is a placeholder for a picture that could not be drawn."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
MIME = "image/png"
MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})
"""Pixel formats that PNG and every reader of it know."""
DATA_URL = re.compile(r"\A\s*data:([^,]{0,200}),", re.IGNORECASE)
NOT_BASE64 = re.compile(r"[\s\u200b\ufeff]+")
MAX_REASON = 100


class NoPicture(AnswerInvalid):
    """A picture's bytes are none. It counts no HTTP request of its own: the request for it was answered."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, attempts=0)


@dataclass(frozen=True)
class Picture:
    """Bytes that were decoded to the end, and what they are."""

    content: bytes
    mime: str
    width: int
    height: int


def decode_picture(text: str) -> Picture:
    """The picture in base64 (either alphabet, with or without line ends and padding) or in a data URL.

    Raises NoPicture.
    """
    head = DATA_URL.match(text)
    coded = text[head.end() :] if head else text
    if head and not head[1].lower().replace(" ", "").endswith(";base64"):
        return verify_picture(unquote_to_bytes(coded))
    return verify_picture(decode_base64(coded))


def decode_base64(text: str) -> bytes:
    """The bytes of base64 text. Raises NoPicture."""
    plain = NOT_BASE64.sub("", text.replace("%3D", "=").replace("%2B", "+").replace("%2F", "/")).rstrip("=")
    plain = plain.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise NoPicture("the picture is no valid base64.") from None


def verify_picture(content: bytes) -> Picture:
    """The picture in the bytes, as it is stored. Raises NoPicture for what is no whole picture of sane size."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - kept out of DAG parsing

    if len(content) > MAX_BYTES:
        raise NoPicture(f"the picture is larger than {MAX_BYTES // 1024 // 1024} MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = open_image(content)
            check_size(*image.size)
            image.load()
            return store_picture(image, content)
    except NoPicture:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NoPicture("the picture is no PNG, JPEG, WebP, GIF or AVIF.") from None
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - decoders raise nearly anything on damaged files
        reason = Scrubber().sentence(str(error), MAX_REASON)
        raise NoPicture(f"the picture is damaged: {reason}.") from None


def open_image(content: bytes) -> PillowImage:
    """The image of the bytes, not yet decoded, by what they are and not by what anybody calls them."""
    from PIL import Image  # noqa: PLC0415 - kept out of DAG parsing

    load_formats()
    return Image.open(io.BytesIO(content), formats=[name for name in FORMATS if name in Image.OPEN])


def load_formats() -> None:
    """Import what reads the formats; all that there are would be forty modules."""
    from PIL import Image  # noqa: PLC0415 - kept out of DAG parsing

    Image.preinit()
    for name in ("WebPImagePlugin", "AvifImagePlugin"):
        importlib.import_module(f"PIL.{name}")


def check_size(width: int, height: int) -> None:
    """Raises NoPicture for a picture that is too large or too small to be one."""
    if width * height > MAX_PIXELS:
        raise NoPicture(f"the picture has {width} by {height} pixels, more than {MAX_PIXELS} in all.")
    if min(width, height) < MIN_SIDE:
        raise NoPicture(f"the picture has {width} by {height} pixels: a placeholder, no picture.")


def store_picture(image: PillowImage, content: bytes) -> Picture:
    """A decoded picture in the format that is stored. Raises NoPicture where that is too large."""
    whole = image.format == "PNG" and image.mode in MODES and not image.getexif().get(ORIENTATION)
    stored = strip_png(content) if whole else encode_png(image)
    if len(stored) > MAX_BYTES:
        raise NoPicture(f"the picture is larger than {MAX_BYTES // 1024 // 1024} MB.")
    size = image.size if whole else png_size(stored)
    return Picture(stored, MIME, *size)


ORIENTATION = 0x0112
"""EXIF's tag for a picture that has to be turned."""


def encode_png(image: PillowImage) -> bytes:
    """The picture as PNG, turned as its EXIF says, with nothing beside it but a colour profile that fits."""
    from PIL import ImageOps  # noqa: PLC0415 - kept out of DAG parsing

    profile = image.info.get("icc_profile") if image.mode in {"RGB", "RGBA", "L", "P"} else None
    turned = ImageOps.exif_transpose(image)
    if turned.mode not in MODES or turned.mode == "P":
        alpha = "A" in turned.mode or "a" in turned.mode or "transparency" in turned.info
        turned = turned.convert("RGBA" if alpha else "RGB")
    bare = turned.copy()
    bare.info = {}
    file = io.BytesIO()
    bare.save(file, "PNG", icc_profile=profile)
    return file.getvalue()


def png_size(content: bytes) -> tuple[int, int]:
    """Width and height in the header of a PNG."""
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def read_address(url: str) -> httpx.URL:
    """The URL of a picture. Raises NoPicture for what is no http(s) URL, before anything is sent."""
    import httpx  # noqa: PLC0415 - kept out of DAG parsing

    try:
        read = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise NoPicture("the picture's URL cannot be read.") from None
    if read.scheme not in {"http", "https"} or not read.host:
        raise NoPicture("the picture's URL is neither http nor https.")
    return read


async def fetch(url: httpx.URL, http: httpx.AsyncClient, scrubber: Scrubber) -> Picture:
    """The picture behind a URL, of at most `MAX_BYTES`, whatever content type it is given.

    Raises NoPicture for anything else, and the failures of `failure_of` for HTTP errors.
    """
    import httpx  # noqa: PLC0415 - kept out of DAG parsing

    try:
        async with http.stream("GET", url) as response:
            kind = scrubber.sentence(response.headers.get("content-type", "").partition(";")[0], MAX_REASON)
            content = await read_content(response)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise NoPicture("the picture's URL leads to an address that is no http(s) URL.") from None
    except httpx.TooManyRedirects:
        raise NoPicture("the picture's URL leads from one address to the next without end.") from None
    except httpx.HTTPError as error:
        raise ProviderUnreachable(f"The picture could not be fetched: {type(error).__name__}.") from error
    try:
        return await asyncio.to_thread(verify_picture, content)
    except NoPicture as failure:
        if kind.lower().startswith("image/"):
            raise
        raise NoPicture(f"{failure.problem[:-1]}; its URL leads to {kind or 'an unnamed type'}.") from None


async def read_content(response: httpx.Response) -> bytes:
    """The body of a picture's response, read with its bounds."""
    if response.status_code >= 400:
        raise failure_of_url(response.status_code, response)
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_BYTES:
            raise NoPicture(f"the picture is larger than {MAX_BYTES // 1024 // 1024} MB.")
    return bytes(content)


def failure_of_url(status: int, response: httpx.Response) -> AIFailure:
    """An HTTP error of a picture's URL. A refusal there concerns this picture, not the provider's API."""
    if 400 <= status < 500 and status not in {408, 409, 425, 429}:
        return NoPicture(f"the picture's URL answers HTTP {status}.")
    return failure_of(status, None, response.headers)
