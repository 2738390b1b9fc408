"""The way on after a form was sent: to another page, so that loading it again sends nothing again."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse

from igny8_web.pages.templating import Base


def go(request: Request, path: str, **query: object) -> RedirectResponse:
    """To a page below the application."""
    said = f"?{urlencode(query)}" if query else ""
    return RedirectResponse(Base(request.scope.get("root_path", "")).page(path) + said, 303)
