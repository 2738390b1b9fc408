"""The OpenAPI document tells everything: ids, examples, every error, and who may ask."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

import jsonschema_rs
import pytest
from igny8_web.api.app import make_api
from igny8_web.api.description import BASE, PROBLEMS, operations
from igny8_web.api.examples import example_of


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    return make_api().openapi()


def contents(operation: dict[str, Any]) -> list[dict[str, Any]]:
    """What the operation is sent and what it answers, by media type."""
    said = [operation.get("requestBody", {}), *operation["responses"].values()]
    return [content for each in said for content in each.get("content", {}).values()]


def test_the_document_names_its_version_and_where_the_api_stands() -> None:
    assert document()["openapi"].startswith("3.1")
    assert document()["servers"] == [{"url": BASE}]


def test_every_operation_has_an_id_of_its_own_and_says_what_it_does() -> None:
    ids = Counter(operation["operationId"] for _, _, operation in operations(document()))
    assert [name for name, times in ids.items() if times > 1] == []
    assert [path for path, _, operation in operations(document()) if not operation.get("description")] == []


def test_every_operation_tells_every_error_as_a_problem_document() -> None:
    for path, method, operation in operations(document()):
        for status in PROBLEMS:
            answer = operation["responses"][status]
            assert list(answer["content"]) == ["application/problem+json"], (path, method, status)
            assert answer["content"]["application/problem+json"]["example"]["status"] == int(status)


def test_every_operation_says_who_may_ask() -> None:
    silent = [f"{method} {path}" for path, method, operation in operations(document()) if "x-action" not in operation]
    assert silent == []


def test_every_body_and_every_answer_has_an_example_that_fits_its_shape() -> None:
    shapes = {"components": document()["components"]}
    for path, method, operation in operations(document()):
        for content in contents(operation):
            if "schema" in content:
                validator = jsonschema_rs.Draft202012Validator(content["schema"] | shapes)
                wrong = [str(error) for error in validator.iter_errors(content["example"])]
                assert wrong == [], f"{method} {path}"


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        ({"type": "integer", "minimum": 40}, 40),
        ({"type": "integer", "maximum": 7}, 7),
        ({"type": "string", "enum": ["a", "b"]}, "a"),
        ({"anyOf": [{"type": "null"}, {"type": "boolean"}]}, False),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"type": "array", "items": {"const": 1}}, [1]),
        ({"$ref": "#/components/schemas/Known"}, {"slug": "harbour-flats-guide"}),
    ],
)
def test_an_example_is_a_value_that_the_shape_allows(schema: dict[str, Any], example: object) -> None:
    shapes = {"Known": {"type": "object", "properties": {"slug": {"type": "string"}}}}
    assert example_of(schema, shapes) == example
