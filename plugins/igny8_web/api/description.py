"""The OpenAPI document: what FastAPI says of the routes, made complete.

Every operation gets an example of what it is sent and of what it answers, made from the shapes themselves, and errors
are told as what they are: problem documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from igny8_web.api.examples import example_of
from igny8_web.doors import Doorway, platform_admin
from igny8_web.problems import MEDIA_TYPE, WORDS

BASE = "/igny8/api/v1"
"""Where the API stands below Airflow's own address."""
METHODS = frozenset({"get", "put", "post", "patch", "delete"})
BY_ANYBODY = "be signed in"
BY_THE_PLATFORM = "decide for the platform"
"""What routes ask for that lead to no site or account."""
PROBLEMS: Mapping[str, tuple[str, str]] = {
    "400": ("InvalidInput", "What was sent is wrong: the sentence says what, where and what to do. Nothing changed."),
    "401": ("", "Nobody is signed in, or the token has run out."),
    "402": ("InsufficientCredits", "The account's credits do not cover what this needs."),
    "403": ("NotAllowed", "The caller's role does not go so far, or the account has the module off."),
    "404": ("NotFound", "There is no such thing, or it is not the caller's."),
    "409": ("Conflict", "It stands where this cannot be done, or somebody changed it meanwhile."),
    "413": ("BodyTooLarge", "More was sent than is taken."),
    "422": ("InvalidRequest", "The request does not fit its description; `errors` names each field."),
    "429": ("TooManyRequests", "So many of these within a minute: wait as long as Retry-After says."),
    "500": ("InternalError", "A mistake of the server's, in its log under the number that is told."),
    "502": ("PermanentError", "Airflow or the AI provider refused; trying again does not help."),
    "503": ("TemporaryError", "The database or Airflow does not answer now: try again in a moment."),
}


def describe_api(app: FastAPI) -> None:
    """Have the application tell its complete document; it is made once."""
    plain = app.openapi
    app.openapi = partial(whole, app, plain)  # type: ignore[method-assign] - FastAPI's own way to extend it


def whole(app: FastAPI, plain: Any) -> dict[str, Any]:  # noqa: ANN401 - FastAPI's bound method
    """The complete document of the application."""
    if app.openapi_schema is None:
        document = plain()
        document["servers"] = [{"url": BASE}]
        doors = told_of_doors(app)
        for _, _, operation in operations(document):
            complete(operation, document)
            operation.update(doors[operation["operationId"]])
        app.openapi_schema = document
    return app.openapi_schema


def told_of_doors(app: FastAPI) -> dict[str, dict[str, str]]:
    """What a caller must be allowed, and which module must be on, by the operation id of each route."""
    routes = [route for route in app.routes if isinstance(route, APIRoute)]
    return {route.unique_id: told_of([each.call for each in route.dependant.dependencies]) for route in routes}


def told_of(dependencies: Sequence[object]) -> dict[str, str]:
    """The same for one route: what its door asks for, or that one is signed in."""
    if platform_admin in dependencies:
        return {"x-action": BY_THE_PLATFORM}
    for door in dependencies:
        if isinstance(door, Doorway):
            module = getattr(door, "module", None)
            return {"x-action": door.action.value} | ({"x-module": module.value} if module else {})
    return {"x-action": BY_ANYBODY}


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of each operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def complete(operation: dict[str, Any], document: Mapping[str, Any]) -> None:
    """Give the operation its examples and its errors."""
    content = list(operation.get("requestBody", {}).get("content", {}).values())
    for status, answer in operation["responses"].items():
        if status in PROBLEMS:
            tell_problem(status, answer)
        else:
            content.extend(answer.get("content", {}).values())
    for each in content:
        if "schema" in each and "example" not in each:
            each["example"] = example_of(each["schema"], document["components"]["schemas"])


def tell_problem(status: str, answer: dict[str, Any]) -> None:
    """An error as it is sent: one media type, an example of its own."""
    kind, meaning = PROBLEMS[status]
    shape = "InvalidFields" if status == "422" else "Problem"
    words = WORDS.sub(" ", kind).lower()
    example = {
        "type": f"urn:igny8:problem:{words.replace(' ', '-')}" if kind else "about:blank",
        "title": words.capitalize() if kind else "Unauthorized",
        "status": int(status),
        "detail": meaning,
    }
    if status == "422":
        example["field"] = "site"
        example["errors"] = [{"field": "site", "message": "Field required"}]
    answer["description"] = meaning
    answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{shape}"}, "example": example}}
