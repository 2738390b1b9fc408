"""Things of any age, and the cleaner that tests let loose on them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.base import Base
from igny8_lib.db.session import Sessions
from igny8_lib.models import (
    ACTIVE_RUN,
    AICall,
    AICallStatus,
    AutomationRun,
    ItemState,
    MergeOffer,
    RunEvent,
    RunStatus,
    Site,
    StageItem,
)
from igny8_lib.retention.clean_up import Cleaner, CleanUp
from igny8_lib.retention.watch import Watch
from igny8_lib.settings import Settings
from tests.factories.runs import add_stage, make_run

SETTINGS = Settings(_env_file=None)
LONG_AGO = 400
"""In days: older than anything is kept by default."""


def clean(sessions: Sessions, *only: str, **asked: Any) -> dict[str, int]:
    """Clean up all of the product's parts, or some; how many rows went, by part, those of none left out."""
    return rows_of(Cleaner(sessions, SETTINGS).clean_up(Watch(600), only=only, **asked))


def rows_of(done: CleanUp) -> dict[str, int]:
    """By part, without those that had nothing."""
    return {each.part: each.rows for each in done.done if each.rows}


def make_worked_run(
    session: Session, site: Site, *, days: float = LONG_AGO, status: RunStatus = RunStatus.COMPLETED, items: int = 3
) -> AutomationRun:
    """A run that ended so long ago, or began then and goes on, with items, an offer and an event."""
    at = clock.now() - timedelta(days=days)
    ended = None if status in ACTIVE_RUN else at
    run = make_run(session, site, status, started_at=at - timedelta(hours=1), completed_at=ended)
    facts = {"items_total": items, "items_processed": items - 1, "items_failed": 1, "items_created": 2}
    add_stage(session, run, 1, **facts)
    for number in range(items):
        state = ItemState.DONE if number else ItemState.FAILED
        values = {"item_id": number + 1, "batch": 1, "request": 1, "state": state, "created": number}
        session.add(StageItem(run_id=run.id, stage=1, position=number + 1, site_id=site.id, **values))
    session.add(MergeOffer(run_id=run.id, request=9, site_id=site.id, alone=[], topics=[]))
    session.add(RunEvent(run_id=run.id, site_id=site.id, at=at, message="It went on."))
    session.flush()
    return run


def make_answer(
    session: Session, site: Site, *, days: float = LONG_AGO, run: AutomationRun | None = None, key: str = ""
) -> AICall:
    """A request that was answered so long ago."""
    call = AICall(
        site_id=site.id,
        run_id=run.id if run else None,
        charge_key=key or f"key/{site.id}/{days}/{run.id if run else 0}",
        idempotency_key=f"{key or 'key'}/{site.id}/{days}/{run.id if run else 0}",
        operation="clustering",
        model="m",
        prompt_version="1",
        status=AICallStatus.ANSWERED,
        tokens_in=10,
        tokens_out=20,
        answer={"text": "word " * 400},
        created_at=clock.now() - timedelta(days=days),
    )
    session.add(call)
    session.flush()
    return call


def number_of(session: Session, model: type[Base]) -> int:
    """How many rows a table has."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0
