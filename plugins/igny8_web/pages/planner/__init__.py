"""The planner of a site: what will be written next, and is it right?"""

from __future__ import annotations

from fastapi import APIRouter

from igny8_web.pages.planner import clusters, ideas, imports, keywords, overview

router = APIRouter(prefix="/sites/{slug}")
for part in (overview, imports, keywords, clusters, ideas):
    router.include_router(part.router, prefix="/planner")
