"""The API's application: its routers, its description, and how it says what went wrong."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from starlette.middleware import Middleware

from igny8_web.api import (
    account,
    account_users,
    automation,
    batches,
    billing,
    importing,
    insights,
    linker,
    optimizer,
    optimizer_scores,
    planner_clusters,
    planner_ideas,
    planner_keywords,
    prices,
    publications,
    publishing,
    rules,
    rules_trying,
    scheduled_tasks,
    site_builder_assets,
    site_builder_blocks,
    site_builder_blueprints,
    site_builder_builds,
    site_builder_deploying,
    site_builder_offers,
    site_builder_pages,
    site_builder_settings,
    website,
    writer,
    writer_decisions,
    writer_images,
    writer_tasks,
)
from igny8_web.api.description import PROBLEMS, describe_api
from igny8_web.caller import signed_in
from igny8_web.guards import ETags
from igny8_web.problems import InvalidFields, Problem, translate_errors

VERSION = "1"
DESCRIPTION = """Everything that the pages do. Sign in as in Airflow: send a token of `POST /auth/token` as
`Authorization: Bearer …`, or call from a page of this server with its cookie.

Times are ISO 8601 in UTC, durations seconds, credits numbers with at most two decimals. Errors are problem documents
(RFC 9457). What is not the caller's does not exist (404). Writes may be repeated under one `Idempotency-Key`; lists
have an `ETag`."""

GROUPS = (
    account,
    account_users,
    automation,
    batches,
    billing,
    importing,
    insights,
    linker,
    optimizer,
    optimizer_scores,
    planner_clusters,
    planner_ideas,
    planner_keywords,
    prices,
    publications,
    publishing,
    rules_trying,  # its fixed paths stand before those that are a rule's number
    rules,
    scheduled_tasks,
    site_builder_assets,
    site_builder_blocks,
    site_builder_blueprints,
    site_builder_builds,
    site_builder_deploying,
    site_builder_offers,
    site_builder_pages,
    site_builder_settings,
    website,
    writer,
    writer_decisions,
    writer_images,
    writer_tasks,
)


def make_api() -> FastAPI:
    """The application; every route asks who calls."""
    app = FastAPI(
        title="IGNY8",
        version=VERSION,
        description=DESCRIPTION,
        openapi_url=None,  # it is behind the login, too: below
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(signed_in)],
        responses={int(status): {"model": Problem} for status in PROBLEMS} | {422: {"model": InvalidFields}},
        generate_unique_id_function=lambda route: route.name,
        middleware=[Middleware(ETags)],
        strict_content_type=False,
    )
    for group in GROUPS:
        app.include_router(group.router)
    app.add_api_route("/openapi.json", lambda: JSONResponse(app.openapi()), include_in_schema=False)
    translate_errors(app)
    describe_api(app)
    return app
