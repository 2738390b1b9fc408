"""The fake of Airflow's REST API as an application, for code that calls Airflow within its own process."""

from __future__ import annotations

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.airflow_fake import FakeAirflow


def app_of(airflow: FakeAirflow) -> ASGIApp:
    """An application that answers as the fake does."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        given = httpx.Request(request.method, str(request.url), content=await request.body())
        answer = airflow.answer(given)
        kind = answer.headers.get("content-type", "text/plain")
        await Response(answer.content, answer.status_code, media_type=kind)(scope, receive, send)

    return app
