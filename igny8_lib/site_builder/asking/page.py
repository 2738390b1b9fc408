"""One page of a website as the AI writes it."""

from __future__ import annotations

from pydantic import BaseModel

from igny8_lib.ai.names import Line
from igny8_lib.site_builder.documents import Block


class WrittenPage(BaseModel):
    """The answer. What people wrote and keep is not in it."""

    title: Line
    description: Line
    """For search engines."""
    blocks: list[Block]
