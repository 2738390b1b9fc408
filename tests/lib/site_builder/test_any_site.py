"""Any structure that validates renders, keeps all texts as texts, and comes back from its files."""

from __future__ import annotations

import json
from string import ascii_lowercase, digits
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.site_builder.documents import read_site
from igny8_lib.site_builder.pages import render_pages
from igny8_lib.site_builder.site_files import read_files
from tests.lib.site_builder.sites import Read

MARKS = [
    "<b onclick=x>",
    "<img src=x>",
    "</title>",
    "</script>",
    "<!--",
    "]]>",
    "&lt;",
    '"',
    "'",
    "{{ 7 }}",
    "{% raw %}",
]
LETTERS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), max_size=8)
TEXTS = st.lists(LETTERS | st.sampled_from(MARKS), max_size=4).map(lambda parts: f"({''.join(parts)})")
SLUGS = st.text(ascii_lowercase + digits, min_size=1, max_size=8).map(lambda slug: f"p-{slug}")
BLOCK_DATA = st.fixed_dictionaries({"title": TEXTS, "body": TEXTS})


@st.composite
def sites(draw: st.DrawFn) -> dict[str, Any]:
    """JSON of a site with texts that would like to be more."""
    slugs = draw(st.lists(SLUGS, min_size=1, max_size=9, unique=True))
    kinds = ["home", *(draw(st.sampled_from(["about", "services", "contact", "custom"])) for _ in slugs[1:])]
    return {
        "name": draw(TEXTS),
        "tagline": draw(st.just("") | TEXTS),
        "language": draw(st.sampled_from(["en", "de-AT", "ja", "ar", "xx", "zh-Hant-TW"])),
        "layout": draw(st.sampled_from(["default", "minimal"])),
        "template": draw(st.sampled_from(["marketing", "landing"])),
        "pages": [
            {
                "slug": slug,
                "title": draw(TEXTS),
                "type": kind,
                "description": draw(st.just("") | TEXTS),
                "blocks": [
                    {"id": f"b-{number}", "type": "text", "data": data}
                    for number, data in enumerate(draw(st.lists(BLOCK_DATA, max_size=3)))
                ],
            }
            for slug, kind in zip(slugs, kinds, strict=True)
        ],
    }


@settings(max_examples=60, deadline=None)
@given(sites())
def test_any_site_renders_keeps_its_texts_and_comes_back(document: dict[str, Any]) -> None:
    site = read_site(document)
    files = render_pages(site, "https://boats.example/shop/", {})
    assert read_files(files) == site
    for page in site.pages:
        path = "index.html" if page is site.home else f"{page.slug}/index.html"
        read = Read(files[path])
        assert read.one("h1").text == (page.blocks[0].data["title"] if page.blocks else page.title)
        assert len(read.named("h2")) == max(len(page.blocks) - 1, 0)
        assert read.named("b", "img") == []
        assert not [name for each in read.elements for name in each.attributes if name.startswith("on")]
        if page.description:
            assert read.meta("description") == page.description
        [script] = read.named("script")
        told = json.loads(script.text)
        names = [told["@graph"][0]["name"]] if page is site.home else [told["itemListElement"][1]["name"]]
        assert names == ([site.name] if page is site.home else [page.title])
