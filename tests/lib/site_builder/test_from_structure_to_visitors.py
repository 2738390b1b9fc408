"""A structure becomes files that pass every check, and visitors see one version after the other."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from igny8_lib.errors import InvalidInput
from igny8_lib.site_builder.article_changes import changed_paths
from igny8_lib.site_builder.article_index import Index
from igny8_lib.site_builder.articles import SiteArticle
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.blog import render_paths
from igny8_lib.site_builder.documents import SiteDocument
from igny8_lib.site_builder.images import ImageFile
from igny8_lib.site_builder.palettes import PALETTES
from igny8_lib.site_builder.releases.checks import SiteHasFaults
from igny8_lib.site_builder.releases.deploying import deploy, rollback, update
from igny8_lib.site_builder.releases.targets import FolderTarget
from igny8_lib.site_builder.site_files import read_files
from igny8_lib.site_builder.uploads.receiving import receive
from igny8_lib.site_builder.whole_site import render_site, require_whole
from tests.lib.site_builder.articles_made import article, articles
from tests.lib.site_builder.sites import BASE_URL, page, site


def pictures_named(value: Any) -> set[str]:
    """The files of all pictures in a block's data."""
    if isinstance(value, dict):
        own = {value["file"]} if {"file", "alt"} <= value.keys() else set()
        return own.union(*(pictures_named(one) for one in value.values()))
    return set().union(*(pictures_named(one) for one in value)) if isinstance(value, list) else set()


def links_named(value: Any) -> set[tuple[str, str]]:
    """The pages and blocks that links in a block's data lead to."""
    if isinstance(value, dict):
        return set().union(*(links_named(one) for one in value.values()))
    if isinstance(value, list):
        return set().union(*(links_named(one) for one in value))
    slug, _, block = value.removeprefix("page:").partition("#") if isinstance(value, str) else ("", "", "")
    return {(slug, block)} if isinstance(value, str) and value.startswith("page:") else set()


EXAMPLES = [block.example for block in BLOCKS.values()]
FILES = sorted(set().union(*(pictures_named(one) for one in EXAMPLES)))
LED_TO = set().union(*(links_named(one) for one in EXAMPLES))
OWN = {"home": "home", "about": "about", "services": "services", "blog": "blog", "contact": "contact"}


def of_everything(**more: Any) -> SiteDocument:
    """A site whose home page has every block's example, and all pages and blocks that these lead to."""
    every = [{"id": f"b-{n}", "type": kind, "data": BLOCKS[kind].example} for n, kind in enumerate(sorted(BLOCKS))]
    slugs = OWN | {slug: "custom" for slug, _ in sorted(LED_TO) if slug not in OWN}
    anchors = {
        slug: [
            {"id": block, "type": "text", "data": {"title": "Here", "body": "So it is."}}
            for page_slug, block in sorted(LED_TO)
            if page_slug == slug and block
        ]
        for slug in slugs
    }
    return site(
        *(page(slug, kind, *(every if kind == "home" else ()), *anchors[slug]) for slug, kind in slugs.items()),
        **more,
    )


def uploads() -> tuple[dict[str, ImageFile], dict[str, bytes]]:
    """A picture for each name of the examples."""
    data = io.BytesIO()
    Image.new("RGB", (60, 40), "#336699").save(data, "WEBP")
    known = {file: ImageFile(file, 60, 40, ()) for file in FILES}
    return known, {f"assets/images/{file}": data.getvalue() for file in FILES}


def rendered(whole: SiteDocument, known: list[SiteArticle]) -> dict[str, bytes]:
    images, data = uploads()
    return render_site(whole, BASE_URL, images=images, articles=known, uploads=data)


@pytest.mark.parametrize("layout", ["default", "minimal"])
@pytest.mark.parametrize("template", ["marketing", "landing"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_site_of_every_block_with_articles_passes_all_checks(layout: str, template: str, language: str) -> None:
    whole = of_everything(layout=layout, template=template, language=language)
    files = rendered(whole, articles(12, categories=("Paint",), tags=("wood",)))
    require_whole(whole, files, BASE_URL)
    assert read_files(files) == whole


@pytest.mark.parametrize("palette", sorted(PALETTES))
def test_a_site_passes_all_checks_in_any_palette(palette: str) -> None:
    whole = of_everything(theme={"palette": palette})
    require_whole(whole, rendered(whole, articles(2)), BASE_URL)


def test_a_link_to_a_page_that_is_not_there_keeps_a_site_from_being_whole() -> None:
    call = {"title": "Ask", "buttons": [{"label": "Ask", "target": "page:nowhere"}]}
    whole = site(page("home", "home", {"id": "ask", "type": "call_to_action", "data": call}))
    with pytest.raises((SiteHasFaults, InvalidInput), match="nowhere"):
        require_whole(whole, render_site(whole, BASE_URL, images={}), BASE_URL)


def test_an_upload_does_not_take_the_place_of_a_page() -> None:
    with pytest.raises(InvalidInput, match=r"index\.html is no place for an upload"):
        render_site(site(), BASE_URL, images={}, uploads={"index.html": b"mine"})


def test_a_received_picture_is_shown_in_its_sizes() -> None:
    data = io.BytesIO()
    Image.new("RGB", (1200, 800), "#336699").save(data, "JPEG")
    received = receive("Hull of a boat.JPG", data.getvalue())
    assert received.image is not None
    hero = {"title": "Boats", "picture": {"file": received.image.file, "alt": "A hull"}}
    whole = site(page("home", "home", {"id": "top", "type": "hero", "data": hero}))
    made = render_site(whole, BASE_URL, images={received.image.file: received.image}, uploads=received.paths)
    require_whole(whole, made, BASE_URL)
    assert 'width="1200" height="800"' in made["index.html"].decode()


def test_visitors_see_a_version_an_article_more_and_the_former_version_to_the_byte(tmp_path: Path) -> None:
    whole, target = of_everything(), FolderTarget(tmp_path)
    known = articles(25)
    first = rendered(whole, known)
    deploy(target, 1, first, keep=3)
    other = of_everything(theme={"palette": sorted(PALETTES)[0]}, tagline="Another")
    second = rendered(other, known)
    deploy(target, 2, second, keep=3)
    more = [*known, article(25)]
    before, after = Index.of(known, other), Index.of(more, other)
    paths = changed_paths(before, after, {"article-25"})
    by_slug = {one.slug: one for one in more}
    now = render_paths(other, BASE_URL, uploads()[0], after, paths=paths, read=by_slug.__getitem__)
    update(target, 2, {path: now.get(path) for path in paths if path.startswith("blog/") or path in now})
    shown = {path: (tmp_path / "current" / path).read_bytes() for path in now}
    assert shown == now
    assert "blog/article-25/index.html" in now
    assert len(now) < len(rendered(other, more)) / 2
    rollback(target, 1)
    live = {path: (tmp_path / "current" / path).read_bytes() for path in first}
    assert live == first
