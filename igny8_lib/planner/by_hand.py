"""What people do to keywords and clusters: each call does all of it or nothing, and no run writes meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, NotFound
from igny8_lib.models import ACTIVE_RUN, AutomationRun, ItemState, SiteLease, StageItem
from igny8_lib.planner.importing import lock_site

MOST_AT_ONCE = 1_000
"""Keywords or clusters of one call."""
MOST_TOLD = 20
"""Unknown ids that a refusal names."""


def hold_off(session: Session, site_id: int) -> None:
    """Let no run and no import write to the site until the transaction ends; the first statement of each change.

    A run's transactions hold the lease's row shared, so its batch waits, or this waits for it: the rows that both
    touch are never locked in two orders. Raises NotFound for a site that does not exist.
    """
    lock_site(session, site_id)
    session.execute(insert(SiteLease).values(site_id=site_id, holder="").on_conflict_do_nothing())
    session.scalar(select(SiteLease.site_id).where(SiteLease.site_id == site_id).with_for_update())


def check_ids(ids: Sequence[int], what: str) -> None:
    """Raises InvalidInput for no id, too many, or one that is given twice."""
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise InvalidInput(f"Name 1 to {MOST_AT_ONCE:,} {what} by their ids, not {len(ids):,}.")
    if len(set(ids)) < len(ids):
        twice = sorted(number for number in set(ids) if ids.count(number) > 1)
        raise InvalidInput(f"Each of the {what} once, please: {tell(twice)} is given twice.")


def require_all(ids: Collection[int], found: Collection[int], what: str) -> None:
    """Raises NotFound naming the ids that are none of the site's."""
    if missing := sorted(set(ids) - set(found)):
        raise NotFound(f"The site has no {what} with these ids: {tell(missing)}. Nothing was changed.")


def tell(numbers: Sequence[int]) -> str:
    """The first of the ids, as a sentence lists them."""
    return ", ".join(map(str, numbers[:MOST_TOLD])) + (" …" if len(numbers) > MOST_TOLD else "")


def is_in_work(session: Session, site_id: int, stage: int, item_id: int) -> bool:
    """Whether an active run has the item on the stage's list and is not done with it."""
    active = select(AutomationRun.id).where(AutomationRun.site_id == site_id, AutomationRun.status.in_(ACTIVE_RUN))
    item = (StageItem.site_id == site_id, StageItem.stage == stage, StageItem.item_id == item_id)
    open_ = exists().where(*item, StageItem.run_id.in_(active), StageItem.state == ItemState.PENDING)
    return bool(session.scalar(select(open_)))
