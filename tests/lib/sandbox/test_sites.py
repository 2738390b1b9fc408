"""Websites of the sandbox: any brief becomes a plan and pages that the product takes, in the language of the site."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.ai.errors import AnswerInvalid
from igny8_lib.ai.requests import SiteBrief
from igny8_lib.sandbox.answers.site_phrases import LANGUAGES, site_phrases
from igny8_lib.sandbox.switches import Rewrite
from igny8_lib.site_builder.asking.page import OtherPage, PageBrief, WrittenPage, page_request
from igny8_lib.site_builder.asking.structure import KeptPage, SiteStructure, StructureBrief, structure_request
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.documents import SiteDocument, read_site
from igny8_lib.site_builder.images import ImageFile
from igny8_lib.site_builder.whole_site import render_site, require_whole
from igny8_lib.text.language import other_language
from tests.lib.site_builder.asking.asked import ask, page_brief, site_of, structure_brief, text

CODES = {"english": "en", "german": "de-DE"}
BRIEFS = {
    "english": ("Boat repair", "We repair boats and have photos of them. Write to yard@boats.example."),
    "german": ("Bootsbau", "Wir reparieren Boote und zeigen Bilder davon. Schreiben Sie an hof@boote.example."),
}
PICTURES = ("ann.jpg", "boat.jpg", "mast.jpg", "yard.jpg")
IMAGES = {name: ImageFile(name, 1200, 800) for name in PICTURES}
UPLOADS = {f"assets/images/{name}": b"" for name in PICTURES}


def planned(site: SiteBrief, brief: StructureBrief) -> SiteStructure:
    """The structure, as the product reads it."""
    request = structure_request(site, brief)
    return request.read(ask(request))


def written(site: SiteBrief, brief: StructureBrief, plan: SiteStructure, **values: Any) -> list[WrittenPage]:
    """All pages of the plan, as the product reads them."""
    answers = []
    for page in plan.pages:
        others = [OtherPage(other.slug, other.title, other.type) for other in plan.pages if other is not page]
        said = (brief.name, plan.tagline, brief.audience, brief.brief, brief.objectives, page, others)
        request = page_request(site, PageBrief(*said, **values))
        answers.append(request.read(ask(request)))
    return answers


def document(name: str, language: str, plan: SiteStructure, pages: list[WrittenPage]) -> SiteDocument:
    """The whole website."""
    theme = {"palette": plan.palette, "typography": plan.typography, "personality": plan.personality}
    both = zip(plan.pages, pages, strict=True)
    made = [
        {"slug": page.slug, "type": page.type, "title": answer.title, "description": answer.description}
        | {"blocks": [block.model_dump(mode="json") for block in answer.blocks]}
        for page, answer in both
    ]
    looks = {"tagline": plan.tagline, "layout": plan.layout, "template": plan.template, "theme": theme}
    return read_site({"name": name, "language": language, "pages": made} | looks)


@pytest.fixture(scope="module", params=sorted(LANGUAGES))
def made(request: pytest.FixtureRequest) -> tuple[str, SiteStructure, list[WrittenPage]]:
    """The language's code, and a website of its brief."""
    language = request.param
    industry, said = BRIEFS[language]
    site, brief = site_of(CODES[language]), structure_brief(industry=industry, brief=said)
    plan = planned(site, brief)
    return CODES[language], plan, written(site, brief, plan, pictures=PICTURES)


def test_a_brief_becomes_a_website_that_passes_every_check(made: tuple[str, SiteStructure, list[WrittenPage]]) -> None:
    language, plan, pages = made
    site = document("Boats & Sons", language, plan, pages)
    base_url = "https://boats.example/shop/"
    require_whole(site, render_site(site, base_url, images=IMAGES, uploads=UPLOADS), base_url)
    assert len(site.pages) >= 5
    assert {"home", "about", "services", "blog", "contact"} <= {page.type for page in site.pages}
    kinds = {block.type for page in site.pages for block in page.blocks}
    assert kinds == BLOCKS.keys() - {"pricing", "stats", "team", "testimonials"}, "all that state no facts"
    assert len({tuple(block.type for block in page.blocks) for page in site.pages}) == len(site.pages)


