"""Which structures of websites are taken, what is asked again, and what is taken of a bad one in the end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from igny8_lib.ai.errors import AnswerInvalid
from igny8_lib.ai.prompts import INPUT_MARK
from igny8_lib.models import PageType
from igny8_lib.site_builder.asking.structure import (
    MOST_NEW_PAGES,
    KeptPage,
    SiteStructure,
    check,
    keep_right,
    structure_request,
)
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.palettes import PALETTES
from tests.lib.site_builder.asking.asked import GERMAN, SITE, answered, planned, structure, structure_brief

FOUR = [planned("home", "home"), planned("about"), planned("blog", "blog"), planned("contact", "contact")]
MANY = [planned(f"page-{number}") for number in range(MOST_NEW_PAGES)]

REFUSED: dict[str, tuple[list[dict[str, Any]], str]] = {
    "too few pages": (FOUR, "There are 4 pages and 0 in `kept`; plan 5 at least"),
    "too many pages": ([*FOUR, *MANY], "There are 16 new pages; plan at most 12"),
    "no home page": ([*FOUR[1:], planned("a"), planned("b")], "0 pages have the type home"),
    "two home pages": ([*FOUR, planned("start", "home")], "2 pages have the type home"),
    "no contact page": ([*FOUR[:3], planned("a"), planned("b")], "No page has the type contact"),
    "two blogs": ([*FOUR, planned("news", "blog")], "Several pages have the type blog"),
    "a slug twice": ([*FOUR, planned("about", title="Us")], "Two pages have the slug 'about'"),
    "a title twice": ([*FOUR, planned("us", title="ABOUT")], "Two pages have the title 'about'"),
    "a slug that is none": ([*FOUR, planned("Über uns")], "The slug 'Über uns' is none: use lower-case"),
    "a slug that every site needs": ([*FOUR, planned("assets")], "The slug 'assets' is taken"),
    "the blog's slug": ([*FOUR[:2], planned("blog"), FOUR[3], planned("a")], "The slug 'blog' is taken"),
    "no title": ([*FOUR, planned("a", title=" ")], "The title of the page 'a' is empty"),
    "a long description": ([*FOUR, planned("a", description="x" * 301)], "The description of the page 'a' is"),
    "no purpose": ([*FOUR, planned("a", purpose="\u200b")], "The purpose of the page 'a' is empty"),
    "no sections": ([*FOUR, planned("a", sections=[])], "The page 'a' has no sections"),
    "too many sections": ([*FOUR, planned("a", "custom", *["text"] * 13)], "has 13 sections; plan at most 12"),
    "an unknown section": ([*FOUR, planned("a", "custom", "carousel")], "has a section 'carousel' of a type"),
    "another language": ([*FOUR, planned("a", purpose=GERMAN[:990])], "written in the language 'de'"),
}


def test_a_sound_structure_is_taken() -> None:
    check(structure(), [], "en")


@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_one_is_asked_again_with_what_is_wrong(what: str) -> None:
    pages, sentence = REFUSED[what]
    with pytest.raises(ValueError, match=r".") as refused:
        check(structure(*pages), [], "en")
    assert sentence in str(refused.value)


def test_all_that_is_wrong_is_told_at_once_but_not_without_end() -> None:
    with pytest.raises(ValueError, match=r"'x-1'.*'x-2'.*'x-3'") as refused:
        check(structure(*FOUR, *(planned(f"x-{number}", title="") for number in range(1, 12))), [], "en")
    assert str(refused.value).count("The title of the page") <= 5


def test_a_blog_needs_no_sections() -> None:
    check(structure(*FOUR[:2], planned("blog", "blog", sections=[]), *FOUR[3:], planned("a")), [], "en")


def test_pages_that_stay_count_and_nobody_has_their_slug_or_title() -> None:
    kept = [KeptPage("start", "Start", "home"), KeptPage("team", "Team", "about")]
    check(structure(planned("blog", "blog"), planned("offers"), planned("contact", "contact")), kept, "en")
    for page, sentence in (
        (planned("home", "home"), "2 pages have the type home, those of `kept` counted"),
        (planned("team", title="People"), "Two pages have the slug 'team'"),
        (planned("people", title="Team"), "Two pages have the title 'team'"),
    ):
        with pytest.raises(ValueError, match=sentence):
            check(structure(planned("offers"), planned("contact", "contact"), page), kept, "en")


def test_the_right_pages_of_a_bad_structure_are_taken_with_slugs_that_can_be() -> None:
    bad = structure(
        planned("home", "home"),
        planned("Über uns", title="Über uns"),
        planned("assets", title="What we have"),
        planned("a", sections=[{"type": "carousel", "purpose": "x"}, {"type": "text", "purpose": "x"}]),
        planned("b", title=""),
        planned("start", "home"),
        planned("a", title="Another"),
        planned("contact", "contact"),
    )
    kept = keep_right(bad, [], "en")
    assert kept is not None
    assert [page.slug for page in kept.pages] == ["home", "uber-uns", "what-we-have", "a", "another", "contact"]
    assert [section.type for section in kept.pages[3].sections] == ["text"]


def test_what_is_no_website_is_not_taken() -> None:
    assert keep_right(structure(*FOUR), [], "en") is None
    assert keep_right(structure(*FOUR[:3], planned("a"), planned("b")), [], "en") is None


def test_the_request_says_what_there_is_to_choose_from_and_what_was_chosen() -> None:
    brief = structure_brief(kept=[KeptPage("team", "Team", "about", "Shows them")], chosen={"palette": "ember"})
    request = structure_request(SITE, brief)
    told, _, item = request.prompt.user.partition(INPUT_MARK)
    said = json.loads(item)
    assert "5 pages at least" in told
    assert "at most 12 new ones" in told
    assert "sitemap" in told
    assert said["offered"]["blocks"].keys() == BLOCKS.keys()
    assert said["offered"]["palettes"].keys() == PALETTES.keys()
    assert said["offered"]["page_types"] == [each.value for each in PageType]
    assert said["kept"] == [{"slug": "team", "title": "Team", "type": "about", "purpose": "Shows them"}]
    assert said["chosen"] == {"palette": "ember"}


def test_an_answer_is_read_and_a_look_that_is_not_offered_is_asked_again() -> None:
    request = structure_request(SITE, structure_brief())
    sound = structure().model_dump(mode="json")
    assert isinstance(request.read(answered(json.dumps(sound))), SiteStructure)
    with pytest.raises(AnswerInvalid, match='there is no "pink": choose one of'):
        request.read(answered(json.dumps(sound | {"palette": "pink"})))
