"""Block types: whatever their schema takes is rendered, escaped, and comes back the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.site_builder.blocks import BLOCKS, read_data
from igny8_lib.site_builder.documents import Block
from igny8_lib.site_builder.images import ImageFile, Variant
from igny8_lib.site_builder.pages import place_of
from igny8_lib.site_builder.rendering import Card, Place, paragraphs, render_block
from tests.lib.site_builder.block_data import HOSTILE, data_of
from tests.lib.site_builder.sites import BASE_URL, Read, site

NAMES = sorted(BLOCKS)
IMAGES = {"yard.jpg": ImageFile("yard.jpg", 1600, 900, (Variant("yard-480.webp", 480, 270),))}
ELEMENTS = frozenset(
    {"a", "blockquote", "button", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "form", "h1", "h2", "h3"}
    | {"img", "input", "label", "li", "ol", "p", "section", "small", "span", "strong", "summary", "textarea", "time"}
    | {"ul"}
)
ATTRIBUTES = frozenset(
    {"action", "alt", "autocomplete", "class", "datetime", "decoding", "enctype", "fetchpriority", "for", "height"}
    | {"href", "id", "loading", "maxlength", "method", "name", "required", "rows", "sizes", "src", "srcset", "type"}
    | {"width"}
)
CARDS = tuple(
    Card(f"Keel {number} <b>", f"/shop/blog/keel-{number}/", "Oak & <i>", datetime(2026, 3, number, 9, tzinfo=UTC))
    for number in range(1, 15)
)


def place(articles: tuple[Card, ...] = CARDS) -> Place:
    return place_of(site(), BASE_URL, IMAGES, articles)


def rendered(name: str, data: dict[str, Any], level: int = 2, articles: tuple[Card, ...] = CARDS) -> Read:
    block = Block.model_validate({"id": "one", "type": name, "data": data})
    return Read(render_block(block, place(articles), level).encode())


def leaves(value: object) -> list[str]:
    """The texts of a block's data."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in leaves(each)]
    if isinstance(value, list):
        return [text for each in value for text in leaves(each)]
    return [value] if isinstance(value, str) else []


def test_there_are_the_fourteen_types() -> None:
    assert NAMES == [
        "call_to_action", "contact_form", "faq", "feature_grid", "gallery", "hero", "image_text", "latest_articles",
        "pricing", "stats", "steps", "team", "testimonials", "text",
    ]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_taken_as_it_is_and_shown_whole(name: str) -> None:
    example = BLOCKS[name].example
    page = rendered(name, example)
    kept = read_data(name, example).model_dump(mode="json", exclude_defaults=True)
    assert {key: value for key, value in example.items() if key not in kept} == (
        {"count": 3} if name == "latest_articles" else {}
    )
    words = page.elements[0].text + " ".join(
        value or "" for each in page.elements for value in each.attributes.values()
    )
    assert [text for text in leaves(example) for part in paragraphs(text) if part not in words] in ([], ["end"])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", [1, 2])
@settings(max_examples=20)
@given(data=st.data())
def test_any_data_is_rendered_without_anything_of_it_becoming_an_element(
    name: str, level: int, data: st.DataObject
) -> None:
    page = rendered(name, data.draw(data_of(name)), level)
    assert {each.name for each in page.elements} <= ELEMENTS
    assert {key for each in page.elements for key in each.attributes} <= ATTRIBUTES
    for each in page.named("a", "form"):
        target = each.attributes.get("href") or each.attributes.get("action") or ""
        assert target.startswith(("/shop/", "#", "mailto:", "tel:", "http://", "https://"))
    top = page.elements[0]
    assert (top.name, top.attributes["id"]) == ("section" if page.headings else "div", "one")
    ids = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    assert all(identifier and identifier.startswith("one_") for identifier in ids[1:])
    assert set(page.headings) <= {level, level + 1}
    assert page.headings.count(level) <= 1


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20)
@given(data=st.data())
def test_what_was_read_once_reads_the_same_again(name: str, data: st.DataObject) -> None:
    once = read_data(name, data.draw(data_of(name))).model_dump(mode="json")
    assert read_data(name, once).model_dump(mode="json") == once


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=20)
@given(data=st.data())
def test_every_text_is_seen_as_it_was_written(name: str, data: st.DataObject) -> None:
    kept = read_data(name, data.draw(data_of(name)))
    page = rendered(name, kept.model_dump(mode="json"))
    shown = page.elements[0].text
    for field in ("title", "lead"):
        for part in paragraphs(getattr(kept, field, "")):
            assert part in shown


