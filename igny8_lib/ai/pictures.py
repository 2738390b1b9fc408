"""Pictures from a provider: base64 text or a URL to fetch, and in each case proven to be a picture."""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from igny8_lib.ai.errors import AIFailure, AnswerInvalid, ProviderUnreachable
from igny8_lib.ai.failures import failure_of

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 40_000_000
"""Far above what image models draw; a small file that unpacks to more is an attack, not a picture."""
MIME = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


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


def decoded(text: str) -> Picture:
    """The picture of a `b64_json` field. Raises NoPicture."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoPicture("the picture is no valid base64.") from None
    return verified(content)


def verified(content: bytes) -> Picture:
    """The picture in the bytes. Raises NoPicture for anything but a whole PNG, JPEG or WebP of sane size."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - kept out of DAG parsing

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=list(MIME))
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise NoPicture(f"the picture has {width} by {height} pixels, more than {MAX_PIXELS} in all.")
        image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NoPicture("the picture is no PNG, JPEG or WebP.") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise NoPicture(f"the picture is damaged: {error}.") from None
    return Picture(content, MIME[str(image.format)], width, height)


def address(url: str) -> httpx.URL:
    """The URL of a picture. Raises NoPicture for what is no http(s) URL, before anything is sent."""
    import httpx  # noqa: PLC0415 - kept out of DAG parsing

    try:
        read = httpx.URL(url)
    except httpx.InvalidURL:
        raise NoPicture("the picture's URL cannot be read.") from None
    if read.scheme not in {"http", "https"}:
        raise NoPicture("the picture's URL is neither http nor https.")
    return read


async def fetch(url: httpx.URL, http: httpx.AsyncClient) -> Picture:
    """The picture behind a URL of at most `MAX_BYTES` and an image content type.

    Raises NoPicture for anything else, and the failures of `failure_of` for HTTP errors.
    """
    import httpx  # noqa: PLC0415 - kept out of DAG parsing

    try:
        async with http.stream("GET", url) as response:
            content = await body_of(response)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        raise NoPicture("the picture's URL leads to an address that is no http(s) URL.") from None
    except httpx.HTTPError as error:
        raise ProviderUnreachable(f"The picture could not be fetched: {type(error).__name__}.") from error
    return await asyncio.to_thread(verified, content)


async def body_of(response: httpx.Response) -> bytes:
    """The body of a picture's response, read with its bounds."""
    if response.status_code >= 400:
        raise gone(response.status_code, response)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind.startswith("image/") and kind != "application/octet-stream":
        raise NoPicture(f"the picture's URL leads to {kind or 'an unnamed type'}, not to a picture.")
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_BYTES:
            raise NoPicture(f"the picture is larger than {MAX_BYTES // 1024 // 1024} MB.")
    return bytes(content)


def gone(status: int, response: httpx.Response) -> AIFailure:
    """An HTTP error of a picture's URL. A refusal there concerns this picture, not the provider's API."""
    if status in {401, 402, 403, 404, 410}:
        return NoPicture(f"the picture's URL answers HTTP {status}.")
    return failure_of(status, None, response.headers)
