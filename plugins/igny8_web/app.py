"""The application that Airflow's API server mounts under /igny8: the API, the pages, and the files they need."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from igny8_web.api.app import make_api
from igny8_web.feeds import feed
from igny8_web.file_senders import Uploads
from igny8_web.guards import BodyLimit, OriginCheck, PlainAddress, SafeHeaders
from igny8_web.health import health, parts
from igny8_web.metrics import metrics
from igny8_web.pages.app import make_pages
from igny8_web.previews import preview

STATIC = Path(__file__).parent / "static"
API_PATH = "/api/v1"


def make_app() -> Starlette:
    """The whole application. Without a login it answers nothing but its files, its health, a site's
    calendar to whoever has the calendar's key, and the preview of a website to whoever was given its key."""
    api, pages = make_api(), make_pages()
    uploads = Uploads.of([(API_PATH, api), ("", pages)])
    return Starlette(
        routes=[
            Route("/health", health),
            Route("/health/parts", parts),
            Route("/metrics", metrics),
            Route("/feeds/{key}.ics", feed),
            Route("/previews/{key}/{path:path}", preview),
            Mount(API_PATH, api),
            Mount("/static", StaticFiles(directory=STATIC)),
            Mount("/", pages),
        ],
        middleware=[
            Middleware(SafeHeaders),
            Middleware(PlainAddress),
            Middleware(OriginCheck),
            Middleware(BodyLimit, uploads.allow),
        ],
    )