def test_hostile_texts_in_every_field_of_an_example_are_texts() -> None:
    for name in NAMES:
        for hostile in HOSTILE[:5]:
            data = _with_texts(BLOCKS[name].example, hostile)
            assert [each.name for each in rendered(name, data).elements] == [
                each.name for each in rendered(name, _with_texts(BLOCKS[name].example, "plain")).elements
            ], name


def _with_texts(value: Any, text: str) -> Any:
    """The data with the text for all that people write (links, file names and choices stay)."""
    if isinstance(value, dict):
        fixed = {"target", "endpoint", "file", "side", "value", "price"}
        return {key: each if key in fixed else _with_texts(each, text) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_texts(each, text) for each in value]
    return text if isinstance(value, str) else value


@pytest.mark.parametrize("name", NAMES)
def test_each_selector_of_a_style_begins_with_the_class_of_its_block(name: str) -> None:
    css = re.sub(r"@media[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}", r"\1", BLOCKS[name].style)
    selectors = [one.strip() for rule in re.findall(r"([^{}]+)\{", css) for one in rule.split(",")]
    assert selectors
    assert [one for one in selectors if not one.startswith(f".b-{name.replace('_', '-')}")] == []
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb|url\(|@import", css), "colours are the theme's, nothing is loaded"


@pytest.mark.parametrize("name", NAMES)
def test_a_style_and_its_template_know_the_same_classes(name: str) -> None:
    own = rf"\bb-{name.replace('_', '-')}(?:--?[a-z]+)*"
    template = BLOCKS[name].template.replace("{{ data.side }}", "end")
    assert set(re.findall(own, BLOCKS[name].style)) - set(re.findall(own, template)) == set()


def test_styles_of_all_blocks_are_small() -> None:
    assert sum(len(block.style.encode()) for block in BLOCKS.values()) < 6_000


def test_latest_articles_are_at_most_as_many_as_wanted() -> None:
    page = rendered("latest_articles", {"count": 2})
    assert [each.text for each in page.named("h3")] == ["Keel 1 <b>", "Keel 2 <b>"]
    assert [each.attributes["href"] for each in page.named("a")] == [
        "/shop/blog/keel-1/", "/shop/blog/keel-2/", "/shop/blog/",
    ]  # fmt: skip
    assert page.named("time")[0].attributes["datetime"] == "2026-03-01T09:00:00+00:00"


def test_a_site_without_articles_says_so_and_leads_nowhere() -> None:
    page = rendered("latest_articles", {}, articles=())
    assert "There are no articles yet." in page.elements[0].text
    assert page.named("a") == []


def test_a_form_labels_all_it_asks_for_and_runs_nothing() -> None:
    page = rendered("contact_form", {"endpoint": "https://forms.example/in?a=1&b=2"})
    form = page.one("form")
    assert (form.attributes["action"], form.attributes["method"]) == ("https://forms.example/in?a=1&b=2", "post")
    asked = page.named("input", "textarea")
    assert [each.attributes["name"] for each in asked] == ["name", "email", "message"]
    assert [each.attributes["for"] for each in page.named("label")] == [each.attributes["id"] for each in asked]
    assert page.one("button").text == "Send"


def test_a_form_that_opens_an_email_shows_the_address_too() -> None:
    page = rendered("contact_form", {"endpoint": "mailto:ann@boats.example?subject=Hello"})
    assert page.one("form").attributes["enctype"] == "text/plain"
    assert page.one("a").text == "ann@boats.example"


@pytest.mark.parametrize("target", ["http://forms.example/", "page:contact", "#form", "tel:123"])
def test_a_form_is_sent_to_an_address_that_takes_it_safely(target: str) -> None:
    with pytest.raises(ValueError, match="a form is sent to"):
        read_data("contact_form", {"endpoint": target})


def test_only_the_picture_of_a_first_block_is_loaded_at_once() -> None:
    first, later = (rendered("hero", BLOCKS["hero"].example, level).one("img") for level in (1, 2))
    assert "loading" not in first.attributes
    assert later.attributes["loading"] == "lazy"
    assert (later.attributes["width"], later.attributes["height"]) == ("1600", "900")
