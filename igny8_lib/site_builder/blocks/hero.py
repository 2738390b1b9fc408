"""What a page opens with: a large heading, a sentence, where to go from here, a picture."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType
from igny8_lib.site_builder.blocks.parts import Buttons, Lead, Line, Picture


class HeroData(BlockData):
    """`eyebrow` is a line above the heading."""

    eyebrow: Annotated[Line, Field(max_length=60, title="Line above the heading")] = ""
    title: Annotated[Line, Field(min_length=1, max_length=120, title="Heading")]
    lead: Lead = ""
    buttons: Buttons = ()
    picture: Annotated[Picture | None, Field(title="Picture")] = None


BLOCK = BlockType(
    name="hero",
    title="Opening",
    suits="The beginning of a page: what it is about, and the first button",
    schema=HeroData,
    template="""\
<section class="b-hero section{% if data.picture %} b-hero--pictured{% endif %}" id="{{ block_id }}">
<div class="wrap">
<div>
{% if data.eyebrow %}
<p class="eyebrow">{{ data.eyebrow }}</p>
{% endif %}
{% include "block_head.html.jinja" %}
{% with buttons = data.buttons %}{% include "block_buttons.html.jinja" %}{% endwith %}
</div>
{% if data.picture %}
{{ place.picture(data.picture, sizes="(min-width: 60rem) 50vw, 100vw", eager=level == 1) }}
{% endif %}
</div>
</section>
""",
    style="""\
.b-hero .wrap { display: grid; gap: var(--gap); align-items: center; }
.b-hero .b-buttons { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: var(--gap); }
.b-hero img { width: 100%; box-shadow: var(--shadow); }
@media (min-width: 60rem) { .b-hero--pictured .wrap { grid-template-columns: 1fr 1fr; } }
""",
    example={
        "eyebrow": "Boatyard in Falmouth since 1987",
        "title": "Your boat, ready for spring",
        "lead": "We repair hulls, engines and rigging, and say beforehand what it costs.",
        "buttons": [
            {"label": "Ask for a quote", "target": "mailto:yard@boats.example"},
            {"label": "Call us", "target": "tel:+44-1326-000000"},
        ],
        "picture": {"file": "yard.jpg", "alt": "A sailing boat on the slipway"},
    },
)
