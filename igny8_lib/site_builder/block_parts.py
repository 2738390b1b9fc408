"""What the data of blocks consists of: pictures, links and whatever else its models hold."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from igny8_lib.site_builder.blocks import read_data
from igny8_lib.site_builder.documents import Page


def parts_of(value: object) -> Iterator[BaseModel]:
    """All models inside a block's data and itself, as they stand in it."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from parts_of(getattr(value, name))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from parts_of(each)


def page_parts(page: Page) -> Iterator[BaseModel]:
    """All models inside the data of a page's blocks, as they stand on it."""
    for block in page.blocks:
        yield from parts_of(read_data(block.type, block.data))
