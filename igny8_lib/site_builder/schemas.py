"""The JSON Schema of a website's structure, for the AI that writes it and for those who read its documents."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from functools import cache
from typing import Any

from pydantic.json_schema import models_json_schema

from igny8_lib.site_builder.blocks import BLOCKS
from igny8_lib.site_builder.documents import Block, Page, SiteDocument


def structure_schema() -> dict[str, Any]:
    """The schema of a whole structure (draft 2020-12), each block's data by its type. The caller's to change."""
    return deepcopy(made(SiteDocument))


def page_schema(types: Collection[str] | None = None) -> dict[str, Any]:
    """The schema of one page, with blocks of these types (all by default)."""
    return deepcopy(made(Page, None if types is None else frozenset(types)))


@cache
def made(model: type[SiteDocument | Page], types: frozenset[str] | None = None) -> dict[str, Any]:
    """The schema of the model, with a kind of block for each type in place of one that takes any data."""
    names = sorted(BLOCKS if types is None else types)
    models = [model, Block, *(BLOCKS[name].schema for name in names)]
    references, whole = models_json_schema([(each, "validation") for each in models])
    definitions: dict[str, Any] = whole["$defs"]
    kinds = {name: of_type(definitions["Block"], name, references[BLOCKS[name].schema, "validation"]) for name in names}
    definitions["Block"] = {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in kinds]}
    root = definitions.pop(references[model, "validation"]["$ref"].rpartition("/")[2])
    return {**root, "$defs": without_unused(root, definitions | kinds)}


def of_type(block: dict[str, Any], name: str, data: dict[str, Any]) -> dict[str, Any]:
    """The schema of a block of the type, whose data is as `data` says."""
    properties = block["properties"] | {"type": {"type": "string", "const": name}, "data": data}
    return block | {"title": BLOCKS[name].title, "properties": properties}


def without_unused(root: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """The definitions that the root leads to."""
    used: dict[str, Any] = {}
    waiting = names_in(root)
    while waiting:
        name = waiting.pop()
        if name not in used:
            used[name] = definitions[name]
            waiting += names_in(definitions[name])
    return {name: used[name] for name in sorted(used)}


def names_in(schema: object) -> list[str]:
    """The names of the definitions that a schema refers to."""
    if isinstance(schema, dict):
        own = [schema["$ref"].rpartition("/")[2]] if isinstance(schema.get("$ref"), str) else []
        return own + [name for each in schema.values() for name in names_in(each)]
    return [name for each in schema for name in names_in(each)] if isinstance(schema, list) else []
