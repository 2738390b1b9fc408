"""Pictures: drawn anew, in sizes, turned, without anything that came beside the pixels."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms

from igny8_lib.site_builder.images import ImageFile, Variant
from igny8_lib.site_builder.uploads.receiving import Received, receive
from igny8_lib.site_builder.uploads.refusal import Refused
from tests.lib.site_builder.uploads.making import gradient, picture


def shown(received: Received) -> Image.Image:
    """The whole picture as browsers get it."""
    image = Image.open(io.BytesIO(received.files[received.name]))
    image.load()
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_pictures_become_webp_in_all_widths_below_their_own(kind: str) -> None:
    received = receive("Harbour.png", picture(kind, 1_000, 500))
    assert received.image == ImageFile(
        "harbour.webp", 1_000, 500, (Variant("harbour-480.webp", 480, 240), Variant("harbour-960.webp", 960, 480))
    )
    files: list[ImageFile | Variant] = [received.image, *received.image.variants]
    for file in files:
        with Image.open(io.BytesIO(received.files[file.file])) as image:
            assert (image.format, image.size) == ("WEBP", (file.width, file.height))


@pytest.mark.parametrize(
    ("width", "widths"), [(480, []), (481, [480]), (960, [480]), (1_600, [480, 960]), (1_700, [480, 960, 1_600])]
)
def test_no_variant_is_as_wide_as_the_picture(width: int, widths: list[int]) -> None:
    image = receive("x.png", picture("PNG", width, 10)).image
    assert image is not None
    assert [variant.width for variant in image.variants] == widths


def test_larger_pictures_are_scaled_down_and_slivers_keep_a_pixel() -> None:
    large = receive("x.jpg", picture("JPEG", 4_000, 1_000)).image
    assert large is not None
    assert (large.width, large.height, len(large.variants)) == (2_560, 640, 3)
    sliver = receive("x.png", picture("PNG", 3_000, 1)).image
    assert sliver is not None
    assert {variant.height for variant in sliver.variants} == {1}


def test_a_picture_is_turned_as_its_camera_said_and_says_nothing_more() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at home"
    received = receive("x.jpg", picture("JPEG", 60, 30, exif=exif.tobytes(), comment=b"taken at home"))
    assert (received.image.width, received.image.height) == (30, 60) if received.image else False
    image = shown(received)
    assert not image.getexif()
    assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)
    assert b"taken at home" not in received.files[received.name]


def test_what_is_hidden_in_or_behind_a_picture_is_gone() -> None:
    text = b"<script>alert(1)</script>"
    png = picture("PNG")
    chunk = struct.pack(">L", len(text)) + b"tEXt" + text + struct.pack(">L", zlib.crc32(b"tEXt" + text))
    for data in (png + text, png[:33] + chunk + png[33:], picture("GIF", comment=text), picture("WEBP", xmp=text)):
        assert text in data
        assert all(text not in content for content in receive("x.png", data).files.values())


def test_of_an_animation_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "WEBP", "PNG"):
        image = shown(receive("x.gif", saved(frames[0], kind, save_all=True, append_images=frames[1:])))
        assert getattr(image, "n_frames", 1) == 1
        red, _, blue = image.convert("RGB").getpixel((10, 10))  # type: ignore[misc]
        assert red > 200
        assert blue < 50


def test_transparency_is_kept_also_that_of_palettes() -> None:
    half = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    for kind in ("PNG", "WEBP", "GIF"):
        assert shown(receive("x.png", saved(half, kind))).convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]


def test_colours_of_other_profiles_and_modes_look_the_same() -> None:
    grey = Image.new("I;16", (20, 20), 0x8000)
    assert shown(receive("x.png", saved(grey, "PNG"))).convert("L").getpixel((5, 5)) in range(125, 132)
    printed = saved(Image.new("CMYK", (20, 20), (0, 255, 255, 0)), "JPEG")
    red, green, _ = shown(receive("x.jpg", printed)).convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert red > 200
    assert green < 80
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (lab, b"no profile", lab[:200]):
        data = saved(Image.new("RGB", (9, 9), "red"), "PNG", icc_profile=profile)
        image = shown(receive("x.png", data))
        assert "icc_profile" not in image.info
        red, _, blue = image.getpixel((4, 4))  # type: ignore[misc]
        assert red > 200
        assert blue < 50


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is this large, and has nothing in it."""
    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data)) for name, data in chunks
    )


@pytest.mark.parametrize("side", [6_400, 12_000, 60_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(side: int) -> None:
    with pytest.raises(Refused, match="more than 40,000,000"):
        receive("x.png", bomb(side, side))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_half_a_picture_is_refused(kind: str) -> None:
    whole = saved(gradient(200, 200), kind)
    with pytest.raises(Refused, match="damaged picture"):
        receive("x.png", whole[: len(whole) // 2])
