"""What the routes of the site builder share: their doors, and the numbers in their paths."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query
from pydantic import Field

from igny8_lib.models import Module
from igny8_lib.sites.access import Action
from igny8_web.api.writer_doors import HIGHEST_ID
from igny8_web.doors import OnSite, SiteDoor

PREFIX = "/site-builder"
TAG = "site-builder"
HIGHEST_NUMBER = 2**31 - 1
"""Of revisions, versions and places."""

Reading = Annotated[SiteDoor, Depends(OnSite(Action.READ, Module.SITE_BUILDER))]
Writing = Annotated[SiteDoor, Depends(OnSite(Action.WRITE_CONTENT, Module.SITE_BUILDER))]
Running = Annotated[SiteDoor, Depends(OnSite(Action.START_RUNS, Module.SITE_BUILDER))]
Managing = Annotated[SiteDoor, Depends(OnSite(Action.MANAGE, Module.SITE_BUILDER))]
BlueprintId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The blueprint's number.")]
PageId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The page's number.")]
BuildId = Annotated[int, Path(ge=1, le=HIGHEST_ID, description="The build's number.")]
BlockId = Annotated[str, Path(min_length=1, max_length=50, description="The block's id, as the page tells it.")]
OfBlueprint = Annotated[int, Query(ge=1, le=HIGHEST_ID, description="The blueprint's number.")]
Revision = Annotated[
    int, Field(ge=1, le=HIGHEST_NUMBER, description="The revision that was read: a newer one is not overwritten.")
]
OfRevision = Annotated[
    int, Query(ge=1, le=HIGHEST_NUMBER, description="The revision that was read: a newer one is not overwritten.")
]


def address(path: str, slug: str) -> str:
    """Where something of the site is told again: "blueprints/3"."""
    return f"/igny8/api/v1{PREFIX}/{path}/?site={slug}"
