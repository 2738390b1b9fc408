"""Examples for the OpenAPI document, made from the shapes: a field's own example, its first allowed value, or what a
field of that name usually holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SAMPLES: Mapping[str, Any] = {
    "site": "harbour-blog",
    "account": "harbour-agency",
    "slug": "harbour-flats-guide",
    "run_id": "run_20260113_140523_manual",
    "dag_id": "site__harbour-blog",
    "dag_run_id": "manual__2026-01-13T14:05:23+00:00",
    "schedule": "daily at 02:00",
    "title": "What a harbour flat costs",
    "name": "Waterfront flats",
    "domain": "harbourlanehomes.example",
    "username": "ann",
    "email": "ann@harbour.example",
    "text": "waterfront flats for sale",
    "keyword": "waterfront flats for sale",
    "html": "<h2>What they cost</h2><p>From 210,000 a room.</p>",
    "language": "en",
    "timezone": "Europe/London",
    "message": "Run run_20260113_140523_manual is paused.",
    "sentence": "The per-run limit left 94 clusters for the next run.",
}
FORMATS: Mapping[str, Any] = {
    "date-time": "2026-01-13T14:05:23Z",
    "date": "2026-01-13",
    "time": "02:00:00",
    "binary": "(the file's bytes)",
    "uri": "https://harbourlanehomes.example/",
}
USUAL = 12
PLAIN: Mapping[str, Any] = {"string": "text", "boolean": False, "null": None}


def example_of(schema: Mapping[str, Any], shapes: Mapping[str, Any], name: str = "") -> Any:  # noqa: ANN401 - any JSON
    """A value that the schema allows; `shapes` are the document's components, `name` the field's name."""
    if "$ref" in schema:
        return example_of(shapes[schema["$ref"].rpartition("/")[2]], shapes, name)
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            kinds = [kind for kind in schema[choice] if kind.get("type") != "null"]
            return example_of(kinds[0], shapes, name)
    return of_type(schema, shapes, name)


def of_type(schema: Mapping[str, Any], shapes: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - any JSON
    """A value of the schema's type."""
    kind = schema.get("type", "object")
    if kind == "object":
        named = {field: example_of(each, shapes, field) for field, each in schema.get("properties", {}).items()}
        if not named and schema.get("minProperties"):
            named["1"] = example_of(schema["additionalProperties"], shapes)
        return named
    if kind == "array":
        return [example_of(schema["items"], shapes, name)] if schema.get("items") else []
    if kind in {"integer", "number"}:
        return number(schema)
    if kind == "string" and "format" in schema:
        return FORMATS.get(schema["format"], "text")
    return text(schema, name) if kind == "string" else PLAIN[kind]


def number(schema: Mapping[str, Any]) -> int:
    """The usual number, or the nearest one that is allowed."""
    least, most = schema.get("minimum", schema.get("exclusiveMinimum", 0)), schema.get("maximum", USUAL)
    return int(max(least, min(most, USUAL)))


def text(schema: Mapping[str, Any], name: str) -> str:
    """What a field of that name holds, no longer than is allowed."""
    sample: str = schema.get("default") or SAMPLES.get(name, PLAIN["string"])
    return sample[: schema.get("maxLength", len(sample))]
