"""Every address that is only read: the API's by its OpenAPI document, the pages' by their routes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi.routing import APIRoute
from igny8_web.api.app import make_api
from igny8_web.api.description import BASE, operations
from igny8_web.pages.app import make_pages

from tests import airflow_home

__all__ = ["airflow_home"]

PAGES = "/igny8"
IN_BRACES = re.compile(r"{(\w+)}")


def addresses(values: Mapping[str, Any]) -> Iterator[str]:
    """All of them with their parameters filled in from `values`, by name; one that needs another is left out."""
    for path, method, operation in operations(make_api().openapi()):
        needed = [each for each in operation.get("parameters", []) if each.get("required")]
        names = {each["name"] for each in needed}
        if method == "get" and names <= set(values):
            query = {each["name"]: values[each["name"]] for each in needed if each["in"] == "query"}
            yield f"{BASE}{fill(path, values)}" + (f"?{urlencode(query)}" if query else "")
    for route in make_pages().routes:
        if isinstance(route, APIRoute) and "GET" in route.methods and set(IN_BRACES.findall(route.path)) <= set(values):
            yield PAGES + fill(route.path, values)


def fill(path: str, values: Mapping[str, Any]) -> str:
    """The path with its parameters."""
    return IN_BRACES.sub(lambda found: str(values[found.group(1)]), path)
