"""The doors of the website's pages, and what their addresses name."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path

from igny8_lib.models import Module
from igny8_lib.sites.access import Action
from igny8_web.doors import OnPage, SiteDoor

HIGHEST_ID = 2**63 - 1
HIGHEST_NUMBER = 2**31 - 1
"""Of revisions and versions."""
Reading = Annotated[SiteDoor, Depends(OnPage(Action.READ, Module.SITE_BUILDER))]
Writing = Annotated[SiteDoor, Depends(OnPage(Action.WRITE_CONTENT, Module.SITE_BUILDER))]
Running = Annotated[SiteDoor, Depends(OnPage(Action.START_RUNS, Module.SITE_BUILDER))]
Managing = Annotated[SiteDoor, Depends(OnPage(Action.MANAGE, Module.SITE_BUILDER))]
BlueprintId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]
BuildId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]
Version = Annotated[int, Path(ge=1, le=HIGHEST_NUMBER)]
