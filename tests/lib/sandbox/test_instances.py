"""The smallest document of a JSON schema, judged by jsonschema."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from igny8_lib.sandbox.answers.instances import FORMATS, instance
from igny8_lib.sandbox.protocol import ApiError

TREE = {
    "$defs": {
        "Node": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 1},
                "child": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
            },
            "required": ["name", "child"],
        }
    },
    "$ref": "#/$defs/Node",
}
EXAMPLES: list[dict[str, Any]] = [
    {},
    TREE,
    {"type": ["string", "null"], "maxLength": 3},
    {"enum": ["b", "a"]},
    {"const": {"a": 1}},
    {"type": "string", "pattern": "^[a-z]{2}$"},
    {"type": "string", "pattern": "^#[0-9a-f]{6}$"},
    {"type": "number", "exclusiveMinimum": 2, "maximum": 3},
    {"type": "integer", "minimum": -9, "maximum": -3},
    {"type": "integer", "minimum": 5, "multipleOf": 4},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5},
    {"type": "array", "minItems": 3, "items": {"type": "boolean"}},
    {"type": "array", "minItems": 3, "prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
    {"type": "array", "minItems": 3, "uniqueItems": True, "items": {"type": "string"}},
    {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"enum": ["x", "y"]}},
    {"allOf": [{"properties": {"a": {"type": "string"}}}, {"required": ["a"]}], "type": "object"},
    {"oneOf": [{"type": "object", "required": ["a"]}, {"type": "integer"}]},
    {"type": "object", "properties": {"a": {"$ref": "#/properties/b"}, "b": {"type": "integer"}}, "required": ["a"]},
    *({"type": "string", "format": name} for name in FORMATS),
]
LEAVES = st.one_of(
    st.builds(
        lambda low, more: {"type": "integer", "minimum": low, "maximum": low + more},
        st.integers(-50, 50),
        st.integers(0, 9),
    ),
    st.builds(
        lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more},
        st.integers(0, 30),
        st.integers(0, 9),
    ),
    st.builds(lambda values: {"enum": values}, st.lists(st.text(max_size=4), min_size=1, max_size=3)),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"type": ["number", "null"]}]),
)


def grown(children: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    objects = st.dictionaries(st.text(min_size=1, max_size=5), children, max_size=4).map(
        lambda found: {"type": "object", "properties": found, "required": list(found), "additionalProperties": False}
    )
    arrays = st.builds(
        lambda item, least: {"type": "array", "items": item, "minItems": least}, children, st.integers(0, 3)
    )
    return objects | arrays | st.lists(children, min_size=1, max_size=3).map(lambda options: {"anyOf": options})


@pytest.mark.parametrize("schema", EXAMPLES, ids=str)
def test_the_document_fits_the_schema(schema: dict[str, Any]) -> None:
    jsonschema.validate(instance(schema), schema)


@settings(max_examples=200, deadline=None)
@given(schema=st.recursive(LEAVES, grown, max_leaves=12))
def test_the_document_of_any_schema_of_the_strict_subset_fits(schema: dict[str, Any]) -> None:
    jsonschema.validate(instance(schema), schema)
    assert instance(schema) == instance(schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^Straße 17 [äöü]{40}$"},
        {"$ref": "#/$defs/Missing"},
        {
            "$defs": {"A": {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "required": ["a"]}},
            "$ref": "#/$defs/A",
        },
        {"$ref": "#"},
    ],
    ids=str,
)
def test_a_schema_it_cannot_serve_is_refused_with_400(schema: dict[str, Any]) -> None:
    with pytest.raises(ApiError) as caught:
        instance(schema)
    assert caught.value.status == 400
