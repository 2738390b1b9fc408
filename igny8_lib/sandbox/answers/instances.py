"""The smallest JSON document that a JSON schema accepts, for schemas the sandbox has no better answer to."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from igny8_lib.sandbox.protocol import ApiError

FORMATS = {
    "date": "2026-01-01",
    "date-time": "2026-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "duration": "P1D",
    "email": "sandbox@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
EXAMPLES = ("sandbox", "a", "A", "0", "1", "00", "0000", "a1", "A1", "a-b", "#000000", "en", "", *FORMATS.values())
"""What is tried where a string must match a pattern."""
DEEPEST = 60

Schema = Mapping[str, Any]


def instance(schema: Schema) -> Any:  # noqa: ANN401 - any JSON value
    """A document the schema accepts. Raises ApiError where the sandbox cannot make one."""
    return build(schema, schema, 0)


def build(schema: Any, root: Schema, depth: int) -> Any:  # noqa: ANN401 - any JSON value, and `true` is a schema
    """A value for a part of the schema."""
    if not isinstance(schema, Mapping):
        return None
    if depth > DEEPEST:
        raise ApiError(400, "The JSON schema has no finite document.", param="response_format")
    schema = resolve(schema, root)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for word in ("anyOf", "oneOf"):
        if schema.get(word):
            rest = {key: value for key, value in schema.items() if key != word}
            return first_possible([merge_schemas(rest, resolve(option, root)) for option in schema[word]], root, depth)
    return BUILDERS.get(type_of(schema), build_null)(schema, root, depth)


def resolve(schema: Schema, root: Schema) -> Schema:
    """The schema without $ref and allOf at its top."""
    seen: set[str] = set()
    while "$ref" in schema:
        reference = str(schema["$ref"])
        if reference in seen:
            raise ApiError(400, f"The JSON schema's {reference} leads back to itself.", param="response_format")
        seen.add(reference)
        schema = merge_schemas(
            {key: value for key, value in schema.items() if key != "$ref"}, target_of(reference, root)
        )
    for part in schema.get("allOf", ()):
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        schema = merge_schemas(rest, resolve(part, root))
    return schema


def target_of(reference: str, root: Schema) -> Schema:
    """What a JSON pointer within the schema leads to. Raises ApiError where that is nothing."""
    target: Any = root
    for part in filter(None, reference.removeprefix("#").split("/")):
        target = target.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
    if not isinstance(target, Mapping):
        raise ApiError(400, f"The JSON schema has no {reference}.", param="response_format")
    return target


def merge_schemas(one: Schema, other: Schema) -> Schema:
    """Two schemas that must both hold, as far as joining their words goes."""
    both = {**other, **one}
    if "properties" in one and "properties" in other:
        both["properties"] = {**other["properties"], **one["properties"]}
    if "required" in one and "required" in other:
        both["required"] = [*other["required"], *one["required"]]
    return both


def first_possible(options: list[Schema], root: Schema, depth: int) -> Any:  # noqa: ANN401 - any JSON value
    """A value of the first option there is one of: a recursive type often has its end in a later one."""
    refused: ApiError | None = None
    for option in sorted(options, key=lambda option: type_of(option) in {"object", "array"}):
        try:
            return build(option, root, depth + 1)
        except ApiError as error:
            refused = error
    raise refused or ApiError(400, "The JSON schema has an empty choice.", param="response_format")


def type_of(schema: Schema) -> str:
    """The type to make; what is not said is told by the other words."""
    named = schema.get("type")
    if isinstance(named, list):
        named = next((name for name in named if name != "null"), "null")
    if named:
        return str(named)
    for word, name in (("properties", "object"), ("items", "array"), ("minLength", "string"), ("pattern", "string")):
        if word in schema:
            return name
    return "number" if {"minimum", "maximum", "multipleOf"} & schema.keys() else "null"


def build_object(schema: Schema, root: Schema, depth: int) -> dict[str, Any]:
    """An object with its required properties."""
    properties = schema.get("properties", {})
    names = dict.fromkeys(schema.get("required", ()))
    return {name: build(properties.get(name, {}), root, depth + 1) for name in names}


def build_array(schema: Schema, root: Schema, depth: int) -> list[Any]:
    """As few items as are allowed."""
    first = [build(item, root, depth + 1) for item in schema.get("prefixItems", ())]
    missing = max(0, int(schema.get("minItems", 0)) - len(first))
    item = schema.get("items", {})
    if schema.get("uniqueItems") and missing > 1:
        return first + different(resolve(item, root), root, depth, missing)
    return first + [build(item, root, depth + 1) for _ in range(missing)]


def different(item: Schema, root: Schema, depth: int, number: int) -> list[Any]:
    """So many items, no two the same. Raises ApiError where the sandbox knows too few."""
    if "enum" in item:
        found = list(item["enum"])
    elif type_of(item) == "string":
        found = [f"{build(item, root, depth + 1)}{place or ''}" for place in range(number)]
    elif type_of(item) in {"integer", "number"}:
        found = [build(item, root, depth + 1) + place for place in range(number)]
    else:
        found = [False, True]
    if len(found) < number:
        raise ApiError(400, f"The sandbox knows no {number} different items for an array.", param="response_format")
    return found[:number]


def build_string(schema: Schema, _root: Schema, _depth: int) -> str:
    """A text of the format, the pattern and the length asked for."""
    least, most = int(schema.get("minLength", 0)), int(schema.get("maxLength", 2**31))
    if pattern := schema.get("pattern"):
        for example in EXAMPLES:
            if least <= len(example) <= most and re.search(pattern, example):
                return example
        raise ApiError(400, f"The sandbox knows no text for the pattern {pattern!r}.", param="response_format")
    return str(FORMATS.get(schema.get("format", ""), ("sandbox" * (1 + least // 7))[: max(least, min(7, most))]))


def build_number(schema: Schema, _root: Schema, _depth: int) -> float | int:
    """The number nearest to 0 that is allowed."""
    whole = type_of(schema) == "integer"
    above, below = schema.get("exclusiveMinimum", -math.inf), schema.get("exclusiveMaximum", math.inf)
    edge = 1 if whole else min(1.0, (below - above) / 2)
    low, high = max(schema.get("minimum", -math.inf), above + edge), min(schema.get("maximum", math.inf), below - edge)
    value = min(max(0, low), high)
    if step := schema.get("multipleOf") or (1 if whole else None):
        value = (math.ceil if value == low else math.floor)(value / step) * step
    return int(value) if whole or value == int(value) else float(value)


def build_boolean(_schema: Schema, _root: Schema, _depth: int) -> bool:
    """False."""
    return False


def build_null(_schema: Schema, _root: Schema, _depth: int) -> None:
    """Null."""


BUILDERS = {
    "object": build_object,
    "array": build_array,
    "string": build_string,
    "number": build_number,
    "integer": build_number,
    "boolean": build_boolean,
    "null": build_null,
}
