"""The newest articles of the blog."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from igny8_lib.site_builder.blocks.kind import BlockType
from igny8_lib.site_builder.blocks.parts import Headed


class LatestArticlesData(Headed):
    """`count` is how many at most; a site without articles says so."""

    count: Annotated[int, Field(ge=1, le=12, title="How many")] = 3


BLOCK = BlockType(
    name="latest_articles",
    title="Latest articles",
    suits="The newest articles of the site's blog, which it fills itself",
    schema=LatestArticlesData,
    template="""\
{% set words = place.words %}
<section class="b-latest-articles section" id="{{ block_id }}">
<div class="wrap">
{% include "block_head.html.jinja" %}
{% if place.articles %}
<ul class="grid">
{% for article in place.articles[:data.count] %}
<li class="card">
{% if article.image %}
{{ place.picture(article.image, sizes="(min-width: 60rem) 33vw, 100vw") }}
{% endif %}
<h{{ level + 1 }}><a href="{{ article.address }}">{{ article.title }}</a></h{{ level + 1 }}>
<p class="b-latest-articles-about">
<time datetime="{{ article.published | moment }}">{{ place.day(article.published) }}</time>
{% if article.category %}
<span>{{ article.category }}</span>
{% endif %}
</p>
{% if article.summary %}
<p>{{ article.summary }}</p>
{% endif %}
</li>
{% endfor %}
</ul>
<p><a href="{{ place.path("blog/") }}"{{ words.attributes }}>{{ words.all_articles }}</a></p>
{% else %}
<p{{ words.attributes }}>{{ words.no_articles }}</p>
{% endif %}
</div>
</section>
""",
    style="""\
.b-latest-articles ul + p { margin-top: var(--gap); }
.b-latest-articles img { width: 100%; aspect-ratio: 16 / 9; object-fit: cover; margin-bottom: 1rem; }
.b-latest-articles-about { color: var(--muted); font-size: 0.9375rem; }
.b-latest-articles-about span { margin-inline-start: 0.75rem; }
""",
    example={"title": "From the workshop", "count": 3},
)
