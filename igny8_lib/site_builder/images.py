"""The pictures of a site, as pages need to know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Variant:
    """A smaller copy of a picture; width and height in pixels."""

    file: str
    width: int
    height: int


@dataclass(frozen=True)
class ImageFile:
    """A picture in assets/images with its copies; width and height in pixels."""

    file: str
    width: int
    height: int
    variants: tuple[Variant, ...] = ()


Images: TypeAlias = Mapping[str, ImageFile]
"""By the name of the file."""