def test_all_of_it_is_in_the_sites_language_and_says_who_wrote_it(
    made: tuple[str, SiteStructure, list[WrittenPage]],
) -> None:
    language, plan, pages = made
    whole = " ".join(page.model_dump_json() for page in (plan, *pages))
    assert other_language(whole, language) is None
    assert all("andbox" in page.model_dump_json() for page in pages)


def test_the_same_brief_gets_the_same_website_and_a_remark_another_page() -> None:
    brief = structure_brief()
    first, again = (planned(site_of("en"), brief) for _ in range(2))
    assert first == again
    requests = [page_request(site_of("en"), page_brief("hero", "feature_grid", "faq", remark=each)) for each in "aab"]
    one, same, other = (request.read(ask(request)) for request in requests)
    assert one == same != other


def test_what_people_chose_and_the_pages_that_stay_are_heeded() -> None:
    kept = [KeptPage("start", "Start", "home"), KeptPage("contact", "Get in touch", "custom")]
    chosen = {"palette": "ember", "tagline": "Boats, repaired", "template": "landing"}
    plan = planned(site_of("en"), structure_brief(kept=kept, chosen=chosen))
    assert (plan.palette, plan.tagline, plan.template) == ("ember", "Boats, repaired", "landing")
    assert "home" not in {page.type for page in plan.pages}
    assert next(page.slug for page in plan.pages if page.type == "contact") == "contact-2"


def test_a_shop_shows_products_and_without_an_address_there_is_no_form() -> None:
    plan = planned(
        site_of("de"), structure_brief(business_type="Fahrradladen", industry="Räder", brief="Wir verkaufen.")
    )
    assert "products" in {page.type for page in plan.pages}
    assert "contact_form" not in {section.type for page in plan.pages for section in page.sections}


def test_blocks_that_people_wrote_are_written_around() -> None:
    brief = page_brief("hero", "text", "faq", kept=[text(block_id="faq")])
    request = page_request(site_of("en"), brief)
    answer = request.read(ask(request))
    assert [(block.id, block.type) for block in answer.blocks] == [("hero", "hero"), ("text", "text"), ("faq-2", "faq")]


SPOILT = {
    Rewrite.LOST_LINKS: "there is no such page",
    Rewrite.LOST_IMAGES: "take each of `pictures`",
    Rewrite.NEW_NUMBERS: "states '87 %'",
    Rewrite.NEW_NAMES: "which the input does not say",
    Rewrite.OTHER_LANGUAGE: "written in the language 'de'",
    Rewrite.HALF: "planned sections",
}


@pytest.mark.parametrize("way", SPOILT)
def test_a_switch_spoils_pages_so_that_they_are_asked_again(way: Rewrite) -> None:
    sections = ("hero", "steps", "faq", "feature_grid", "call_to_action")
    request = page_request(site_of("en"), page_brief(*sections))
    with pytest.raises(AnswerInvalid) as refused:
        request.read(ask(request, way))
    assert SPOILT[way] in refused.value.problem
    taken = request.salvage(ask(request, way))
    assert (taken is None) == (way in {Rewrite.OTHER_LANGUAGE, Rewrite.HALF})


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_language_has_phrases_for_everything(language: str) -> None:
    phrases, english = site_phrases(language), site_phrases("english")
    assert phrases.plans.keys() == english.plans.keys()
    assert phrases.site.keys() == english.site.keys()
    assert phrases.words.keys() == english.words.keys()
    assert {name: len(texts) for name, texts in phrases.lists.items()} == {
        name: len(texts) for name, texts in english.lists.items()
    }
    for key, plan in phrases.plans.items():
        assert [kind for kind, _ in plan.sections] == [kind for kind, _ in english.plans[key].sections]
    said = [*phrases.words.values(), *(text for texts in phrases.lists.values() for pair in texts for text in pair)]
    assert all(said)
    assert not any(re.search(r"\d|%|\$|€", text) for text in said), "no template states a figure"


WORDS = st.text(max_size=60)


@settings(max_examples=60, deadline=None)
@given(name=st.text(min_size=1, max_size=100), industry=WORDS, brief=WORDS, language=st.sampled_from(["en", "de"]))
def test_any_brief_gets_a_plan_and_a_home_page_that_the_product_takes(
    name: str, industry: str, brief: str, language: str
) -> None:
    site = site_of(language)
    wanted = structure_brief(name=name, industry=industry, brief=brief)
    plan = planned(site, wanted)
    written(site, wanted, plan.model_copy(update={"pages": plan.pages[:1]}))
