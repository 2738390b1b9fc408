"""Icons: their files, their sizes, and that they show what they are made from."""

from __future__ import annotations

import io
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from igny8_lib.site_builder.favicon import ICO, SVG, TOUCH, first_letter, from_letter, from_picture
from igny8_lib.site_builder.uploads.refusal import Refused
from tests.lib.site_builder.uploads.making import GOOD, picture


def check(icons: dict[str, bytes]) -> None:
    """The files that pages link to, in the sizes that browsers ask for."""
    assert set(icons) == {"favicon.ico", "assets/icons/apple-touch-icon.png", "assets/icons/favicon.svg"}
    with Image.open(io.BytesIO(icons[ICO])) as ico:
        assert ico.info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    with Image.open(io.BytesIO(icons[TOUCH])) as touch:
        assert (touch.format, touch.size, touch.mode) == ("PNG", (180, 180), "RGB")
    assert fromstring(icons[SVG]).tag.endswith("}svg")  # noqa: S314 - the builder's own


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=20))
def test_every_name_has_icons_and_always_the_same(name: str) -> None:
    icons = from_letter(name, ground="#0b5cad", ink="#ffffff")
    check(icons)
    assert from_letter(name, ground="#0b5cad", ink="#ffffff") == icons


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("harbour lane", "H"),
        ("  «Élan»", "É"),
        ("жук", "Ж"),
        ("日本", "日"),
        ("1st", "1"),
        ("ßa", "ß"),
        ("<&>", "•"),
        ("", "•"),
    ],
)
def test_the_letter_is_the_first_that_a_name_has(name: str, letter: str) -> None:
    assert first_letter(name) == letter
    assert f">{letter}</text>" in from_letter(name, ground="#000000", ink="#ffffff")[SVG].decode()


def colours(icons: dict[str, bytes]) -> set[object]:
    with Image.open(io.BytesIO(icons[TOUCH])) as touch:
        return {colour for count, colour in touch.getcolors(40_000) or [] if count > 500}


def test_letters_and_discs_are_drawn_in_ink_on_the_ground() -> None:
    drawn = {name: from_letter(name, ground="#102030", ink="#fefefe") for name in ("A", "Ä", "B", "Ж", "日")}
    for icons in drawn.values():
        assert colours(icons) == {(0x10, 0x20, 0x30), (0xFE, 0xFE, 0xFE)}
    assert drawn["A"][TOUCH] == drawn["Ä"][TOUCH] != drawn["B"][TOUCH]
    assert drawn["Ж"][TOUCH] == drawn["日"][TOUCH] != drawn["A"][TOUCH]


def test_icons_of_a_picture_show_its_middle_on_the_ground() -> None:
    wide = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    wide.paste((255, 0, 0, 255), (100, 0, 200, 50))
    file = io.BytesIO()
    wide.save(file, "PNG")
    icons = from_picture("logo.png", file.getvalue(), ground="#00ff00")
    check(icons)
    with Image.open(io.BytesIO(icons[TOUCH])) as touch:
        assert (touch.getpixel((90, 20)), touch.getpixel((90, 160))) == ((255, 0, 0), (0, 255, 0))
    assert from_picture("logo.png", file.getvalue(), ground="#00ff00") == icons


@pytest.mark.parametrize("data", [GOOD["pdf"], GOOD["mp4"], b"<svg/>", b"", picture()[:60]])
def test_what_is_no_picture_makes_no_icon(data: bytes) -> None:
    with pytest.raises(Refused, match="was refused"):
        from_picture("logo.png", data)
