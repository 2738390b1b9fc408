"""What somebody offers, as cards side by side."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType
from igny8_lib.site_builder.blocks.parts import Button, Headed, Line, Paragraphs


class Feature(BlockData):
    """One card; `link` leads to more about it."""

    title: Annotated[Line, Field(min_length=1, max_length=80, title="Heading")]
    text: Annotated[Paragraphs, Field(max_length=600, title="Text")] = ""
    link: Annotated[Button | None, Field(title="Link")] = None


class FeatureGridData(Headed):
    """One card or more."""

    items: Annotated[tuple[Feature, ...], Field(min_length=1, max_length=12, title="Features")]


BLOCK = BlockType(
    name="feature_grid",
    title="Features",
    suits="Services, products, strengths or topics as a grid of short cards",
    schema=FeatureGridData,
    template="""\
<section class="b-feature-grid section" id="{{ block_id }}">
<div class="wrap">
{% include "block_head.html.jinja" %}
<ul class="grid">
{% for item in data.items %}
<li class="card">
<h{{ level + 1 }}>{{ item.title }}</h{{ level + 1 }}>
{% for paragraph in item.text | paragraphs %}
<p>{{ paragraph }}</p>
{% endfor %}
{% if item.link %}
<p><a href="{{ place.href(item.link.target) }}">{{ item.link.label }}</a></p>
{% endif %}
</li>
{% endfor %}
</ul>
</div>
</section>
""",
    style="""\
.b-feature-grid li { border-top: 3px solid var(--brand); }
""",
    example={
        "title": "What we do",
        "lead": "Three crafts under one roof.",
        "items": [
            {"title": "Hulls", "text": "Wood, steel and fibreglass, from a scratch to a new keel."},
            {
                "title": "Engines",
                "text": "Diesel and electric, with a year's guarantee.",
                "link": {"label": "Ask about engines", "target": "mailto:engines@boats.example"},
            },
            {"title": "Rigging", "text": "Measured, made and set here."},
        ],
    },
)
