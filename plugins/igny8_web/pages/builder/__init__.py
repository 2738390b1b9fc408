"""The websites of a site that are made here: the wizard of their brief, their pages and builds, versions, settings."""

from __future__ import annotations

from fastapi import APIRouter

from igny8_web.pages.builder import builds, lists, one, sample, settings, versions, wizard

router = APIRouter()
for _part in (lists, sample, settings, versions, wizard, builds, one):
    router.include_router(_part.router)
