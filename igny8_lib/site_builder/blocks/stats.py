"""A few figures that speak for somebody."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType
from igny8_lib.site_builder.blocks.parts import Headed, Line


class Figure(BlockData):
    """One figure, such as "1,200" for "boats repaired"."""

    value: Annotated[Line, Field(min_length=1, max_length=20, title="Figure")]
    label: Annotated[Line, Field(min_length=1, max_length=80, title="What it counts")]


class StatsData(Headed):
    """One figure or more."""

    items: Annotated[tuple[Figure, ...], Field(min_length=1, max_length=8, title="Figures")]


BLOCK = BlockType(
    name="stats",
    title="Figures",
    suits="A few figures: where they are known",
    schema=StatsData,
    template="""\
<section class="b-stats section section--tinted" id="{{ block_id }}">
<div class="wrap">
{% include "block_head.html.jinja" %}
<dl>
{% for item in data.items %}
<div>
<dt>{{ item.label }}</dt>
<dd>{{ item.value }}</dd>
</div>
{% endfor %}
</dl>
</div>
</section>
""",
    style="""\
.b-stats dl { display: grid; gap: var(--gap); grid-template-columns: repeat(auto-fit, minmax(min(10rem, 100%), 1fr)); }
.b-stats * + dl { margin-top: var(--gap); }
.b-stats div > div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.b-stats dt { color: var(--muted); }
.b-stats dd { color: var(--brand-text); font: var(--heading-weight) 2.5rem / 1.1 var(--font-heading); }
""",
    example={
        "title": "The yard in figures",
        "items": [
            {"value": "39", "label": "years on the same slipway"},
            {"value": "1,200", "label": "boats repaired"},
            {"value": "24 m", "label": "is the longest boat we can lift"},
        ],
    },
)
