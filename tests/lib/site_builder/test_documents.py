"""A structure is read whole or refused, and the refusal names the field."""

from __future__ import annotations

from typing import Any

import pytest

from igny8_lib.site_builder.documents import BadStructure, read_site
from tests.lib.site_builder.sites import page, site, text_block

HOME = page("home", "home", text_block())


def pages(*more: dict[str, Any]) -> dict[str, Any]:
    return {"name": "Boats", "pages": [HOME, *more]}


REFUSED = {
    "no pages": ({"name": "Boats", "pages": []}, "pages", "there must be 1 at least"),
    "no home page": (
        {"name": "Boats", "pages": [page("about")]},
        "site",
        "exactly one page of type home, this one has 0",
    ),
    "two home pages": (pages(page("start", "home")), "site", "exactly one page of type home, this one has 2"),
    "two blogs": (pages(page("blog", "blog"), page("news", "blog")), "site", "at most one page of type blog"),
    "a slug twice": (pages(page("about"), page("about")), "site", 'two pages have the slug "about"'),
    "the blog's slug": (pages(page("blog")), "pages.1", 'the slug "blog" is taken'),
    "a slug that generated files need": (pages(page("assets")), "pages.1", 'the slug "assets" is taken'),
    "a slug with a path": (pages(page("../up")), "pages.1.slug", "lower-case letters and digits"),
    "an unknown type": (pages(page("a", "shop")), "pages.1.type", "home"),
    "an unknown field": (pages() | {"colour": "red"}, "colour", "no such field"),
    "two blocks of one id": (pages(page("a", "custom", text_block(), text_block())), "pages.1", 'the id "text"'),
    "the id of the page's own part": (pages(page("a", "custom", text_block("main"))), "pages.1.blocks.0.id", '"main"'),
    "an id of what is around": (pages(page("a", "custom", text_block("site-menu"))), "pages.1.blocks.0.id", "taken"),
    "a number that is none": ({"name": float("nan"), "pages": [HOME]}, "name", ""),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_names_the_field(what: str) -> None:
    document, field, reason = REFUSED[what]
    with pytest.raises(BadStructure) as refused:
        read_site(document)
    assert refused.value.field == field
    assert reason in str(refused.value)
    assert refused.value.http_status == 422


@pytest.mark.parametrize("document", [None, [], "site", 7, b"{", b"[]", b"\xff"])
def test_what_is_no_structure_at_all_is_refused(document: object) -> None:
    with pytest.raises(BadStructure):
        read_site(document)


def test_characters_that_nothing_can_hold_are_left_out() -> None:
    assert site(HOME, name="Bo\x00ats ").name == "Boats"


def test_a_structure_is_the_same_from_json_and_from_what_was_parsed() -> None:
    whole = site()
    assert read_site(whole.model_dump_json().encode()) == read_site(whole.model_dump(mode="json")) == whole
