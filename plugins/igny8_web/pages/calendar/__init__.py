"""A site's calendar: what goes live when, where is room, and how may I move it?"""

from fastapi import APIRouter

from igny8_web.pages.calendar import asking, moves, showing, together

router = APIRouter()
router.include_router(showing.router)
router.include_router(moves.router)
router.include_router(asking.router)
router.include_router(together.router)
