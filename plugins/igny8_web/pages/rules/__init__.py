"""The rules of a site: what they did, the wizard that writes them, and the history of their executions."""

from __future__ import annotations

from fastapi import APIRouter

from igny8_web.pages.rules import history, lists, wizard

router = APIRouter()
router.include_router(history.router)
router.include_router(lists.router)
router.include_router(wizard.router)
