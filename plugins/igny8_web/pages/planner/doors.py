"""The doors of the planner's pages: who may look, change and run."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path

from igny8_lib.models import Module
from igny8_lib.sites.access import Action
from igny8_web.caller import SignedIn
from igny8_web.doors import SLUG_LENGTH, SiteDoor

Slug = Annotated[str, Path(max_length=SLUG_LENGTH)]
HIGHEST_ID = 2**63 - 1
ItemId = Annotated[int, Path(ge=1, le=HIGHEST_ID)]


def reader(caller: SignedIn, slug: Slug) -> SiteDoor:
    """Whoever sees the site."""
    return SiteDoor(caller, slug, Action.READ, Module.PLANNER)


def writer(caller: SignedIn, slug: Slug) -> SiteDoor:
    """Whoever may change keywords, clusters and ideas."""
    return SiteDoor(caller, slug, Action.WRITE_CONTENT, Module.PLANNER)


def runner(caller: SignedIn, slug: Slug) -> SiteDoor:
    """Whoever may start a run on chosen items."""
    return SiteDoor(caller, slug, Action.START_RUNS, Module.PLANNER)


Reading = Annotated[SiteDoor, Depends(reader)]
Writing = Annotated[SiteDoor, Depends(writer)]
Running = Annotated[SiteDoor, Depends(runner)]
