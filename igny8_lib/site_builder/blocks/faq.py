"""Questions with their answers, which fold out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockData, BlockType
from igny8_lib.site_builder.blocks.parts import Headed, Line, Paragraphs


class Question(BlockData):
    """One question with its answer."""

    question: Annotated[Line, Field(min_length=1, max_length=200, title="Question")]
    answer: Annotated[Paragraphs, Field(min_length=1, max_length=3000, title="Answer")]


class FaqData(Headed):
    """One question or more."""

    items: Annotated[tuple[Question, ...], Field(min_length=1, max_length=30, title="Questions")]


BLOCK = BlockType(
    name="faq",
    title="Questions and answers",
    suits="Questions that visitors really ask, each with its answer",
    schema=FaqData,
    template="""\
<section class="b-faq section" id="{{ block_id }}">
<div class="wrap">
{% include "block_head.html.jinja" %}
{% for item in data.items %}
<details>
<summary>{{ item.question }}</summary>
{% for paragraph in item.answer | paragraphs %}
<p>{{ paragraph }}</p>
{% endfor %}
</details>
{% endfor %}
</div>
</section>
""",
    style="""\
.b-faq .wrap > * { max-width: 70ch; }
.b-faq :not(details) + details { margin-top: var(--gap); }
.b-faq details { border-bottom: 1px solid var(--line); padding-block: 1rem; }
.b-faq summary + p { margin-top: 0.75rem; }
""",
    example={
        "title": "Questions people ask",
        "items": [
            {"question": "How long does a repair take?", "answer": "A scratch a day, a keel six weeks."},
            {"question": "Do you come to my harbour?", "answer": "Yes, up to 30 miles.\n\nFarther for large boats."},
        ],
    },
)
