"""What is known about a website's pictures as JSON columns keep it: {name: {width, height, variants}}."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from igny8_lib.site_builder.images import ImageFile, Images, Variant


def as_json(images: Iterable[ImageFile]) -> dict[str, Any]:
    """The pictures by their names."""
    return {image.file: asdict(image) | {"variants": [asdict(one) for one in image.variants]} for image in images}


def images_from(kept: Mapping[str, Any]) -> Images:
    """The pictures that such a document tells of."""
    return {name: image_from(one) for name, one in kept.items()}


def image_from(kept: Mapping[str, Any]) -> ImageFile:
    """One of them."""
    variants = tuple(Variant(one["file"], one["width"], one["height"]) for one in kept["variants"])
    return ImageFile(kept["file"], kept["width"], kept["height"], variants)
