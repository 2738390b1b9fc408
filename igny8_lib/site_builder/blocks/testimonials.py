"""What customers say."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType
from igny8_lib.site_builder.blocks.parts import Headed, Line, Paragraphs, Picture


class Testimonial(BlockData):
    """What one person said; `role` is who they are, such as "owner of the Heron"."""

    quote: Annotated[Paragraphs, Field(min_length=1, max_length=1000, title="What they said")]
    name: Annotated[Line, Field(min_length=1, max_length=80, title="Name")]
    role: Annotated[Line, Field(max_length=120, title="Who they are")] = ""
    picture: Annotated[Picture | None, Field(title="Picture")] = None


class TestimonialsData(Headed):
    """One testimonial or more."""

    items: Annotated[tuple[Testimonial, ...], Field(min_length=1, max_length=12, title="Testimonials")]


BLOCK = BlockType(
    name="testimonials",
    title="Testimonials",
    suits="What customers said, word for word: where that is known",
    schema=TestimonialsData,
    template="""\
<section class="b-testimonials section section--tinted" id="{{ block_id }}">
<div class="wrap">
{% include "block_head.html.jinja" %}
<ul class="grid">
{% for item in data.items %}
<li class="card">
<figure>
<blockquote>
{% for paragraph in item.quote | paragraphs %}
<p>{{ paragraph }}</p>
{% endfor %}
</blockquote>
<figcaption>
{% if item.picture %}
{{ place.picture(item.picture, sizes="3.5rem") }}
{% endif %}
<span><strong>{{ item.name }}</strong>{% if item.role %} <span>{{ item.role }}</span>{% endif %}</span>
</figcaption>
</figure>
</li>
{% endfor %}
</ul>
</div>
</section>
""",
    style="""\
.b-testimonials figcaption { display: flex; gap: 0.75rem; align-items: center; margin-top: 1rem; }
.b-testimonials figcaption span span { display: block; }
.b-testimonials img { width: 3.5rem; height: 3.5rem; border-radius: 50%; object-fit: cover; }
""",
    example={
        "title": "What owners say",
        "items": [
            {
                "quote": "On time, and not a penny more than they had said.",
                "name": "Maud Pender",
                "role": "owner of the Heron",
                "picture": {"file": "maud.jpg", "alt": ""},
            },
            {"quote": "They found what three others had missed.", "name": "Ilya Kern"},
        ],
    },
)
