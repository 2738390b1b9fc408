"""The forms of blocks, the schema for the AI, and where an error says it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.documents import BadStructure, read_site
from igny8_lib.site_builder.forms import FormField, Kind, form_of
from igny8_lib.site_builder.schemas import page_schema, structure_schema
from tests.lib.site_builder.block_data import data_of

NAMES = sorted(BLOCKS)


def flat(fields: Iterable[FormField]) -> Iterator[FormField]:
    for field in fields:
        yield field
        yield from flat(field.fields)


def structure(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    block = {"id": "one", "type": kind, "data": data}
    home = {"slug": "home", "title": "Home", "type": "home", "blocks": [block]}
    return {"name": "Boats", "pages": [home]}


def test_a_form_has_the_fields_of_the_schema_in_their_order() -> None:
    said = [(one.path, one.kind.value, one.required, one.least, one.most) for one in flat(form_of("pricing"))]
    assert said == [
        ("title", "text", False, None, 120),
        ("lead", "area", False, None, 600),
        ("items", "list", True, 1, 6),
        ("items.*.name", "text", True, 1, 60),
        ("items.*.price", "text", True, 1, 40),
        ("items.*.period", "text", False, None, 60),
        ("items.*.text", "area", False, None, 400),
        ("items.*.features", "list", False, None, 15),
        ("items.*.features.*", "text", True, 1, 120),
        ("items.*.button", "group", False, None, None),
        ("items.*.button.label", "text", True, 1, 60),
        ("items.*.button.target", "link", True, None, 2000),
        ("items.*.recommended", "switch", False, None, None),
    ]


def test_a_form_knows_choices_numbers_pictures_and_what_is_kept_where_nothing_is_given() -> None:
    side = next(one for one in form_of("image_text") if one.path == "side")
    assert (side.kind, side.choices, side.initial) == (Kind.CHOICE, ("start", "end"), "start")
    count = next(one for one in form_of("latest_articles") if one.path == "count")
    assert (count.kind, count.least, count.most, count.initial) == (Kind.NUMBER, 1, 12, 3)
    picture = next(one for one in form_of("hero") if one.path == "picture")
    assert not picture.required
    assert [one.kind for one in picture.fields] == [Kind.PICTURE, Kind.TEXT]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_has_a_label_of_its_own_and_every_text_and_list_an_end(name: str) -> None:
    for field in flat(form_of(name)):
        assert field.label[0].isupper(), f"{field.path} needs a Field(title=…)"
        assert field.most or field.kind in {Kind.GROUP, Kind.SWITCH, Kind.CHOICE}, field.path
    for fields in (form_of(name), *(field.fields for field in flat(form_of(name)))):
        labels = [one.label for one in fields]
        assert len(labels) == len(set(labels))


def test_there_is_no_form_for_what_is_no_block() -> None:
    with pytest.raises(KeyError):
        form_of("carousel")


def test_the_schema_is_one_and_takes_the_examples_of_all_blocks() -> None:
    schema = structure_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for name in NAMES:
        jsonschema.validate(structure(name, BLOCKS[name].example), schema, jsonschema.Draft202012Validator)
    jsonschema.validate(structure("faq", BLOCKS["faq"].example)["pages"][0], page_schema())


def test_the_schema_refuses_data_of_another_type() -> None:
    validator = jsonschema.Draft202012Validator(structure_schema())
    assert not validator.is_valid(structure("faq", BLOCKS["hero"].example))
    assert not validator.is_valid(structure("carousel", {}))


def test_the_schema_refers_to_nothing_that_is_not_there_and_keeps_nothing_unused() -> None:
    for schema in (structure_schema(), page_schema()):
        text = json.dumps(schema)
        assert {name for name in schema["$defs"] if f'"#/$defs/{name}"' not in text} == set()
        assert text.count("#/$defs/") == sum(text.count(f'"#/$defs/{name}"') for name in schema["$defs"])


def test_a_caller_may_change_the_schema_it_got() -> None:
    structure_schema()["$defs"].clear()
    assert structure_schema()["$defs"]


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15)
@given(data=st.data())
def test_what_was_read_fits_the_schema(name: str, data: st.DataObject) -> None:
    site = read_site(structure(name, data.draw(data_of(name))))
    document = site.model_dump(mode="json")
    assert jsonschema.Draft202012Validator(structure_schema()).is_valid(document)
    assert read_site(document) == site
    assert read_site(json.dumps(document).encode()) == site


@pytest.mark.parametrize(
    ("kind", "data", "field", "reason"),
    [
        ("faq", {"items": [{"question": "a", "answer": "b"}, {"question": "a", "answer": " "}]},
         "data.items.1.answer", "this is empty"),
        ("faq", {"items": []}, "data.items", "too few: there must be 1 at least"),
        ("hero", {}, "data.title", "this field is missing"),
        ("hero", {"title": "a" * 121}, "data.title", "too long: at most 120 characters fit"),
        ("hero", {"title": "a", "colour": "red"}, "data.colour", "there is no such field"),
        ("hero", {"title": "a", "buttons": [{"label": "b", "target": "javascript:alert(1)"}]},
         "data.buttons.0.target", 'a link leads to "page:SLUG"'),
        ("contact_form", {"endpoint": "tel:1"}, "data.endpoint", "a form is sent to"),
        ("carousel", {}, "type", 'there is no block type "carousel": choose one of call_to_action,'),
    ],
)  # fmt: skip
def test_an_error_says_where_inside_a_block_it_is(kind: str, data: dict[str, Any], field: str, reason: str) -> None:
    with pytest.raises(BadStructure) as caught:
        read_site(structure(kind, data))
    assert caught.value.field == f"pages.0.blocks.0.{field}"
    assert str(caught.value).startswith(f"pages.0.blocks.0.{field}: {reason}")
