"""Websites of all block types, in all layouts, templates and languages."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.blocks.parts import Picture
from igny8_lib.site_builder.documents import SiteDocument
from igny8_lib.site_builder.images import ImageFile, Variant
from igny8_lib.site_builder.pages import render_pages
from igny8_lib.site_builder.rendering import Card
from igny8_lib.site_builder.site_files import read_files
from igny8_lib.site_builder.words import LANGUAGES
from tests.lib.site_builder.sites import BASE_URL, Read, page, site, text_block

MOST_BYTES = 50_000
"""Of a page without its pictures (SPEC §11)."""


class EveryImage(dict[str, ImageFile]):
    """Knows every file, with two copies."""

    def get(self, file: str, default: Any = None) -> Any:  # noqa: ARG002 - its signature
        return ImageFile(file, 1600, 900, (Variant(f"s-{file}", 480, 270), Variant(f"m-{file}", 960, 540)))


CARDS = [
    Card(
        title=f"How to paint boat <{number}>",
        address=f"/shop/blog/boat-{number}/",
        summary="Sand it, prime it, paint it.",
        published=datetime(2026, 3, number, tzinfo=UTC),
        image=Picture(file="boat.webp", alt="A boat"),
        category="Paint",
    )
    for number in range(9, 0, -1)
]


def example(kind: str, block_id: str) -> dict[str, Any]:
    return {"id": block_id, "type": kind, "data": BLOCKS[kind].example}


def of_everything(**more: Any) -> SiteDocument:
    """A home page of all block types in their order, and a page that begins with each."""
    everything = [example(kind, f"b-{number}") for number, kind in enumerate(sorted(BLOCKS))]
    return site(
        page("home", "home", *everything),
        *(page(kind.replace("_", "-"), "custom", example(kind, "first"), text_block()) for kind in sorted(BLOCKS)),
        page("blog", "blog"),
        page("contact", "contact", text_block()),
        page("about", "about", text_block()),
        **more,
    )


def pages_of(whole: SiteDocument) -> dict[str, bytes]:
    files = render_pages(whole, BASE_URL, EveryImage(), CARDS)
    return {path: file for path, file in files.items() if path.endswith(".html")}


@pytest.mark.parametrize("layout", ["default", "minimal"])
@pytest.mark.parametrize("template", ["marketing", "landing"])
def test_pages_of_all_block_types_are_small_and_well_formed(layout: str, template: str) -> None:
    for path, file in pages_of(of_everything(layout=layout, template=template)).items():
        assert len(file) <= MOST_BYTES, path
        read = Read(file)
        ids = [str(each.attributes["id"]) for each in read.elements if "id" in each.attributes]
        assert len(ids) == len(set(ids)), path
        assert not [each for each in read.named("img") if not {"width", "height", "alt"} <= each.attributes.keys()]


def test_headings_go_down_one_step_at_a_time_whatever_a_page_begins_with() -> None:
    for path, file in pages_of(of_everything()).items():
        levels = Read(file).headings
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        steps = [after - before for before, after in pairwise(levels)]
        assert max(steps, default=0) <= 1, f"{path}: {levels}"


@pytest.mark.parametrize(
    "kind", [kind for kind in sorted(BLOCKS) if not BLOCKS[kind].schema.model_fields["title"].is_required()]
)
def test_no_heading_is_left_out_where_a_block_has_none_of_its_own(kind: str) -> None:
    untitled = {"id": "untitled", "type": kind, "data": BLOCKS[kind].example | {"title": ""}}
    whole = site(page("home", "home", text_block(), untitled), page("about", "about", untitled))
    for path, file in pages_of(whole).items():
        levels = Read(file).headings
        assert levels.count(1) == 1, path
        assert max((after - before for before, after in pairwise(levels)), default=0) <= 1, f"{path}: {levels}"


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_site_of_any_language_comes_back_from_its_files(language: str) -> None:
    whole = of_everything(language=language)
    files = render_pages(whole, BASE_URL, EveryImage(), CARDS)
    assert read_files(files) == whole
    assert Read(files["index.html"]).one("a", **{"class": "skip"}).text == LANGUAGES[language].skip


def test_only_the_first_pictures_of_a_page_are_fetched_at_once() -> None:
    for path, file in pages_of(of_everything()).items():
        eager = [each for each in Read(file).named("img") if each.attributes.get("loading") != "lazy"]
        assert len(eager) <= 1, path


def test_the_shared_picture_is_the_first_of_the_page_with_its_size() -> None:
    for path, file in pages_of(of_everything()).items():
        read = Read(file)
        image = read.meta("og:image")
        if image is None:
            continue
        assert image.startswith(f"{BASE_URL}assets/images/"), path
        assert (read.meta("og:image:width"), read.meta("og:image:height")) == ("1600", "900")
        assert read.meta("twitter:card") == "summary_large_image"


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("page:about#b-0", "/shop/about/#b-0"),
        ("#text", "/shop/#text"),
        ("mailto:yard@boats.example", "mailto:yard@boats.example"),
    ],
)
def test_a_landing_site_leads_to_its_first_button_from_every_page(target: str, address: str) -> None:
    buttons = [{"label": "Ask us", "target": target}, {"label": "Call us", "target": "tel:+44"}]
    hero = {"id": "top", "type": "hero", "data": {"title": "Boats", "buttons": buttons}}
    whole = site(
        page("home", "home", text_block(), hero), page("about"), page("contact", "contact"), template="landing"
    )
    for file in pages_of(whole).values():
        [action] = Read(file).one("header", **{"class": "site-header"}).children[0].children[1:]
        assert (action.text, action.attributes["href"]) == ("Ask us", address)


def test_a_marketing_site_shows_its_menu_whatever_buttons_it_has() -> None:
    header = Read(pages_of(of_everything())["index.html"]).named("header")[0]
    assert [each.name for each in header.children[0].children] == ["a", "nav"]
