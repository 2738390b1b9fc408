"""The planner of a site: what will be written next, and is it right?"""

from __future__ import annotations

from fastapi import APIRouter

from igny8_web.pages.planner import imports

router = APIRouter(prefix="/sites/{slug}/planner")
for part in (imports,):
    router.include_router(part.router)
