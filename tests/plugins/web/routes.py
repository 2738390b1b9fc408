"""Every route of the product's applications, with what its door says: tests over all of them know routes that come
later, too."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from igny8_web.doors import AccountDoor, SiteDoor, platform_admin
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.plugins.web.house import API, PAGES

DOORS = {"SiteDoor", "AccountDoor"}
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class WebRoute:
    """One method of one path."""

    method: str
    path: str
    """Whole, with its parameters in braces."""
    route: APIRoute = field(repr=False, compare=False)
    app: FastAPI = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_api(self) -> bool:
        """Whether programs ask; else it is a page."""
        return self.path.startswith(API)

    @property
    def is_write(self) -> bool:
        """Whether it may change something."""
        return self.method in WRITES

    @property
    def operation(self) -> dict[str, Any]:
        """How OpenAPI describes it; empty where it does not."""
        below = self.path.removeprefix(API if self.is_api else PAGES)
        found: dict[str, Any] = schema_of(self.app)["paths"].get(below, {}).get(self.method.lower(), {})
        return found

    @property
    def components(self) -> dict[str, Any]:
        """The shapes that descriptions refer to."""
        found: dict[str, Any] = schema_of(self.app).get("components", {}).get("schemas", {})
        return found

    @property
    def dependencies(self) -> list[Callable[..., Any]]:
        """All that the route asks for before it begins."""
        return list(calls_of(self.route.dependant))

    @property
    def is_the_platforms(self) -> bool:
        """Whether the platform's admins alone may ask it."""
        return platform_admin in self.dependencies

    @property
    def door(self) -> SiteDoor | AccountDoor | None:
        """The door that it goes through, of nobody at nothing: its action and its module."""
        return next((door_of(each) for each in self.dependencies if leads_to(each) in DOORS), None)


@lru_cache(maxsize=4)
def schema_of(app: FastAPI) -> dict[str, Any]:
    """The description of an application, which pages have, too, though nobody is shown it."""
    return app.openapi()


def calls_of(dependant: Dependant) -> Iterator[Callable[..., Any]]:
    """The dependencies below one, however deep."""
    for each in dependant.dependencies:
        if each.call is not None:
            yield each.call
        yield from calls_of(each)


def leads_to(dependency: Callable[..., Any]) -> str:
    """The name of what a dependency returns."""
    annotation = inspect.signature(dependency).return_annotation
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")


def door_of(dependency: Callable[..., Any]) -> SiteDoor | AccountDoor:
    """What a door's dependency returns to a caller who is nobody."""
    given = {name: None if name == "caller" else "x" for name in inspect.signature(dependency).parameters}
    door: SiteDoor | AccountDoor = dependency(**given)
    return door


def all_routes(app: Starlette) -> list[WebRoute]:
    """The routes of all applications that are mounted somewhere below."""
    return sorted(walk(app.routes, ""), key=str)


def walk(routes: Any, above: str) -> Iterator[WebRoute]:
    """The routes below a path."""
    for mount in routes:
        if isinstance(mount, Mount):
            path, app = above + mount.path, mount.app
            if isinstance(app, FastAPI):
                yield from (
                    WebRoute(method, path + route.path, route, app)
                    for route in app.routes
                    if isinstance(route, APIRoute)
                    for method in route.methods
                )
            elif isinstance(app, Starlette):
                yield from walk(app.routes, path)
