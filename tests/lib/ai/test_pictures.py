"""What is stored of a picture: the pixels as PNG, and nothing that came along with them."""

from __future__ import annotations

import base64
import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from igny8_lib.ai.pictures import NoPicture, decode_picture, verify_picture


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def saved(image: Image.Image, kind: str, **more: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


def gradient(mode: str = "RGB") -> Image.Image:
    return Image.linear_gradient("L").resize((40, 24)).convert(mode)


def test_a_png_keeps_its_pixels_and_loses_what_is_written_in_it() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("prompt", "a secret")
    exif = Image.Exif()
    exif[0x010F] = "camera"
    content = saved(gradient("RGBA"), "PNG", pnginfo=texts, exif=exif) + b"behind the end"
    stored = verify_picture(content)
    assert opened(stored.content).tobytes() == gradient("RGBA").tobytes()
    assert not [word for word in (b"secret", b"camera", b"behind") if word in stored.content]


def test_a_photograph_is_turned_as_its_exif_says_and_loses_it() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "camera"
    stored = verify_picture(saved(gradient(), "JPEG", exif=exif))
    assert (stored.width, stored.height, stored.mime) == (24, 40, "image/png")
    assert b"camera" not in stored.content
    assert not opened(stored.content).getexif()


def test_of_an_animation_the_first_frame_is_stored() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "PNG", "WEBP"):
        content = saved(frames[0], kind, save_all=True, append_images=frames[1:], **LOSSLESS.get(kind, {}))
        image = opened(verify_picture(content).content)
        assert image.convert("RGB").getpixel((3, 3)) == (255, 0, 0)
        assert getattr(image, "n_frames", 1) == 1


LOSSLESS: dict[str, dict[str, object]] = {"WEBP": {"lossless": True}}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK"])
def test_every_kind_of_pixels_is_stored(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(verify_picture(saved(gradient().convert(mode), kind)).content).size == (40, 24)


def test_base64_is_read_in_every_way_it_is_written() -> None:
    content = saved(gradient(), "PNG")
    plain = base64.b64encode(content).decode()
    ways = [
        base64.encodebytes(content).decode(),
        base64.urlsafe_b64encode(content).decode().rstrip("="),
        f"data:image/png;base64,{plain}",
        f" DATA:image/webp;charset=x;BASE64,{plain}\r\n",
    ]
    assert {decode_picture(way).content for way in ways} == {decode_picture(plain).content}


@pytest.mark.parametrize("size", [(1, 1), (4000, 4), (8000, 6000)])
def test_a_placeholder_and_a_bomb_are_no_pictures(size: tuple[int, int]) -> None:
    with pytest.raises(NoPicture):
        verify_picture(saved(Image.new("1", size), "PNG"))


@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP"]), st.integers(0, 400), st.binary(max_size=20))
def test_a_damaged_file_is_a_picture_or_named_as_none(kind: str, at: int, noise: bytes) -> None:
    content = saved(gradient(), kind)
    with contextlib.suppress(NoPicture):
        stored = verify_picture(content[:at] + noise + content[at + len(noise) :])
        assert opened(stored.content).size == (stored.width, stored.height)
