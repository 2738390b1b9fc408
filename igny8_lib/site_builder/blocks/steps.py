"""How something goes, step by step."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType
from igny8_lib.site_builder.blocks.parts import Headed, Line, Paragraphs


class Step(BlockData):
    """One step; its number is its place."""

    title: Annotated[Line, Field(min_length=1, max_length=80, title="Heading")]
    text: Annotated[Paragraphs, Field(max_length=600, title="Text")] = ""


class StepsData(Headed):
    """Two steps or more, in their order."""

    items: Annotated[tuple[Step, ...], Field(min_length=2, max_length=10, title="Steps")]


BLOCK = BlockType(
    name="steps",
    title="Steps",
    suits="How something goes, in its order",
    schema=StepsData,
    template="""\
<section class="b-steps section" id="{{ block_id }}">
<div class="wrap">
{% include "block_head.html.jinja" %}
<ol class="grid">
{% for item in data.items %}
<li>
<h{{ level + 1 }}>{{ item.title }}</h{{ level + 1 }}>
{% for paragraph in item.text | paragraphs %}
<p>{{ paragraph }}</p>
{% endfor %}
</li>
{% endfor %}
</ol>
</div>
</section>
""",
    style="""\
.b-steps ol { counter-reset: step; }
.b-steps li { border-top: 1px solid var(--line); padding-top: 1rem; counter-increment: step; }
.b-steps li::before { content: counter(step); display: grid; place-items: center; width: 2.5rem; height: 2.5rem; \
margin-bottom: 1rem; border-radius: 50%; background: var(--accent); color: var(--on-accent); font-weight: 600; }
""",
    example={
        "title": "How a repair goes",
        "items": [
            {"title": "You send us photographs", "text": "From all sides, and of what worries you."},
            {"title": "We say what it costs", "text": "Within two days, and it stays at that."},
            {"title": "You sail", "text": "We launch her together."},
        ],
    },
)
