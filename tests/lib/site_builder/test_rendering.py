"""What a block sees of the site around it."""

from __future__ import annotations

import pytest

from igny8_lib.site_builder.blocks.parts import Picture
from igny8_lib.site_builder.documents import Block
from igny8_lib.site_builder.images import ImageFile, Variant
from igny8_lib.site_builder.pages import place_of
from igny8_lib.site_builder.rendering import as_file, paragraphs, render_block
from tests.lib.site_builder.sites import BASE_URL, Element, Read, site

IMAGES = {
    "boat.webp": ImageFile(
        "boat.webp", 2000, 1000, (Variant("boat-480.webp", 480, 240), Variant("boat-960.webp", 960, 480))
    ),
    "icon.webp": ImageFile("icon.webp", 64, 64),
}
PLACE = place_of(site(), BASE_URL, IMAGES)


def shown(file: str, alt: str = "A boat", *, eager: bool = False) -> Element:
    return Read(PLACE.picture(Picture(file=file, alt=alt), sizes="50vw", eager=eager).encode()).one("img")


def test_a_picture_has_its_size_and_its_copies_narrowest_first() -> None:
    assert shown("boat.webp").attributes == {
        "src": "/shop/assets/images/boat.webp",
        "srcset": "/shop/assets/images/boat-480.webp 480w, /shop/assets/images/boat-960.webp 960w, "
        "/shop/assets/images/boat.webp 2000w",
        "sizes": "50vw",
        "width": "2000",
        "height": "1000",
        "alt": "A boat",
        "loading": "lazy",
        "decoding": "async",
    }


def test_a_picture_without_copies_names_none() -> None:
    assert not {"srcset", "sizes"} & shown("icon.webp").attributes.keys()


def test_a_picture_seen_first_is_fetched_first() -> None:
    attributes = shown("boat.webp", eager=True).attributes
    assert attributes["fetchpriority"] == "high"
    assert "loading" not in attributes


def test_a_picture_whose_file_is_unknown_has_no_size_that_the_checks_would_believe() -> None:
    assert not {"width", "height", "srcset"} & shown("gone.webp").attributes.keys()


def test_a_picture_s_description_stays_text() -> None:
    alt = '"><script>alert(1)</script>'
    assert shown("boat.webp", alt).attributes["alt"] == alt


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_block_s_heading_is_of_the_level_asked_for(level: int) -> None:
    block = Block(id="text", type="text", data={"title": "Boats & <b>", "body": "One\n\nTwo"})
    read = Read(render_block(block, PLACE, level).encode())
    assert read.one(f"h{level}").text == "Boats & <b>"
    assert [each.text for each in read.named("p")] == ["One", "Two"]
    assert read.one("section").attributes["id"] == "text"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        (" \n\n ", []),
        ("One", ["One"]),
        ("One\nstill one", ["One\nstill one"]),
        ("One\n\nTwo\n\n\n\n Three ", ["One", "Two", "Three"]),
        ("One\r\n\r\nTwo\r \rThree", ["One", "Two", "Three"]),
        ("One\n \t \nTwo", ["One", "Two"]),
    ],
)
def test_paragraphs_have_empty_lines_between_them(text: str, parts: list[str]) -> None:
    assert paragraphs(text) == parts


def test_a_file_holds_no_character_that_html_cannot_hold() -> None:
    assert as_file("a\x00b\x08c\x85d\ud800e\tf\n") == b"abcde\tf\n"
