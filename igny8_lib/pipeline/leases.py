"""The lease on a site: which process may write its pipeline data now.

Pools and max_active_runs order Airflow's tasks, not processes: a cancelled task's process, or one whose supervisor was
killed, can live on beside its successor. So every task process takes the lease when it starts (the token grows), and
every transaction that writes checks its token first. `FOR KEY SHARE` makes a take-over wait for the transaction under
way, while heartbeats and parallel writes of the same holder go on.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.db.session import Sessions
from igny8_lib.errors import LeaseLost, SiteBusy
from igny8_lib.models import ACTIVE_RUN, AutomationRun, Site, SiteLease

HEARTBEAT_SECONDS = 5
DEAD_AFTER = timedelta(seconds=30)
"""A holder silent for six heartbeats is dead."""


class RunOver(LeaseLost):
    """The run has ended: none of its tasks may work any more, however it was started again."""

    def __init__(self, run: AutomationRun, token: int) -> None:
        super().__init__(run.site_id, token)
        why = run.stopped_detail or "no reason was given"
        self.args = (f"Run {run.run_id} has ended ({run.status.value}): {why} Trigger a new run instead.",)
        self.run_id = run.run_id
        self.status = run.status.value


@dataclass(frozen=True)
class Lease:
    """A turn at a site. `token` is the fence: only the newest one may write."""

    site_id: int
    run_id: int
    token: int


def take(session: Session, *, site_id: int, run_id: int, holder: str) -> Lease:
    """Take the site for a process of the run; an earlier process of the same run loses it.

    Raises SiteBusy while another run of the site is active, and RunOver when this run has ended meanwhile.
    """
    lease = lock_lease(session, site_id)
    # read after the lock: a cancel may have had it until now
    run = session.get_one(AutomationRun, run_id, populate_existing=True)
    if run.status not in ACTIVE_RUN:
        raise RunOver(run, lease.token)
    require_free_for(session, lease, run_id)
    lease.run_id, lease.holder, lease.heartbeat_at = run_id, holder, clock.now()
    lease.token += 1
    session.flush()
    return Lease(site_id, run_id, lease.token)


def require_free_for(session: Session, lease: SiteLease, run_id: int) -> None:
    """Raise SiteBusy where another active run has the site."""
    if lease.run_id in (None, run_id):
        return
    other = session.get_one(AutomationRun, lease.run_id)
    if other.status in ACTIVE_RUN:
        slug = session.scalars(select(Site.slug).where(Site.id == lease.site_id)).one()
        raise SiteBusy(slug, other.run_id, other.status.value)


def hold(session: Session, lease: Lease) -> None:
    """Make sure that this transaction may write; a take-over waits until it has ended.

    Raises LeaseLost when the token is no longer the site's.
    """
    held = session.scalar(
        select(SiteLease.token)
        .where(SiteLease.site_id == lease.site_id, SiteLease.token == lease.token)
        .with_for_update(read=True, key_share=True)
    )
    if held is None:
        raise LeaseLost(lease.site_id, lease.token)


def beat(session: Session, lease: Lease) -> None:
    """Say that the holder is alive. Raises LeaseLost when it no longer holds the site."""
    alive = session.execute(
        update(SiteLease)
        .where(SiteLease.site_id == lease.site_id, SiteLease.token == lease.token)
        .values(heartbeat_at=clock.now())
        .returning(SiteLease.site_id)
    )
    if alive.first() is None:
        raise LeaseLost(lease.site_id, lease.token)


@contextmanager
def beat_beside(sessions: Sessions, lease: Lease) -> Iterator[None]:
    """Beat beside work that is done outside of any transaction. Whoever loses the lease meanwhile learns it from
    `hold`, with which his next transaction begins."""
    done = threading.Event()

    def keep_on() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            with suppress(LeaseLost, DBAPIError), sessions.begin() as session:
                beat(session, lease)

    beside = threading.Thread(target=keep_on, daemon=True)
    beside.start()
    try:
        yield
    finally:
        done.set()
        beside.join()


def let_go(session: Session, lease: Lease) -> None:
    """Give the site back at the end of a task: what the process left behind can write no more, and is not missed."""
    session.execute(
        update(SiteLease)
        .where(SiteLease.site_id == lease.site_id, SiteLease.token == lease.token)
        .values(run_id=None, holder="", heartbeat_at=None, token=SiteLease.token + 1)
    )


def free(session: Session, *, site_id: int, run_id: int) -> None:
    """End the run's hold on the site: no process of the run can write any more."""
    lease = lock_lease(session, site_id)
    if lease.run_id == run_id:
        lease.run_id, lease.holder, lease.heartbeat_at = None, "", None
        lease.token += 1
        session.flush()


def lock_lease(session: Session, site_id: int) -> SiteLease:
    """The site's lease row, locked; made where the site has none yet."""
    session.execute(insert(SiteLease).values(site_id=site_id, holder="").on_conflict_do_nothing())
    query = select(SiteLease).where(SiteLease.site_id == site_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def require_site(session: Session, run: AutomationRun) -> None:
    """Make sure that the site is still the active run's own. Raises SiteBusy naming the run that has it."""
    lease = lock_lease(session, run.site_id)
    require_free_for(session, lease, run.id)


def is_dead(lease: SiteLease, now: datetime) -> bool:
    """Whether a process holds the lease and has been silent for too long."""
    return lease.run_id is not None and (lease.heartbeat_at is None or lease.heartbeat_at < now - DEAD_AFTER)
