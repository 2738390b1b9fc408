"""The doors of the rules' pages, and the way on after a form was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Path, Request
from starlette.responses import Response

from igny8_lib.models import Module
from igny8_lib.sites.access import Action
from igny8_web.doors import OnPage, SiteDoor
from igny8_web.pages.going import go
from igny8_web.pages.templating import Base

HIGHEST_ID = 2**63 - 1
Reading = Annotated[SiteDoor, Depends(OnPage(Action.READ, Module.AUTOMATION))]
Running = Annotated[SiteDoor, Depends(OnPage(Action.START_RUNS, Module.AUTOMATION))]
Managing = Annotated[SiteDoor, Depends(OnPage(Action.MANAGE, Module.AUTOMATION))]
RuleId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]
ExecutionId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]


def rule_in(posted: Mapping[str, str]) -> int | None:
    """The rule that a form is of; None for one that is not saved yet, and for what is no number."""
    said = posted.get("rule", "")
    return int(said) if re.fullmatch(r"[0-9]{1,18}", said) else None


def on_to(request: Request, path: str, **query: object) -> Response:
    """To another page: htmx is told, and a browser without script is led there."""
    if "hx-request" not in request.headers:
        return go(request, path, **query)
    said = f"?{urlencode(query)}" if query else ""
    there = Base(request.scope.get("root_path", "")).page(path) + said
    return Response(status_code=204, headers={"HX-Redirect": there})
