"""What the data of several block types consist of."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData


class Picture(BlockData):
    """A picture: the name of a file in assets/images, and what it shows in words."""

    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
    alt: Annotated[str, Field(max_length=200)] = ""
