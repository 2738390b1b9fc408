"""The application that Airflow's API server mounts under /igny8: the API, the pages, and the files they need."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from igny8_web.api.app import make_api
from igny8_web.guards import BodyLimit, OriginCheck, SafeHeaders
from igny8_web.pages.app import make_pages

STATIC = Path(__file__).parent / "static"


def make_app() -> Starlette:
    """The whole application. It answers nothing but its files and its health without a login."""
    return Starlette(
        routes=[
            Mount("/api/v1", make_api()),
            Mount("/static", StaticFiles(directory=STATIC)),
            Mount("/", make_pages()),
        ],
        middleware=[Middleware(SafeHeaders), Middleware(OriginCheck), Middleware(BodyLimit)],
    )
