"""Running text under a heading."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType
from igny8_lib.site_builder.blocks.parts import Paragraphs, Title


class TextData(BlockData):
    """`body` is paragraphs with an empty line between them."""

    title: Title = ""
    body: Annotated[Paragraphs, Field(min_length=1, max_length=20_000, title="Text")]


BLOCK = BlockType(
    name="text",
    title="Text",
    suits="Running text about one thing",
    schema=TextData,
    template="""\
<section class="b-text section" id="{{ block_id }}">
<div class="wrap">
{% if data.title %}
<h{{ level }}>{{ data.title }}</h{{ level }}>
{% endif %}
{% for paragraph in data.body | paragraphs %}
<p>{{ paragraph }}</p>
{% endfor %}
</div>
</section>
""",
    style="""\
.b-text .wrap > * { max-width: 70ch; }
""",
    example={"title": "Since 1987", "body": "We repair boats.\n\nBig ones and small ones."},
)
