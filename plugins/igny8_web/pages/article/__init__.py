"""One article: may this go out? The decision first, then the article as its visitors will see it."""

from __future__ import annotations

from fastapi import APIRouter

from igny8_web.pages.article import decisions, images, publishing, reading

router = APIRouter(prefix="/sites/{slug}")
for part in (reading, decisions, images, publishing):
    router.include_router(part.router)
