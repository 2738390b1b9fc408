"""One picture against a real HTTP server: base64 and URL answers, and what is no picture."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from PIL import Image

from igny8_lib.ai import pictures
from igny8_lib.ai.answers import ImageAnswer, TokenUsage
from igny8_lib.ai.client import AIClient
from igny8_lib.ai.errors import AnswerInvalid, ContentFiltered, InsufficientQuota, ProviderOverloaded
from igny8_lib.ai.requests import ImageRequest
from tests.lib.ai.wire_server import Reply, Seen, WireServer, drawn, failed

REQUEST = ImageRequest("A rose bush in spring", "1536x1024", "medium")
MakeClient = Callable[..., AIClient]


def picture(kind: str = "PNG", size: tuple[int, int] = (24, 16)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "darkgreen").save(file, kind)
    return file.getvalue()


def draw(client: AIClient) -> ImageAnswer:
    async def once() -> ImageAnswer:
        async with client:
            return await client.draw(REQUEST, key="k1")

    return asyncio.run(once())


def as_base64(content: bytes) -> Reply:
    return drawn(b64_json=base64.b64encode(content).decode())


def serve_by_url(provider: WireServer, *files: Reply) -> None:
    """Answer with a URL on the same server, and its GETs with the files in turn."""
    left = list(files)

    def decide(seen: Seen) -> Reply:
        if seen.method == "POST":
            return drawn(url=f"{provider.url}/files/1.png")
        return left.pop(0) if len(left) > 1 else left[0]

    provider.decide = decide


def image_file(content: bytes, kind: str = "image/png") -> Reply:
    return Reply(body=content, headers={"content-type": kind})


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_a_base64_picture_is_measured_and_becomes_a_png(
    provider: WireServer, open_client: MakeClient, kind: str
) -> None:
    provider.script(as_base64(picture(kind)))
    answer = draw(open_client())
    assert (answer.mime, answer.width, answer.height) == ("image/png", 24, 16)
    assert Image.open(io.BytesIO(answer.content)).format == "PNG"
    assert (answer.model, answer.attempts, answer.usage) == ("brush", 1, TokenUsage())
    seen = provider.seen[0]
    assert (seen.path, seen.headers["idempotency-key"]) == ("/v1/images/generations", "k1")
    assert seen.body == {
        "model": "brush",
        "prompt": "A rose bush in spring",
        "size": "1536x1024",
        "quality": "medium",
        "n": 1,
    }


def test_a_picture_behind_a_url_is_fetched_without_the_key(provider: WireServer, open_client: MakeClient) -> None:
    serve_by_url(provider, failed(503), image_file(picture()))
    answer = draw(open_client())
    assert (answer.width, answer.attempts) == (24, 3)
    assert [seen.method for seen in provider.seen] == ["POST", "GET", "GET"]
    assert "authorization" not in provider.seen[1].headers


def test_pictures_have_a_price_each_or_by_tokens(provider: WireServer, open_client: MakeClient) -> None:
    provider.script(as_base64(picture()))
    assert draw(open_client(prices='{"brush": {"image": "0.04"}}')).usage.provider_cost == Decimal("0.04")
    body = as_base64(picture()).body[:-1] + b', "usage": {"input_tokens": 10, "output_tokens": 1000}}'
    provider.script(Reply(body=body))
    usage = draw(open_client(prices='{"brush": {"input": 2, "output": 8}}')).usage
    assert usage == TokenUsage(10, None, 1000, Decimal("0.00802"))


@pytest.mark.parametrize(
    "reply",
    [
        drawn(b64_json="no base64!"),
        drawn(b64_json=base64.b64encode(b"no picture").decode()),
        as_base64(picture(size=(200, 200))[:-200]),
        as_base64(picture("BMP")),
        drawn(),
        drawn(url="ftp://files.example/1.png"),
        drawn(url="http://a\x00b/"),
    ],
    ids=["base64", "text", "cut", "bmp", "nothing", "ftp", "url"],
)
def test_what_is_no_picture_fails_the_item_and_says_why(
    provider: WireServer, open_client: MakeClient, reply: Reply
) -> None:
    provider.script(reply)
    with pytest.raises(AnswerInvalid, match=r"pictur|base64|URL") as caught:
        draw(open_client())
    assert (len(provider.seen), caught.value.attempts) == (1, 1)


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (failed(404), "HTTP 404"),
        (failed(403), "HTTP 403"),
        (image_file(b"<html>", "text/html"), "text/html"),
        (image_file(b"\0" * (pictures.MAX_BYTES + 1)), "larger than"),
        (image_file(b"no picture"), "no PNG, JPEG"),
    ],
)
def test_a_url_without_a_picture_fails_the_item(
    provider: WireServer, open_client: MakeClient, file: Reply, problem: str
) -> None:
    serve_by_url(provider, file)
    with pytest.raises(AnswerInvalid, match=problem) as caught:
        draw(open_client(prices='{"brush": {"image": "0.04"}}'))
    assert (len(provider.seen), caught.value.attempts) == (2, 2)
    assert caught.value.usage.provider_cost == Decimal("0.04")


def test_a_url_that_stays_down_counts_all_requests(provider: WireServer, open_client: MakeClient) -> None:
    serve_by_url(provider, failed(503))
    with pytest.raises(ProviderOverloaded) as caught:
        draw(open_client())
    assert (len(provider.seen), caught.value.attempts) == (5, 5)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (failed(400, "moderation_blocked"), ContentFiltered),
        (failed(400, "content_policy_violation"), ContentFiltered),
        (failed(400, "billing_hard_limit_reached"), InsufficientQuota),
    ],
)
def test_refusals_of_pictures_are_named(
    provider: WireServer, open_client: MakeClient, reply: Reply, error: type[Exception]
) -> None:
    provider.script(reply)
    with pytest.raises(error):
        draw(open_client())
    assert len(provider.seen) == 1


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused() -> None:
    with pytest.raises(AnswerInvalid, match=r"pixels|no PNG"):
        pictures.verify_picture(picture(size=(8000, 6000)))
