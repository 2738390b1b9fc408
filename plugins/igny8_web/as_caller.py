"""Airflow's API as the caller: within this process, with the caller's own token, so that its audit log names the person
and its auth manager decides.

Never over HTTP to oneself: sixty people who start runs at once would take all threads of the server, each waiting for
one more. A bounded number acts at a time; the others wait here, without a connection to any database.
"""

from __future__ import annotations

import asyncio
import sys
from threading import BoundedSemaphore

import httpx
from starlette.types import ASGIApp

from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.errors import NotAllowed, TemporaryError
from igny8_web.caller import Caller

HOST = "http://airflow"
AT_ONCE = 8
"""Calls of all callers together: each takes up to two connections of Airflow's pool, which has fifteen (five kept, ten
for a moment; docs/airflow_settings.md), and those who only look need some, too."""
WAIT_SECONDS = 30
ATTEMPTS = 2
DAG_APPEARS_WITHIN = 10.0
"""Seconds that a new site's DAG is waited for, while a thread of the server is held."""
acting = BoundedSemaphore(AT_ONCE)


class Busy(TemporaryError):
    """So many act in Airflow now that this one would wait too long."""


class InProcess(httpx.BaseTransport):
    """Hands a request to the application in this process; a loop of its own per request, so that threads may call."""

    def __init__(self, app: ASGIApp) -> None:
        self.transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises Busy where too many are at it for too long."""
        if not acting.acquire(timeout=WAIT_SECONDS):
            raise Busy("Many people start and stop runs at the moment. Nothing was changed; try again in a moment.")
        try:
            return asyncio.run(self.exchange(request))
        finally:
            acting.release()

    async def exchange(self, request: httpx.Request) -> httpx.Response:
        """The whole answer, read within the loop that it came from."""
        answer = await self.transport.handle_async_request(request)
        content = b"".join([part async for part in answer.stream])  # type: ignore[union-attr]
        return httpx.Response(answer.status_code, headers=answer.headers, content=content, request=request)


class AirflowAsCaller(AirflowApi):
    """The client of a person who is signed in already, and only by the token that came with the request."""

    def sign_in(self) -> None:
        """Raises NotAllowed: the token has run out meanwhile."""
        raise NotAllowed("Your session has ended: sign in again. Nothing was changed.")

    def make_pool(self, name: str, description: str) -> None:
        """Nothing: members have no right to pools, and the listener makes a site's pool before its run's first task."""

    def reparse(self, file_token: str) -> None:
        """Nothing: members may not have files parsed, and the dag-processor finds a new site by itself."""


def airflow_of(caller: Caller) -> AirflowApi:
    """Airflow's API, to act as the caller."""
    http = httpx.Client(transport=InProcess(core_app()))
    return AirflowAsCaller(HOST, caller.name, "", http, caller.token, ATTEMPTS)


def core_app() -> ASGIApp:
    """Airflow's application in this process."""
    app: ASGIApp = sys.modules["airflow.api_fastapi.main"].app
    return app
