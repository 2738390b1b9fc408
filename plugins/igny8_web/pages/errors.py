"""Errors as pages: what happened, what was not changed, what to do; and the way back in where a session has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from airflow.api_fastapi.app import get_auth_manager
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from igny8_web import problems
from igny8_web.pages.frame import Frame
from igny8_web.pages.templating import render

HEADINGS = {
    400: "That does not fit",
    401: "You are signed out",
    402: "Not enough credits",
    403: "You may not do this",
    404: "This is not here",
    409: "That is not possible now",
    413: "That is too large",
    422: "That does not fit",
    429: "Too many at once",
    503: "Not available for the moment",
}
TO_THE_TOP = {"HX-Retarget": "#problem", "HX-Reswap": "innerHTML"}
"""Where a part that tells an error goes: what it was asked for stays as it is, and goes on asking."""


@dataclass(frozen=True)
class Shown:
    """An error in words."""

    status: int
    heading: str
    detail: str
    login: str = ""


def as_page(answer: Callable[[Request, Exception], JSONResponse]) -> Callable[[Request, Exception], Response]:
    """The same error as the API would tell it, in words on a page."""

    def show(request: Request, error: Exception) -> Response:
        told = answer(request, error)
        if is_for_programs(request):
            return told
        if told.status_code == 401 and is_a_visit(request):
            return RedirectResponse(login_url(request), 303)
        document = problems.document_of(told)
        heading = HEADINGS.get(told.status_code, "Something went wrong")
        login = login_url(request) if told.status_code == 401 else ""
        shown = Shown(told.status_code, heading, document["detail"], login)
        part = "hx-request" in request.headers
        template = "error_part.html" if part else "error.html"
        page = render(request, template, status=told.status_code, frame=Frame(), title=heading, error=shown)
        page.headers.update(TO_THE_TOP if part else {})
        if "retry-after" in told.headers:
            page.headers["Retry-After"] = told.headers["retry-after"]
        return page

    return show


def is_for_programs(request: Request) -> bool:
    """Whether the address is one of an API that is not there: a program asked, which reads problem documents."""
    return f"{request.url.path}/".startswith(request.scope.get("root_path", "") + "/api/")


def is_a_visit(request: Request) -> bool:
    """Whether a browser asks for a whole page outside a frame, so that a login page can stand in its place."""
    return request.method == "GET" and request.headers.get("sec-fetch-dest") == "document"


def login_url(request: Request) -> str:
    """Airflow's login, which leads back to the page that one looks at."""
    return get_auth_manager().get_url_login(next_url=page_of(request))


def page_of(request: Request) -> str:
    """The path of the page that is looked at: where a part of it was asked for, or something sent, htmx names the page.
    Only a path below the application's own; the overview where nothing says which."""
    root = request.scope.get("root_path", "") + "/"
    named = request.headers.get("hx-current-url", "")
    try:
        seen = urlsplit(named if named or request.method != "GET" else str(request.url))
    except ValueError:
        return root
    if not seen.path.startswith(root) or ".." in PurePosixPath(seen.path).parts:
        return root
    return seen.path + (f"?{seen.query}" if seen.query else "")


def show_errors(app: FastAPI) -> None:
    """Have the application answer every error with a page, or with a part of one where a part was asked for."""
    for kind, answer in problems.TRANSLATIONS.items():
        app.add_exception_handler(kind, as_page(answer))
