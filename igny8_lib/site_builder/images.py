"""What is known about a website's pictures: for each file its size, and the smaller files that show the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Variant:
    """A narrower copy of a picture: its name in `assets/images`, and its width and height in pixels."""

    file: str
    width: int
    height: int


@dataclass(frozen=True)
class ImageFile:
    """A picture in `assets/images`, its size in pixels, and its variants, the narrowest first.

    The picture is the widest there is; it is no variant of itself.
    """

    file: str
    width: int
    height: int
    variants: tuple[Variant, ...] = ()


Images = Mapping[str, ImageFile]
"""A website's pictures by the name of the whole picture's file, the name that documents give."""
