"""Work lists, events and merge offers of ended runs. The run stays, and how its stages ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Select, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from igny8_lib import clock
from igny8_lib.db.base import Base
from igny8_lib.db.session import Sessions
from igny8_lib.models import ACTIVE_RUN, AutomationRun, MergeOffer, RunEvent, StageItem
from igny8_lib.retention.batching import ROWS, count, delete_some, in_batches, key_of
from igny8_lib.retention.watch import Watch

RUNS = 10
"""Of one transaction: as a rule about as many rows as one may have."""
DETAILS: tuple[type[Base], ...] = (StageItem, MergeOffer, RunEvent)


def remove_run_details(sessions: Sessions, site_id: int, before: datetime, watch: Watch) -> int:
    """Remove those of the site's runs that ended before then; how many rows."""
    return in_batches(sessions, partial(remove_some, site_id=site_id, before=before), watch)


def remove_some(session: Session, *, site_id: int, before: datetime) -> int:
    """The details of some runs, or as many rows of them as one transaction may have; how many, runs included that had
    none: they are done, too."""
    runs = old_runs(site_id, before).limit(RUNS).with_for_update(skip_locked=True, key_share=True)
    ids = session.scalars(runs).all()
    left = ROWS
    for model in DETAILS if ids else ():
        left -= delete_some(session, model, details(model, site_id, ids), left) if left else 0
    if not left or not ids:
        return ROWS - left
    empty = set(ids) - still_with_details(session, site_id, ids)  # somebody may have locked a row
    done = update(AutomationRun).where(AutomationRun.site_id == site_id, AutomationRun.id.in_(sorted(empty)))
    session.execute(done.values(details_removed_at=clock.now()).execution_options(synchronize_session=False))
    return ROWS - left + len(empty)


def still_with_details(session: Session, site_id: int, ids: Sequence[int]) -> set[int]:
    """Those of the runs of which anything is left."""
    return {
        run_id
        for model in DETAILS
        for run_id in session.scalars(details(model, site_id, ids).with_only_columns(of_run(model)).distinct())
    }


def count_run_details(session: Session, site_id: int, before: datetime) -> int:
    """How many rows would be removed."""
    ids = old_runs(site_id, before)
    return sum(count(session, details(model, site_id, ids)) for model in DETAILS)


def old_runs(site_id: int, before: datetime) -> Select[int]:
    """Ended runs with details, oldest first."""
    with_details = (AutomationRun.details_removed_at.is_(None), AutomationRun.completed_at < before)
    query = select(AutomationRun.id).where(AutomationRun.site_id == site_id, *with_details)
    return query.where(AutomationRun.status.not_in(ACTIVE_RUN)).order_by(AutomationRun.completed_at)


def details(model: type[Base], site_id: int, runs: Sequence[int] | Select[int]) -> Select[int]:
    """The keys of the runs' rows in one of the tables."""
    return select(*key_of(model)).where(of_run(model).in_(runs), of_site(model) == site_id)


def of_run(model: type[Base]) -> InstrumentedAttribute[int]:
    """The column that names the run."""
    column: InstrumentedAttribute[int] = getattr(model, "run_id")  # noqa: B009 - the base has none
    return column


def of_site(model: type[Base]) -> InstrumentedAttribute[int]:
    """The column that names the site."""
    column: InstrumentedAttribute[int] = getattr(model, "site_id")  # noqa: B009 - the base has none
    return column
