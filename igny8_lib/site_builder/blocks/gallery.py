"""Pictures side by side."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType
from igny8_lib.site_builder.blocks.parts import Headed, Line, Picture


class Shown(BlockData):
    """One picture with a line below it."""

    picture: Annotated[Picture, Field(title="Picture")]
    caption: Annotated[Line, Field(max_length=200, title="Line below the picture")] = ""


class GalleryData(Headed):
    """One picture or more."""

    items: Annotated[tuple[Shown, ...], Field(min_length=1, max_length=24, title="Pictures")]


BLOCK = BlockType(
    name="gallery",
    title="Gallery",
    suits="Several pictures that are there already",
    schema=GalleryData,
    template="""\
<section class="b-gallery section" id="{{ block_id }}">
<div class="wrap">
{% include "block_head.html.jinja" %}
<ul class="grid">
{% for item in data.items %}
<li>
<figure>
{{ place.picture(item.picture, sizes="(min-width: 60rem) 33vw, (min-width: 40rem) 50vw, 100vw") }}
{% if item.caption %}
<figcaption>{{ item.caption }}</figcaption>
{% endif %}
</figure>
</li>
{% endfor %}
</ul>
</div>
</section>
""",
    style="""\
.b-gallery img { width: 100%; aspect-ratio: 4 / 3; object-fit: cover; }
""",
    example={
        "title": "Lately in the yard",
        "items": [
            {"picture": {"file": "keel.jpg", "alt": "A new keel of oak"}, "caption": "A keel for the Heron"},
            {"picture": {"file": "mast.jpg", "alt": "A mast hanging from a crane"}},
        ],
    },
)
