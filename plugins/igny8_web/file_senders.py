"""Who may send a large body, and where to: people who are signed in, to routes that declare a file.

A form is read before a route's own dependencies are asked who calls: without this anybody could fill the disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from re import Pattern

from airflow.api_fastapi.core_api.security import get_user, resolve_user_from_token
from fastapi import FastAPI
from fastapi.dependencies.utils import get_flat_dependant
from fastapi.exceptions import HTTPException
from fastapi.params import File
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.types import Scope

from igny8_web.caller import token_of


@dataclass(frozen=True)
class Uploads:
    """The routes of the applications that take files: their methods and paths, as the whole application sees them."""

    routes: tuple[tuple[frozenset[str], Pattern[str], str, FastAPI], ...]

    @classmethod
    def of(cls, apps: Iterable[tuple[str, FastAPI]]) -> Uploads:
        """Of applications with the paths that they are mounted under."""
        return cls(
            tuple(
                (frozenset(route.methods), route.path_regex, mounted, app)
                for mounted, app in apps
                for route in app.routes
                if isinstance(route, APIRoute) and takes_file(route)
            )
        )

    async def allow(self, scope: Scope) -> bool:
        """Whether the request goes to such a route and comes from somebody whom Airflow knows."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        for methods, pattern, mounted, app in self.routes:
            below = path.removeprefix(mounted)
            if path.startswith(mounted) and scope["method"] in methods and pattern.match(below):
                return await is_known(Request(scope), app)
        return False


def takes_file(route: APIRoute) -> bool:
    """Whether a part of the body is declared as a file."""
    return any(isinstance(part.field_info, File) for part in get_flat_dependant(route.dependant).body_params)


async def is_known(request: Request, app: FastAPI) -> bool:
    """Whether Airflow knows the sender, by the token alone; by the application's own way where it has another one."""
    by_other_way = app.dependency_overrides.get(get_user)
    try:
        if by_other_way is not None:
            by_other_way(request)
        else:
            await resolve_user_from_token(token_of(request.headers, request.cookies))
    except HTTPException:
        return False
    return True
