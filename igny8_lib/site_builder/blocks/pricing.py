"""Offers with their prices, side by side."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType
from igny8_lib.site_builder.blocks.parts import Button, Headed, Line, Paragraphs


class Offer(BlockData):
    """One offer; `price` is as people read it ("£ 490"), `period` what it is for ("a year")."""

    name: Annotated[Line, Field(min_length=1, max_length=60, title="Name")]
    price: Annotated[Line, Field(min_length=1, max_length=40, title="Price")]
    period: Annotated[Line, Field(max_length=60, title="What the price is for")] = ""
    text: Annotated[Paragraphs, Field(max_length=400, title="Text")] = ""
    features: Annotated[
        tuple[Annotated[Line, Field(min_length=1, max_length=120, title="Line")], ...],
        Field(max_length=15, title="What is in it"),
    ] = ()
    button: Annotated[Button | None, Field(title="Button")] = None
    recommended: Annotated[bool, Field(title="Recommended")] = False


class PricingData(Headed):
    """One offer or more."""

    items: Annotated[tuple[Offer, ...], Field(min_length=1, max_length=6, title="Offers")]


BLOCK = BlockType(
    name="pricing",
    title="Prices",
    suits="Offers with their prices: where the prices are known",
    schema=PricingData,
    template="""\
<section class="b-pricing section" id="{{ block_id }}">
<div class="wrap">
{% include "block_head.html.jinja" %}
<ul class="grid">
{% for item in data.items %}
<li class="card{% if item.recommended %} b-pricing--recommended{% endif %}">
{% if item.recommended %}
<p class="eyebrow"{{ place.words.attributes }}>{{ place.words.recommended }}</p>
{% endif %}
<h{{ level + 1 }}>{{ item.name }}</h{{ level + 1 }}>
<p><strong>{{ item.price }}</strong>{% if item.period %} <span>{{ item.period }}</span>{% endif %}</p>
{% for paragraph in item.text | paragraphs %}
<p>{{ paragraph }}</p>
{% endfor %}
{% if item.features %}
<ul>
{% for feature in item.features %}
<li>{{ feature }}</li>
{% endfor %}
</ul>
{% endif %}
{% if item.button %}
<p><a class="button{% if not item.recommended %} button--quiet{% endif %}" \
href="{{ place.href(item.button.target) }}">{{ item.button.label }}</a></p>
{% endif %}
</li>
{% endfor %}
</ul>
</div>
</section>
""",
    style="""\
.b-pricing .grid { align-items: start; }
.b-pricing strong { font: var(--heading-weight) 2rem / 1.1 var(--font-heading); }
.b-pricing p span { color: var(--muted); }
.b-pricing--recommended { border: 2px solid var(--brand); }
""",
    example={
        "title": "What it costs",
        "lead": "All prices with VAT.",
        "items": [
            {
                "name": "Winter storage",
                "price": "£ 490",
                "period": "a season, up to 8 m",
                "features": ["Lifting in autumn and spring", "Under a roof"],
                "button": {"label": "Ask for a place", "target": "mailto:yard@boats.example"},
            },
            {
                "name": "Winter storage and service",
                "price": "£ 890",
                "period": "a season, up to 8 m",
                "text": "Ready to sail in April.",
                "features": ["All of winter storage", "Engine serviced", "Hull cleaned and painted"],
                "button": {"label": "Ask for a place", "target": "mailto:yard@boats.example"},
                "recommended": True,
            },
        ],
    },
)
