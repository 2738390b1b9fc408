"""Write docs/API.md from the OpenAPI document of the product's API. With --check, only say whether it is up to date
(exit code 1 where it is not)."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "API.md"
Document = Mapping[str, Any]
"""Any object of the OpenAPI document."""
HEAD = """\
# The REST API

Made by `make docs` from the routes in `plugins/igny8_web/api/`: change those, not this page. The same as OpenAPI 3.1,
with an example of every body and answer: `GET /igny8/api/v1/openapi.json`.

"""
ROLES = {
    "read": "viewer, editor (granted sites), admin, owner",
    "write content": "editor (granted sites), admin, owner",
    "start runs": "editor (granted sites), admin, owner",
    "manage settings": "admin, owner",
    "be signed in": "whoever is signed in",
    "decide for the platform": "Airflow's admins",
}
"""Who may do what, by the action that a route asks for (SPEC: who may do what)."""


def load_document() -> Document:
    """The OpenAPI document of the application itself."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["AIRFLOW_HOME"] = home  # Airflow would write its own configuration into the user's
        sys.path[:0] = [str(ROOT / "plugins"), str(ROOT)]
        from igny8_web.api.app import make_api  # noqa: PLC0415 - Airflow reads its home when it is first imported

        return make_api().openapi()


def page(document: Document) -> str:
    """The whole page."""
    described = [
        (operation["tags"][0], path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]
    described.sort(key=lambda each: each[0])
    parts = [HEAD, document["info"]["description"], "\n"]
    for tag, group in groupby(described, key=lambda each: each[0]):
        parts.append(f"\n## {tag.capitalize()}\n")
        parts.extend("\n".join(section(*each[1:])) + "\n" for each in group)
    parts.append("\n## Shapes\n")
    parts.extend("\n".join(shape(name, schema)) + "\n" for name, schema in document["components"]["schemas"].items())
    return "".join(parts)


def section(path: str, method: str, operation: Document) -> Iterator[str]:
    """One operation: what it does, who may, what it takes and answers."""
    yield f"\n### `{method.upper()} {path}`\n"
    yield operation["description"] + "\n"
    who = ROLES[operation["x-action"]]
    module = f" Module: {operation['x-module']}." if "x-module" in operation else ""
    yield f"Who: {who}.{module}\n"
    if operation.get("parameters"):
        yield "| parameter | in | type | what |\n|---|---|---|---|"
        yield from (parameter(each) for each in operation["parameters"])
        yield ""
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"Body: {type_of(content['schema'])} (`{kind}`).\n"
    good = {status: answer for status, answer in operation["responses"].items() if status < "400"}
    for status, answer in good.items():
        kinds = [f"{type_of(each.get('schema', {}))} (`{kind}`)" for kind, each in answer.get("content", {}).items()]
        yield f"Answer {status}: {', '.join(kinds) or 'nothing'}."


def parameter(described: Document) -> str:
    """A row of the table of parameters."""
    schema = described["schema"]
    name = f"`{described['name']}`{' (needed)' if described.get('required') else ''}"
    usual = f", default `{schema['default']}`" if schema.get("default") not in (None, "") else ""
    return f"| {name} | {described['in']} | {type_of(schema)}{usual} | {described.get('description', '')} |"


def shape(name: str, schema: Document) -> Iterator[str]:
    """One shape with its fields."""
    yield f"\n### {name}\n\n{schema.get('description', '')}\n"
    if schema.get("enum"):
        yield "One of " + ", ".join(f"`{value}`" for value in schema["enum"]) + "."
    if schema.get("properties"):
        needed = set(schema.get("required", ()))
        yield "| field | type | what |\n|---|---|---|"
        for field, described in schema["properties"].items():
            star = "" if field in needed else " (optional)"
            yield f"| `{field}`{star} | {type_of(described)} | {described.get('description', '')} |"


def type_of(schema: Document) -> str:
    """A type in words; a shape as a link to it."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema or "const" in schema:
        return " or ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return " or ".join(dict.fromkeys(type_of(each) for each in schema[choice]))
    kind = schema.get("type", "anything")
    if kind == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def main() -> None:
    """Write the page, or compare it."""
    text = page(load_document()).replace("\n\n\n", "\n\n").rstrip() + "\n"
    if "--check" not in sys.argv:
        PAGE.write_text(text, "utf-8")
    elif not PAGE.exists() or PAGE.read_text("utf-8") != text:
        sys.exit("docs/API.md does not tell what the routes do: run `make docs` and commit it.")


if __name__ == "__main__":
    main()
