"""A picture beside a text."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType
from igny8_lib.site_builder.blocks.parts import Buttons, Paragraphs, Picture, Title


class Side(StrEnum):
    """On which side of the text the picture stands, in the direction of reading."""

    START = "start"
    END = "end"


class ImageTextData(BlockData):
    """On narrow screens the picture stands above the text."""

    title: Title = ""
    body: Annotated[Paragraphs, Field(min_length=1, max_length=5000, title="Text")]
    picture: Annotated[Picture, Field(title="Picture")]
    side: Annotated[Side, Field(title="Side of the picture")] = Side.START
    buttons: Buttons = ()


BLOCK = BlockType(
    name="image_text",
    title="Picture and text",
    suits="A longer text beside a picture that is there already",
    schema=ImageTextData,
    template="""\
<section class="b-image-text section b-image-text--{{ data.side }}" id="{{ block_id }}">
<div class="wrap">
{{ place.picture(data.picture, sizes="(min-width: 60rem) 50vw, 100vw", eager=level == 1) }}
<div>
{% if data.title %}
<h{{ level }}>{{ data.title }}</h{{ level }}>
{% endif %}
{% for paragraph in data.body | paragraphs %}
<p>{{ paragraph }}</p>
{% endfor %}
{% with buttons = data.buttons %}{% include "block_buttons.html.jinja" %}{% endwith %}
</div>
</div>
</section>
""",
    style="""\
.b-image-text .wrap { display: grid; gap: var(--gap); align-items: center; }
.b-image-text .b-buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: var(--gap); }
.b-image-text img { width: 100%; }
@media (min-width: 60rem) {
  .b-image-text .wrap { grid-template-columns: 1fr 1fr; }
  .b-image-text--end img { order: 1; }
}
""",
    example={
        "title": "Three generations, one workshop",
        "body": "Ann's grandfather built the slipway.\n\nShe still uses his tools, beside a laser and two lathes.",
        "picture": {"file": "workshop.jpg", "alt": "Ann at the lathe"},
        "side": "end",
        "buttons": [{"label": "Write to Ann", "target": "mailto:ann@boats.example"}],
    },
)
