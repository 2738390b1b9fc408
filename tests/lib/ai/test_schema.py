"""Strict schemas: what every answer model becomes, and what cannot be said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from igny8_lib.ai.functions.auto_cluster import KeywordClusters
from igny8_lib.ai.functions.generate_content import Article
from igny8_lib.ai.functions.generate_ideas import ContentIdeas
from igny8_lib.ai.functions.generate_image_prompts import ImagePrompts
from igny8_lib.ai.schema import strict_schema
from igny8_lib.site_builder.asking.page import answer_of
from igny8_lib.site_builder.asking.structure import SiteStructure
from igny8_lib.site_builder.blocks import BLOCKS

STRICT_KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "enum", "anyOf"}


def nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every schema inside a schema; names of properties are no keywords."""
    yield schema
    for child in [*schema.get("properties", {}).values(), *schema.get("anyOf", [])]:
        yield from nodes(child)
    if "items" in schema:
        yield from nodes(schema["items"])


ANSWERS = [KeywordClusters, ContentIdeas, Article, ImagePrompts, SiteStructure, answer_of(frozenset(BLOCKS))]


@pytest.mark.parametrize("model", ANSWERS)
def test_every_answer_has_a_strict_schema(model: type[BaseModel]) -> None:
    for node in nodes(strict_schema(model)):
        assert node.keys() <= STRICT_KEYWORDS
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])


class Inner(BaseModel):
    """Spoken to developers."""

    title: str = Field(default="x", max_length=5, description="Longer text")


class Outer(BaseModel):
    type: Literal["outer"]
    size: int | None = Field(default=None, ge=3)
    inner: Inner = Field(description="beside a reference")
    many: list[Inner] = []


def test_references_are_written_out_and_defaults_lengths_and_titles_left_out() -> None:
    inner = {
        "type": "object",
        "properties": {"title": {"type": "string"}},
        "required": ["title"],
        "additionalProperties": False,
    }
    assert strict_schema(Outer) == {
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": ["outer"]},
            "size": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "inner": inner,
            "many": {"type": "array", "items": inner},
        },
        "required": ["type", "size", "inner", "many"],
        "additionalProperties": False,
    }


class Free(BaseModel):
    values: dict[str, int]


class Whatever(BaseModel):
    value: Any


class Tree(BaseModel):
    children: list[Tree]


@pytest.mark.parametrize(
    ("model", "reason"), [(Free, "free mapping"), (Whatever, "needs a type"), (Tree, "contains itself")]
)
def test_what_strict_mode_cannot_say_is_an_error(model: type[BaseModel], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        strict_schema(model)
