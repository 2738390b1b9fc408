"""What blocks' data consist of: links that lead somewhere and cannot run, lines, paragraphs, pictures."""

from __future__ import annotations

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from igny8_lib.site_builder.blocks.parts import Line, Link, Paragraphs, Picture

LINK: TypeAdapter[str] = TypeAdapter(Link)
LINE: TypeAdapter[str] = TypeAdapter(Annotated[Line, Field(min_length=1, max_length=5)])
PARAGRAPHS: TypeAdapter[str] = TypeAdapter(Paragraphs)


@pytest.mark.parametrize(
    "target",
    [
        "page:about",
        "page:about-us#team-2",
        "#top",
        "mailto:ann.o+x@boats.example",
        "mailto:ann@boats.example?subject=Hello%20there",
        "tel:+44-1326-000000",
        "http://boats.example",
        "HTTPS://Boats.Example:8443/a/b?c=d&e=%20#part",
        "https://bücher.example/größe",
    ],
)
def test_a_link_target_is_kept_as_it_is(target: str) -> None:
    assert LINK.validate_python(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "about",
        "/about/",
        "//evil.example/",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "page:",
        "page:About",
        "page:../x",
        "page:about#1",
        "#",
        "#A b",
        "mailto:",
        "mailto:ann",
        "mailto:ann@boats.example?subject=a b",
        "tel:",
        "tel:ann",
        "http:",
        "https://",
        "https:///path",
        "https://ann:secret@boats.example/",
        "https://boats.example:port/",
        "https://boats.example/a b",
        'https://boats.example/"onclick="alert(1)',
        "https://boats.example/%zz",
        "https://-/",
    ],
)
def test_a_link_target_that_leads_nowhere_or_could_run_is_refused(target: str) -> None:
    with pytest.raises(ValidationError, match="a link leads to"):
        LINK.validate_python(target)


def test_a_telephone_number_loses_its_spaces() -> None:
    assert LINK.validate_python("tel:+44 1326 000") == "tel:+441326000"


def test_a_line_has_single_spaces_and_nothing_unseen() -> None:
    assert LINE.validate_python(" a\n\tb\x00\u202e\ud800 ") == "a b"


def test_a_line_is_measured_once_it_is_tidy() -> None:
    assert LINE.validate_python("  a    b  ") == "a b"
    for text in (" \n ", "abcdef"):
        with pytest.raises(ValidationError):
            LINE.validate_python(text)


def test_paragraphs_have_one_empty_line_between_them() -> None:
    assert PARAGRAPHS.validate_python("\r\n a\r\nb\n \t\n\n\nc\u2029d\n") == "a\nb\n\nc\n\nd"


@given(st.text())
def test_tidying_twice_is_tidying_once(text: str) -> None:
    once = PARAGRAPHS.validate_python(text)
    assert PARAGRAPHS.validate_python(once) == once


@pytest.mark.parametrize("file", ["", "../a.jpg", "a/b.jpg", ".a", "A.jpg", "a b.jpg", "a" * 101, "a.jpg\n", "a\\b"])
def test_a_picture_is_a_file_of_the_images_folder_and_no_other(file: str) -> None:
    with pytest.raises(ValidationError):
        Picture(file=file)
