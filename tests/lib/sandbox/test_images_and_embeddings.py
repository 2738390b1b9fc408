"""Pictures and embeddings, as the real SDK and Pillow read them."""

from __future__ import annotations

import base64
import io
import math
import struct

import httpx
import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from igny8_lib.sandbox.answers.embeddings import embed
from igny8_lib.sandbox.answers.pictures import draw, size_of
from tests.sandbox_server import SandboxServer


@pytest.fixture
def client(sandbox: SandboxServer) -> openai.OpenAI:
    return openai.OpenAI(base_url=sandbox.base_url, api_key="any", max_retries=0, timeout=30)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("size", ["1024x1024", "1536x1024", "256x256"])
def test_a_picture_is_a_png_of_the_size_asked_for_and_says_what_drew_it(client: openai.OpenAI, size: str) -> None:
    answer = client.images.generate(model="m", prompt="A calm kitchen", size=size)
    image = opened(base64.b64decode(answer.data[0].b64_json))
    assert image.format == "PNG"
    assert f"{image.width}x{image.height}" == size
    assert "no model" in image.info["Software"]
    assert image.info["Description"] == "A calm kitchen"
    assert answer.usage.output_tokens > 0


def test_a_picture_can_be_asked_for_as_a_url(client: openai.OpenAI, sandbox: SandboxServer) -> None:
    by_request = client.images.generate(model="m", prompt="A calm kitchen", response_format="url").data[0]
    sandbox.switch(image_as_url=True)
    by_switch = client.images.generate(model="m", prompt="A calm kitchen").data[0]
    assert by_request.url == by_switch.url
    assert by_request.b64_json is None
    served = httpx.get(by_request.url)
    assert served.headers["content-type"] == "image/png"
    assert opened(served.content).size == (1024, 1024)


def test_a_file_that_is_not_there_is_404_in_openais_shape(sandbox: SandboxServer) -> None:
    answer = httpx.get(f"{sandbox.url}/files/none.png")
    assert answer.status_code == 404
    assert "none.png" in answer.json()["error"]["message"]


@pytest.mark.parametrize("outcome", ["truncated", "malformed"])
def test_a_spoilt_picture_cannot_be_opened(client: openai.OpenAI, sandbox: SandboxServer, outcome: str) -> None:
    sandbox.switch(fail_next=[outcome])
    content = base64.b64decode(client.images.generate(model="m", prompt="x").data[0].b64_json)
    with pytest.raises(OSError, match=r"truncated|cannot identify"):
        opened(content)


@pytest.mark.parametrize(
    ("outcome", "code"), [("refused", "moderation_blocked"), ("content_filtered", "content_policy_violation")]
)
def test_a_refused_picture_is_a_400_with_its_code(
    client: openai.OpenAI, sandbox: SandboxServer, outcome: str, code: str
) -> None:
    sandbox.switch(fail_next=[outcome])
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.generate(model="m", prompt="x")
    assert caught.value.code == code


@settings(max_examples=30, deadline=None)
@given(prompt=st.text(min_size=1, max_size=300), width=st.integers(64, 700), height=st.integers(64, 700))
def test_any_prompt_in_any_script_and_size_is_drawn_and_drawn_again_the_same(
    prompt: str, width: int, height: int
) -> None:
    content = draw(prompt, size_of(f"{width}x{height}"))
    assert opened(content).size == (width, height)
    assert draw(prompt, (width, height)) == content


def test_different_prompts_give_different_pictures() -> None:
    assert len({draw(f"Kitchen {number}", (256, 256)) for number in range(20)}) == 20


def test_embeddings_have_the_dimensions_asked_for_and_both_encodings_agree(
    client: openai.OpenAI, sandbox: SandboxServer
) -> None:
    texts = ["payday loans", "kitchen tiles"]
    floats = client.embeddings.create(model="m", input=texts, dimensions=64, encoding_format="float")
    body = {"model": "m", "input": texts, "dimensions": 64, "encoding_format": "base64"}
    packed = httpx.post(f"{sandbox.base_url}/embeddings", json=body, headers={"authorization": "Bearer any"}).json()
    assert [item.index for item in floats.data] == [0, 1]
    for plain, encoded in zip(floats.data, packed["data"], strict=True):
        assert struct.unpack("<64f", base64.b64decode(encoded["embedding"])) == pytest.approx(plain.embedding)
    assert len(client.embeddings.create(model="m", input="x").data[0].embedding) == 512


def cosine(one: str, other: str) -> float:
    return sum(a * b for a, b in zip(embed(one, 512), embed(other, 512), strict=True))


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("how do payday loans work", "payday loan explained", "kitchen tiles for a small bathroom"),
        ("чистовая отделка квартиры", "отделка квартир под ключ", "натяжные потолки"),
        ("taller mecanico cerca de mi", "talleres mecanicos", "cambio de aceite"),
    ],
)
def test_texts_with_words_in_common_are_nearer(text: str, near: str, far: str) -> None:
    assert cosine(text, text) == pytest.approx(1)
    assert cosine(text, near) > cosine(text, far) + 0.2


@settings(max_examples=60, deadline=None)
@given(text=st.text(min_size=1, max_size=80), dimensions=st.integers(1, 300))
def test_every_embedding_is_a_unit_vector(text: str, dimensions: int) -> None:
    assert math.hypot(*embed(text, dimensions)) == pytest.approx(1)
