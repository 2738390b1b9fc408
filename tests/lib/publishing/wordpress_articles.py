"""Articles as a publisher reads them, and HTML of all kinds."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from igny8_lib.models import ImageKind
from igny8_lib.publishing.target import Article, Picture
from igny8_lib.text.html import sanitise

ARTICLE = Article(
    content_id=1,
    site_id=1,
    site_slug="blog",
    version=1,
    title="Tea & coffee: <what> to drink",
    slug="tea-and-coffee",
    html="<p>Tea wakes you up gently. Coffee is quicker.</p><h2>Tea</h2><p>Green.</p><h2>Coffee</h2><p>Hot.</p>",
    meta_title="Tea & coffee",
    meta_description="What wakes you up.",
    excerpt="",
    primary_keyword="tea or coffee",
    secondary_keywords=(),
    tags=(),
    categories=(),
    language="en",
    pictures=(),
    published_at=None,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def article(**values: object) -> Article:
    """An article with these values."""
    return replace(ARTICLE, **values)


def picture(position: int, data: bytes = b"", alt_text: str = "A cup & a pot") -> Picture:
    """A picture whose file in the media store is named by its position."""
    kind = ImageKind.IN_ARTICLE if position else ImageKind.FEATURED
    digest = hashlib.sha256(data).hexdigest()
    return Picture(position + 1, position, kind, f"{position}.png", alt_text, 40, 30, digest)


PIECES = st.sampled_from(
    [
        *("<h2>One</h2>", '<h2 id="x">Two &lt;h2&gt;</h2>', "<h3>Three <em>3</em></h3>", '<h4 dir="rtl">Four</h4>'),
        *("<p>Five<br>six</p>\n", "<p>Line\nends &amp; more</p>", '<p lang="de">Sieben</p>', '<p id="p">P</p>'),
        *("<blockquote><p>Said</p><p>twice</p></blockquote>", "<blockquote>Loose</blockquote>"),
        *("<blockquote><h2>Head</h2><dl><dt>a</dt><dd>b</dd></dl></blockquote>", "<hr>", "loose <b>text</b>\n\n"),
        *("<ul><li>Eight</li><li><p>Nine</p><ul><li>deep</li></ul></li></ul>", '<ol start="4"><li>Four</li></ol>'),
        *('<ul><li id="l">x</li></ul>', "<ul><li>a<p>b</p></li></ul>", "<ul><li><ul><li>in</li></ul>out</li></ul>"),
        *("<table><tr><td>1</td><th>2</th></tr></table>", '<table><tr><td colspan="2">wide</td></tr></table>'),
        *("<table><caption>C</caption><tr><td>1</td></tr></table>", '<table><tr><th scope="row">r</th></tr></table>'),
        *('<p><img src="/a.png" alt="an h2"></p>', '<figure><img src="/b.png" alt="b"></figure>', '<img src="/d.png">'),
        *('<figure><img src="/c.png" alt="c"><figcaption>Cap <b>tion</b></figcaption></figure>',),
        *("<pre>&lt;h2&gt;\n\n [gallery] x</pre>", "<pre><code>a = 1\n\nb = [caption]</code></pre>"),
        *("<p>Use [gallery] and [1] or &amp;#91;</p>", '<p><a href="/x?a=1&amp;b=2" title="[tag]">link</a></p>'),
        *(
            "<dl><dt>Term</dt><dd>What</dd></dl>",
            "<p>Ünïcödé — “quoted” 日本 🍵</p>",
            "<p>a &lt; b &amp;amp; c&nbsp;d</p>",
        ),
    ]
)
HTML = st.lists(PIECES, max_size=12).map("".join).map(sanitise)
