"""JSON schemas as providers accept them for strict structured answers.

Strict mode wants every property required, `additionalProperties: false` everywhere, and knows few keywords. Others
(lengths, ranges, patterns, defaults, titles) are refused by some providers, so they are left out: pydantic and the
request's `check` hold those rules. Descriptions come from docstrings, which speak to developers; the prompt speaks to
the model, and has a version. References are written out, since not every compatible provider follows them.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel

KEPT = ("type", "enum")


@cache
def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The model's schema for strict mode, made once per model: not to be changed.

    Raises ValueError for what strict mode cannot say.
    """
    schema = model.model_json_schema()
    return convert_node(schema, schema.get("$defs", {}), ())


def convert_node(node: dict[str, Any], definitions: dict[str, Any], inside: tuple[str, ...]) -> dict[str, Any]:
    """One node with only the keywords of strict mode. `inside` are the definitions being written out."""
    if reference := node.get("$ref"):
        name = reference.rsplit("/", 1)[-1]
        if name in inside:
            raise ValueError(f"{name} contains itself; a strict schema is written out and must end.")
        return convert_node(definitions[name], definitions, (*inside, name))
    strict = {key: node[key] for key in KEPT if key in node}
    if "const" in node:
        strict["enum"] = [node["const"]]
    if "anyOf" in node:
        strict["anyOf"] = [convert_node(choice, definitions, inside) for choice in node["anyOf"]]
    if node.get("type") == "array":
        strict["items"] = convert_node(node["items"], definitions, inside)
    if node.get("type") == "object":
        strict |= write_object(node, definitions, inside)
    if not strict.keys() & {"type", "enum", "anyOf"}:
        raise ValueError(f"A strict schema needs a type everywhere; there is none in {node}.")
    return strict


def write_object(node: dict[str, Any], definitions: dict[str, Any], inside: tuple[str, ...]) -> dict[str, Any]:
    """An object's properties, all required and no others allowed."""
    if "properties" not in node:
        raise ValueError("A strict schema names all properties; a free mapping cannot be asked for.")
    properties = {name: convert_node(value, definitions, inside) for name, value in node["properties"].items()}
    return {"properties": properties, "required": list(properties), "additionalProperties": False}
