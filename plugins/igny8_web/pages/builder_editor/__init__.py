"""The editor of a website's pages beside their preview: blocks, their order, the pages themselves, undo."""

from __future__ import annotations

from fastapi import APIRouter

from igny8_web.pages.builder_editor import blocks, pages, seeing

router = APIRouter()
for _part in (seeing, blocks, pages):
    router.include_router(_part.router)
