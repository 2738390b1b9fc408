"""The people behind it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType
from igny8_lib.site_builder.blocks.parts import Button, Headed, Line, Paragraphs, Picture


class Member(BlockData):
    """One person; `link` leads to how to reach them."""

    name: Annotated[Line, Field(min_length=1, max_length=80, title="Name")]
    role: Annotated[Line, Field(max_length=120, title="What they do")] = ""
    text: Annotated[Paragraphs, Field(max_length=600, title="Text")] = ""
    picture: Annotated[Picture | None, Field(title="Picture")] = None
    link: Annotated[Button | None, Field(title="Link")] = None


class TeamData(Headed):
    """One person or more."""

    items: Annotated[tuple[Member, ...], Field(min_length=1, max_length=24, title="People")]


BLOCK = BlockType(
    name="team",
    title="Team",
    suits="People with their names: where these are known",
    schema=TeamData,
    template="""\
<section class="b-team section" id="{{ block_id }}">
<div class="wrap">
{% include "block_head.html.jinja" %}
<ul class="grid">
{% for item in data.items %}
<li>
{% if item.picture %}
{{ place.picture(item.picture, sizes="(min-width: 40rem) 17rem, 100vw") }}
{% endif %}
<h{{ level + 1 }}>{{ item.name }}</h{{ level + 1 }}>
{% if item.role %}
<p class="eyebrow">{{ item.role }}</p>
{% endif %}
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
.b-team img { width: 100%; aspect-ratio: 1; object-fit: cover; margin-bottom: 1rem; }
""",
    example={
        "title": "Who works here",
        "items": [
            {
                "name": "Ann Trevose",
                "role": "Boatbuilder",
                "text": "Can hear what is wrong with a plank.",
                "picture": {"file": "ann.jpg", "alt": "Ann Trevose"},
                "link": {"label": "Write to Ann", "target": "mailto:ann@boats.example"},
            },
            {"name": "Jory Nance", "role": "Engines"},
        ],
    },
)
