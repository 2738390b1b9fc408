"""What a block type is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict


class BlockData(BaseModel):
    """What all blocks' data have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class BlockType:
    """A block type: `template` is Jinja2 and sees `data` (an instance of the schema), `block_id`, `level` (of its
    heading, 1 on the first block of a page) and `place` (rendering.Place); `style` is CSS on the theme's custom
    properties, each selector of which begins with the block's class."""

    name: str
    title: str
    """What people call it."""
    suits: str
    """What it is for, for whoever chooses; "where … known": it states facts, which nobody may make up."""
    schema: type[BlockData]
    template: str
    style: str
    example: dict[str, Any]
