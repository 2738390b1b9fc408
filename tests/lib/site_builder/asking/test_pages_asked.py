"""Which written pages are taken, what is asked again, and what is taken of a bad one in the end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from igny8_lib.ai.errors import AnswerInvalid
from igny8_lib.ai.prompts import INPUT_MARK
from igny8_lib.ai.schema import strict_schema
from igny8_lib.site_builder.asking.page import PageBrief, WrittenPage, answer_of, page_request
from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.documents import Block
from tests.lib.site_builder.asking.asked import GERMAN, SITE, answered, block, hero, page, page_brief, text

ALL = tuple(sorted(BLOCKS))
PICTURES = ("yard.jpg", "mast.jpg")
EVERYTHING = page_brief(*ALL[:2], pictures=PICTURES)


def read(answer: dict[str, Any], brief: PageBrief) -> WrittenPage:
    """What the product reads. Raises AnswerInvalid."""
    return page_request(SITE, brief).read(answered(json.dumps(answer)))


def kept(answer: dict[str, Any], brief: PageBrief) -> WrittenPage | None:
    """What is taken of an answer that was refused."""
    return page_request(SITE, brief).salvage(answered(json.dumps(answer)))


def button(target: str) -> list[dict[str, str]]:
    return [{"label": "More", "target": target}]


FACTS = {
    "a figure": block("stats", {"items": [{"value": "39", "label": "years"}]}),
    "a price": block("pricing", {"items": [{"name": "Winter", "price": "£ 590"}]}),
    "a person": block("team", {"items": [{"name": "Ada Lovelace"}]}),
    "a quotation": block("testimonials", {"items": [{"quote": "The best there is.", "name": "Maud Pender"}]}),
    "who said it": block("testimonials", {"items": [{"quote": "On time", "name": "Ilya Kern"}]}),
}
TOLD = {
    "a figure": block("stats", {"items": [{"value": "1987", "label": "is when it began"}]}),
    "a price": block("pricing", {"items": [{"name": "Winter", "price": "490 £"}, {"name": "More", "price": "Ask"}]}),
    "a person": block("team", {"items": [{"name": "Ann Trevose", "role": "Builder"}]}),
    "a quotation": block(
        "testimonials", {"items": [{"quote": "On time, and not a penny more", "name": "Maud Pender"}]}
    ),
}
LINKS = {
    "page:home": "",
    "page:about-us": "",
    "page:about-us#text": "",
    "#text": "",
    "mailto:yard@boats.example?subject=Hello": "",
    "tel:+441326000111": "",
    "tel:01326000111": "",
    "https://boats.example/yard": "",
    "http://www.boats.example": "",
    "page:shop": "there is no such page; choose one of about-us, contact, home",
    "page:home#text": "the blocks of other pages are not known",
    "#prices": "no block has this id",
    "mailto:info@boats.example": "the input gives no such address",
    "tel:+441326000999": "the input gives no such address",
    "https://elsewhere.example": "the input gives no such address",
    "https://boats.example/shop": "the input gives no such address",
    "https://boats.exam": "the input gives no such address",
}
REFUSED = {
    "no title": (page(title=" "), "The title is empty"),
    "a long description": (page(description="x" * 301), "The description is empty or too long; give 1 to 300"),
    "no blocks": (page(blocks=[]), "There are 0 blocks for 2 planned sections"),
    "a type that is not planned": (page(hero(), block("faq", BLOCKS["faq"].example)), "the type 'faq', which is not"),
    "lorem ipsum": (page(hero(), text("Lorem  Ipsum dolor")), "holds 'lorem ipsum'"),
    "a name to fill in": (page(hero(), text("Ask [Your Name].")), "holds '[your name]'"),
    "an example address": (page(hero(), text("Write to info@example.com")), "holds 'example.com'"),
    "markup": (page(hero(), text("This is <b>bold</b>")), "holds '<b>'"),
    "Markdown": (page(hero(), text("This is **bold**")), "holds '**b'"),
    "a title to fill in": (page(title="[Title]"), "The title holds '[title]'"),
    "another language": (page(hero(), text(GERMAN)), "written in the language 'de'; write all of it in 'en'"),
    "a field that is too long": (page(hero(title="x" * 121), text()), "blocks.0.data.title: too long: at most 120"),
    "a field that is missing": (
        page(hero(), block("text", {"title": "A"})),
        "blocks.1.data.body: this field is missing",
    ),
    "a type that there is not": (page(hero(), text(), block("carousel", {})), 'there is no block type "carousel"'),
}


def test_a_sound_page_is_taken() -> None:
    answer = read(page(), page_brief())
    assert [one.type for one in answer.blocks] == ["hero", "text"]
    assert not answer.faults


@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_page_is_asked_again_with_what_is_wrong(what: str) -> None:
    answer, sentence = REFUSED[what]
    with pytest.raises(AnswerInvalid) as refused:
        read(answer, page_brief())
    assert sentence in refused.value.problem


@pytest.mark.parametrize("target", LINKS)
def test_links_lead_to_what_is_there_or_was_given(target: str) -> None:
    answer = page(hero(buttons=button(target)), text())
    if not LINKS[target]:
        read(answer, page_brief())
        return
    with pytest.raises(AnswerInvalid) as refused:
        read(answer, page_brief())
    assert f"'hero' has a link to '{target}': {LINKS[target]}" in refused.value.problem


@pytest.mark.parametrize("what", FACTS)
def test_facts_that_nobody_gave_are_refused(what: str) -> None:
    made_up = FACTS[what]
    with pytest.raises(AnswerInvalid, match="which the input does not say; leave it out"):
        read(page(hero(), text(), made_up), page_brief("hero", "text", made_up["type"]))


@pytest.mark.parametrize("what", TOLD)
def test_facts_that_the_brief_gives_are_taken(what: str) -> None:
    read(page(hero(), text(), TOLD[what]), page_brief("hero", "text", TOLD[what]["type"]))


def test_sections_whose_facts_are_missing_may_be_left_out_and_others_hardly() -> None:
    facts = ("stats", "pricing", "team", "testimonials")
    read(page(hero()), page_brief("hero", "text", *facts))
    with pytest.raises(AnswerInvalid, match="There are 1 blocks for 4 planned sections"):
        read(page(hero()), page_brief("hero", "text", "faq", "steps"))


def test_pictures_are_those_that_are_there_and_each_is_shown_once() -> None:
    picture = {"file": "yard.jpg", "alt": ""}
    beside = block("image_text", {"body": "The yard.", "picture": picture})
    brief = page_brief("hero", "image_text", pictures=PICTURES)
    read(page(hero(picture={"file": "mast.jpg", "alt": ""}), beside), brief)
    for bad in (picture, {"file": "other.jpg", "alt": ""}):
        with pytest.raises(AnswerInvalid, match="take each of `pictures` at most once, and no others"):
            read(page(hero(picture=bad), beside), brief)


def test_what_needs_pictures_or_an_address_is_not_offered_without() -> None:
    wanted = ("hero", "gallery", "image_text", "contact_form")
    assert page_brief(*wanted).types == {"hero", "contact_form", "text"}
    assert page_brief(*wanted, brief="Boats", pictures=PICTURES).types == {"hero", "gallery", "image_text", "text"}
    assert page_brief(*wanted, brief="Boats", contact={"email": "a@b.example"}).types == {
        "hero",
        "contact_form",
        "text",
    }


def test_without_a_plan_all_types_are_offered() -> None:
    brief = page_brief(pictures=PICTURES)
    brief.page.sections.clear()
    assert brief.types == BLOCKS.keys()


def test_missing_doubled_and_impossible_ids_are_made_of_the_types() -> None:
    blocks = [hero(), *(text() | {"id": each} for each in ("text", "text", "Main Text", "main", "site-menu", None))]
    answer = WrittenPage.model_validate(page(*blocks))
    assert [one.id for one in answer.blocks] == ["hero", "text", "text-2", "text-3", "text-4", "text-5", "text-6"]


def test_blocks_of_people_keep_their_ids_and_count() -> None:
    brief = page_brief("hero", "text", kept=[hero()])
    read(page(text()), brief)
    read(page(text(), blocks=[block("text", {"body": "More"}, "more")]), brief)
    with pytest.raises(AnswerInvalid, match="The id 'hero' is that of a block in `kept`"):
        read(page(), brief)


def test_the_right_blocks_of_a_bad_page_are_taken() -> None:
    bad = page(
        hero(buttons=[*button("page:shop"), *button("page:home")], picture={"file": "no.jpg", "alt": ""}),
        text(),
        text("Lorem ipsum", "second"),
        block("faq", {"items": []}),
        block("call_to_action", {"title": "Buy", "buttons": button("page:shop")}),
        block("stats", {"items": [{"value": "87 %", "label": "of all"}]}),
    )
    taken = kept(bad, page_brief("hero", "text", "faq", "stats"))
    assert taken is not None
    assert [one.id for one in taken.blocks] == ["hero", "text"]
    assert taken.blocks[0].data["buttons"] == button("page:home")
    assert taken.blocks[0].data["picture"] is None
    assert not taken.faults


def test_a_block_that_leads_to_one_that_was_left_out_is_left_out_too() -> None:
    led = block("call_to_action", {"title": "See", "buttons": button("#second")})
    taken = kept(page(hero(), text(), text("Lorem ipsum", "second"), led), page_brief("hero", "text", "call_to_action"))
    assert taken is not None
    assert [one.id for one in taken.blocks] == ["hero", "text"]


def test_a_taken_block_gets_an_id_beside_those_that_stay() -> None:
    taken = kept(page(), page_brief("hero", "text", kept=[hero()]))
    assert taken is not None
    assert [one.id for one in taken.blocks] == ["hero-2", "text"]


@pytest.mark.parametrize("bad", [page(blocks=[]), page(hero(), text(GERMAN)), page(title="")])
def test_what_is_no_page_is_not_taken(bad: dict[str, Any]) -> None:
    assert kept(bad, page_brief()) is None


def test_blocks_that_are_read_already_stay_as_they_are() -> None:
    blocks = [Block.model_validate(text())]
    assert WrittenPage(title="A", description="B", blocks=blocks).blocks == blocks


@pytest.mark.parametrize("kind", ALL)
def test_the_schema_that_is_sent_takes_each_block_that_is_offered_and_no_other(kind: str) -> None:
    block_data = BLOCKS[kind].schema.model_validate(BLOCKS[kind].example).model_dump(mode="json")
    validator = Draft202012Validator(strict_schema(answer_of(frozenset({kind}))))
    assert validator.is_valid(page(block(kind, block_data)))
    other = "faq" if kind != "faq" else "text"
    assert not validator.is_valid(page(block(other, BLOCKS[other].example)))


def test_the_request_says_what_there_is_to_write_with() -> None:
    brief = page_brief("hero", "faq", pictures=PICTURES, shown={"yard.jpg": "The yard"}, kept=[text()])
    said = json.loads(page_request(SITE, brief).prompt.user.partition(INPUT_MARK)[2])
    assert said["website"]["contact"] == {"email": "yard@boats.example"}
    assert said["pictures"] == [{"file": "yard.jpg", "shows": "The yard"}, {"file": "mast.jpg", "shows": ""}]
    assert said["kept"] == [text()]
    assert said["blocks"].keys() == {"faq", "hero", "text"}
    assert said["blocks"]["faq"]["fields"]["items.*.question"] == "1 to 200 characters"
    assert said["blocks"]["hero"]["fields"]["buttons"] == "at most 2 items"
    assert "remark" not in said


def test_the_remark_of_an_editor_is_told_to_the_writer() -> None:
    told, _, item = page_request(SITE, page_brief(remark="Shorter")).prompt.user.partition(INPUT_MARK)
    assert "`remark` is the editor's own" in told
    assert json.loads(item)["remark"] == "Shorter"
