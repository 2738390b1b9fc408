"""The pages' application: a router per page, and errors that people can read."""

from __future__ import annotations

from fastapi import Depends, FastAPI

from igny8_web.caller import signed_in
from igny8_web.pages import (
    account,
    analysis,
    article,
    batches,
    builder,
    builder_editor,
    calendar,
    content,
    editor,
    imported,
    linking,
    optimizing,
    overview,
    planner,
    publications,
    publishing_settings,
    rules,
    run,
    runs,
    settings,
    site,
    start,
    website,
    website_files,
)
from igny8_web.pages import (
    credits as credit_pages,
)
from igny8_web.pages.errors import show_errors

PAGES = (
    *(
        account,
        analysis,
        batches,
        website_files,
        builder_editor,
        builder,
        calendar,
        content,
        article,
        credit_pages,
        editor,
        imported,
    ),
    *(linking, optimizing, overview, planner, publications, publishing_settings, rules, run, runs, settings, site),
    *(start, website),
)
"""Where two would answer an address, the first one does: the list of articles before one of them."""


def make_pages() -> FastAPI:
    """The application; every page asks who looks."""
    app = FastAPI(
        title="IGNY8 pages", openapi_url=None, docs_url=None, redoc_url=None, dependencies=[Depends(signed_in)]
    )
    for page in PAGES:
        app.include_router(page.router)
    show_errors(app)
    return app
