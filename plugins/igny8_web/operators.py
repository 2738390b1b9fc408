"""Who may see how the platform is: its admins, and whoever has the token of the settings.

Prometheus cannot sign in to Airflow, whose tokens run out. So it sends IGNY8_METRICS_TOKEN, which opens these two
answers and nothing else. Without that setting no such token is taken.
"""

from __future__ import annotations

import hmac

from airflow.api_fastapi.core_api.security import resolve_user_from_token
from igny8_auth import is_platform_admin
from starlette.exceptions import HTTPException
from starlette.requests import Request

from igny8_lib.settings import load
from igny8_web.caller import BEARER, token_of

WHO = "Only the platform's admins see this, and whoever sends IGNY8_METRICS_TOKEN as a bearer token."


async def admit(request: Request) -> None:
    """Raises HTTPException: 401 for nobody, 403 for somebody who may not."""
    if has_metrics_token(request):
        return
    token = token_of(request.headers, request.cookies)
    if not token:
        raise HTTPException(401, WHO, {"WWW-Authenticate": "Bearer"})
    if not is_platform_admin(await resolve_user_from_token(token)):
        raise HTTPException(403, WHO)


def has_metrics_token(request: Request) -> bool:
    """Whether the request carries the token of the settings; compared in constant time."""
    wanted = load().metrics_token.get_secret_value()
    sent = request.headers.get("authorization", "")
    if not wanted or not sent.lower().startswith(BEARER):
        return False
    return hmac.compare_digest(sent[len(BEARER) :].strip().encode(), wanted.encode())
