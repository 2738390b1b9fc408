import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from igny8_lib.errors import InvalidInput
from igny8_lib.models import ImageFormat
from igny8_lib.publishing.images import MAX_SIDE, for_web


def png(width: int = 40, height: int = 30, mode: str = "RGB", **save: object) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(file, "PNG", **save)
    return file.getvalue()


@given(width=st.integers(1, 60), height=st.integers(1, 60), mode=st.sampled_from(["RGB", "RGBA", "L", "LA", "P", "1"]))
def test_a_picture_becomes_a_webp_of_its_size_and_the_same_one_each_time(width: int, height: int, mode: str) -> None:
    found = for_web(png(width, height, mode), ImageFormat.WEBP)
    assert (found.mime, found.suffix, found.width, found.height) == ("image/webp", "webp", width, height)
    assert Image.open(io.BytesIO(found.data)).size == (width, height)
    assert for_web(png(width, height, mode), ImageFormat.WEBP) == found


def test_transparency_is_kept() -> None:
    image = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    file = io.BytesIO()
    image.save(file, "PNG")
    found = Image.open(io.BytesIO(for_web(file.getvalue(), ImageFormat.WEBP).data))
    assert found.convert("RGBA").getpixel((5, 5))[3] == 0


def test_a_transparent_colour_of_a_palette_is_kept() -> None:
    file = io.BytesIO()
    Image.new("P", (20, 20), 0).save(file, "PNG", transparency=0)
    data = file.getvalue()
    assert Image.open(io.BytesIO(for_web(data, ImageFormat.WEBP).data)).mode == "RGBA"


def test_a_colour_profile_is_kept() -> None:
    data = png(icc_profile=b"colours")
    assert Image.open(io.BytesIO(for_web(data, ImageFormat.WEBP).data)).info["icc_profile"] == b"colours"


def test_huge_pictures_are_scaled_down_in_proportion() -> None:
    found = for_web(png(2 * MAX_SIDE, MAX_SIDE), ImageFormat.WEBP)
    assert (found.width, found.height) == (MAX_SIDE, MAX_SIDE // 2)


def test_the_original_passes_through() -> None:
    data = png(2 * MAX_SIDE, 10)
    found = for_web(data, ImageFormat.ORIGINAL)
    assert found.data == data
    assert (found.mime, found.suffix, found.width, found.height) == ("image/png", "png", 2 * MAX_SIDE, 10)


@pytest.mark.parametrize(
    ("data", "image_format"),
    [
        *((data, one) for data in (b"", b"<html>", b"\x89PNG\r\n\x1a\n") for one in ImageFormat),
        (png()[:100], ImageFormat.WEBP),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(data: bytes, image_format: ImageFormat) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        for_web(data, image_format)
