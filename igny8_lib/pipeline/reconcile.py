"""The reconciler: compares every active run with Airflow and repairs what differs. Runs every minute.

What it asks Airflow does not grow with the number of runs that ever were: one request each for the open DAG runs and
the paused DAGs (per hundred of them) and for all pools, and two or three more for each difference.

Each repair first finds what differs and then mends one after the other, each for itself: what cannot be mended is noted
and keeps nobody else waiting. Between finding and mending time passes, so each mending looks again, under the lock of
what it changes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select, tuple_
from sqlalchemy.exc import SQLAlchemyError

from igny8_lib import clock
from igny8_lib.airflow_api.client import ENDED_STATES, AirflowApi
from igny8_lib.credits.reservations import expire, release_run
from igny8_lib.db.errors import first_line
from igny8_lib.db.session import Sessions
from igny8_lib.errors import NotFound
from igny8_lib.models import (
    ACTIVE_RUN,
    AutomationRun,
    EventLevel,
    Reservation,
    ReservationStatus,
    RunStatus,
    SiteLease,
)
from igny8_lib.pipeline import activity, airflow_mirror, leases
from igny8_lib.pipeline.future_starts import future_date, withdraw
from igny8_lib.pipeline.missed_starts import MissedStart, find_missed_starts, record_missed_start
from igny8_lib.pipeline.site_pools import find_wrong_pools, make_site_pool
from igny8_lib.sites.naming import slug_of
from igny8_lib.sites.roster import find_site_problems, load_roster

log = logging.getLogger(__name__)
T = TypeVar("T")

SITE_DAGS = "site-pipeline"
"""The tag of the sites' DAGs."""
RECONCILER = "reconciler"
GRACE = timedelta(seconds=20)
"""How long after its record a DAG run may take to end: its last task has to tell Airflow that it is done."""


@dataclass
class Repairs:
    """What one round did, as sentences; empty lists are a healthy platform."""

    ended: list[str] = field(default_factory=list)
    """Active records whose DAG run was over."""
    stopped: list[str] = field(default_factory=list)
    """DAG runs that went on after their record had ended."""
    switched: list[str] = field(default_factory=list)
    """Pauses and resumptions done in Airflow, and pauses lifted after a cancel."""
    freed: list[str] = field(default_factory=list)
    """Sites taken from dead processes."""
    missed: list[str] = field(default_factory=list)
    """Scheduled starts that met an active run."""
    withdrawn: list[str] = field(default_factory=list)
    """Starts that were to wait for a date in the future."""
    pools: list[str] = field(default_factory=list)
    """Sites whose pool was missing or had not one slot."""
    unscheduled: list[str] = field(default_factory=list)
    """Sites whose schedule cannot be used, with the reason: a person has to mend it."""
    released: int = 0
    """Credit reservations given back: of ended runs, and those whose time was over."""
    failed: list[str] = field(default_factory=list)
    """Repairs that did not work this time."""

    def as_json(self) -> dict[str, Any]:
        """As a JSON document."""
        return asdict(self)


@dataclass(frozen=True)
class Seen:
    """Airflow's side of the comparison."""

    open_runs: Mapping[tuple[str, str], Mapping[str, Any]]
    """Each queued or running DAG run of a site, by its DAG's and its own id."""
    paused_dags: frozenset[str]


@dataclass(frozen=True)
class Round:
    """One comparison: both sides as they were seen, and what was done about it."""

    sessions: Sessions
    airflow: AirflowApi
    now: datetime
    active: Sequence[AutomationRun]
    seen: Seen
    repairs: Repairs


def reconcile(sessions: Sessions, airflow: AirflowApi) -> Repairs:
    """One round. A repair that fails is noted and tried again in the next one.

    What needs no Airflow is done first, so it is done while Airflow does not answer, too. The records are read before
    Airflow is: what people do in between shows as a difference only where it still is one. Raises AirflowUnreachable.
    """
    this = Round(sessions, airflow, clock.now(), [], Seen({}, frozenset()), Repairs())
    carry_out(this, OWN_REPAIRS)
    with sessions() as session:
        active = session.scalars(select(AutomationRun).where(AutomationRun.status.in_(ACTIVE_RUN))).all()
    compared = Round(sessions, airflow, this.now, active, look_at_airflow(airflow), this.repairs)
    carry_out(compared, COMPARISONS)
    return this.repairs


def look_at_airflow(airflow: AirflowApi) -> Seen:
    """The open DAG runs of sites, and their paused DAGs."""
    found = [run for run in airflow.open_runs() if slug_of(run["dag_id"])]
    open_runs = {(run["dag_id"], run["dag_run_id"]): run for run in found}
    return Seen(open_runs, frozenset(airflow.paused_dags(SITE_DAGS)))


def carry_out(this: Round, repairs: Iterable[tuple[Finder, Mender]]) -> None:
    """Find what each repair is about, and mend one after the other; whatever goes wrong stops nothing else."""
    for find, mend in repairs:
        for found in attempt(this, find, this) or ():
            attempt(this, mend, this, found)


def attempt(this: Round, step: Callable[..., T], *given: object) -> T | None:
    """Do it, or note why it did not work."""
    try:
        return step(*given)
    except Exception as error:
        log.warning("A repair did not work: %s", step.__name__, exc_info=True)
        this.repairs.failed.append(f"{step.__name__}: {reason_of(error)}")
        return None


def reason_of(error: Exception) -> str:
    """What went wrong, without SQL and the values in it."""
    if isinstance(error, SQLAlchemyError):
        return first_line(getattr(error, "orig", None) or error)
    return str(error) or type(error).__name__


def find_ended(this: Round) -> Iterable[AutomationRun]:
    """Active records without an open DAG run."""
    return [run for run in this.active if (run.dag_id, run.dag_run_id) not in this.seen.open_runs]


def end_record(this: Round, run: AutomationRun) -> None:
    """The record of a DAG run that ended, or is gone: asked anew, and ended under the lock."""
    ended = airflow_mirror.look(this.sessions, this.airflow, run.id)
    if ended.status not in ACTIVE_RUN:
        this.repairs.ended.append(f"{run.run_id}: {ended.stopped_detail}")


def find_switched(this: Round) -> Iterable[AutomationRun]:
    """Active records that disagree with their DAG's switch."""
    is_open = [run for run in this.active if (run.dag_id, run.dag_run_id) in this.seen.open_runs]
    return [run for run in is_open if (run.dag_id in this.seen.paused_dags) != (run.status == RunStatus.PAUSED)]


def switch_record(this: Round, run: AutomationRun) -> None:
    """The record of a run whose DAG was paused or unpaused in Airflow."""
    if told := airflow_mirror.follow_switch(this.sessions, this.airflow, run):
        this.repairs.switched.append(f"{run.run_id}: {told}")


def find_future_starts(this: Round) -> Iterable[Mapping[str, Any]]:
    """Open DAG runs that wait for a date in the future."""
    return [run for run in this.seen.open_runs.values() if future_date(run, this.now)]


def withdraw_future_start(this: Round, dag_run: Mapping[str, Any]) -> None:
    """A start that would hold the site until its date."""
    if refused := withdraw(this.sessions, this.airflow, dag_run):
        this.repairs.withdrawn.append(f"{refused.dag_id} {refused.dag_run_id}: {refused.stopped_detail}")


def find_leftovers(this: Round) -> Iterable[AutomationRun]:
    """Ended records whose DAG run goes on: a cancel that could not tell Airflow, a cleared task."""
    query = select(AutomationRun).where(
        tuple_(AutomationRun.dag_id, AutomationRun.dag_run_id).in_(list(this.seen.open_runs)),
        AutomationRun.status.not_in(ACTIVE_RUN),
        AutomationRun.completed_at < this.now - GRACE,
    )
    with this.sessions() as session:
        return session.scalars(query).all()


def stop_leftover(this: Round, run: AutomationRun) -> None:
    """End the DAG run, unless it has ended by itself meanwhile or its last task still works."""
    well = run.status in (RunStatus.COMPLETED, RunStatus.SKIPPED)
    if (well and has_running_task(this.airflow, run)) or not is_open_still(this.airflow, run):
        return
    this.airflow.end_run(run.dag_id, run.dag_run_id, "success" if well else "failed")
    this.repairs.stopped.append(f"{run.run_id}: its DAG run went on after the run was {run.status.value}")


def is_open_still(airflow: AirflowApi, run: AutomationRun) -> bool:
    """Whether the run's DAG run is queued or running now."""
    try:
        return airflow.dag_run(run.dag_id, run.dag_run_id)["state"] not in ENDED_STATES
    except NotFound:
        return False


def find_old_pauses(this: Round) -> Iterable[AutomationRun]:
    """Cancelled runs whose cancel could not tell Airflow that their pause is over."""
    waiting = (AutomationRun.paused_at.is_not(None), AutomationRun.status == RunStatus.CANCELLED)
    with this.sessions() as session:
        return session.scalars(select(AutomationRun).where(*waiting)).all()


def lift_old_pause(this: Round, run: AutomationRun) -> None:
    """The pause ends with its run."""
    if airflow_mirror.lift_pause(this.sessions, this.airflow, run):
        this.repairs.switched.append(f"{run.run_id}: the pause ended with the run")


def find_dead(this: Round) -> Iterable[SiteLease]:
    """Leases of processes that are silent."""
    with this.sessions() as session:
        held = session.scalars(select(SiteLease).where(SiteLease.run_id.is_not(None))).all()
    return [lease for lease in held if leases.is_dead(lease, this.now)]


def free_dead(this: Round, dead: SiteLease) -> None:
    """Take the site from a process that Airflow knows nothing of, unless it beats again or another one has the site."""
    with this.sessions() as session:
        run = session.get_one(AutomationRun, dead.run_id)
    if run.status in ACTIVE_RUN and has_running_task(this.airflow, run):
        return
    with this.sessions.begin() as session:
        lease = leases.lock_lease(session, run.site_id)
        if lease.token != dead.token or not leases.is_dead(lease, clock.now()):
            return
        leases.free(session, site_id=run.site_id, run_id=run.id)
        told = f"{dead.holder} died; its hold on the site was ended."
        activity.record(session, run, told, level=EventLevel.WARNING, actor=RECONCILER)
    this.repairs.freed.append(f"{run.run_id}: {told}")


def has_running_task(airflow: AirflowApi, run: AutomationRun) -> bool:
    """Whether Airflow knows a running task of the run."""
    try:
        return airflow.has_running_task(run.dag_id, run.dag_run_id)
    except NotFound:
        return False


def find_bad_pools(this: Round) -> Iterable[str]:
    """The slugs of sites that have a DAG or an open DAG run, and whose pool is missing or has not one slot."""
    with this.sessions() as session:
        slugs = {site.slug for site in load_roster(session)}
    waiting = {slug for dag, _ in this.seen.open_runs if (slug := slug_of(dag))}
    return find_wrong_pools(this.airflow, slugs | waiting)


def mend_pool(this: Round, slug: str) -> None:
    """Make the pool, or set it back to one slot."""
    make_site_pool(this.airflow, slug)
    this.repairs.pools.append(slug)


def find_holding(this: Round) -> Iterable[int]:
    """Ended runs that still hold credits."""
    query = (
        select(AutomationRun.id)
        .join(Reservation, AutomationRun.id == Reservation.run_id)
        .where(Reservation.status == ReservationStatus.PENDING, AutomationRun.status.not_in(ACTIVE_RUN))
    )
    with this.sessions() as session:
        return session.scalars(query.distinct()).all()


def release_leftovers(this: Round, run_id: int) -> None:
    """Give back what the ended run holds; an end is for ever, so nothing can have come between."""
    with this.sessions.begin() as session:
        released = release_run(session, run_id)
    this.repairs.released += released


def find_time(this: Round) -> Iterable[datetime]:
    """The instant of this round: reservations are over or not by it."""
    return [this.now]


def expire_reservations(this: Round, now: datetime) -> None:
    """Close the reservations whose time is over."""
    with this.sessions.begin() as session:
        expired = expire(session, now)
    this.repairs.released += expired


def find_missed(this: Round) -> Iterable[MissedStart]:
    """Scheduled starts that met an active run."""
    with this.sessions() as session:
        return find_missed_starts(session, this.now)


def note_missed(this: Round, missed: MissedStart) -> None:
    """Write the start down as skipped."""
    with this.sessions.begin() as session:
        skipped = record_missed_start(session, missed)
    this.repairs.missed.append(f"{skipped.run_id}: {skipped.stopped_detail}")


def find_unscheduled(this: Round) -> Iterable[str]:
    """Sites whose schedule cannot be used, as sentences."""
    with this.sessions() as session:
        problems = find_site_problems(session)
    return [f"{slug}: {problem}" for slug, problem in problems.items()]


def tell_unscheduled(this: Round, problem: str) -> None:
    """Nothing to mend for a program: say it in each round."""
    log.warning("A site starts by no schedule: %s", problem)
    this.repairs.unscheduled.append(problem)


Finder = Callable[[Round], Iterable[Any]]
Mender = Callable[[Round, Any], None]
OWN_REPAIRS: tuple[tuple[Finder, Mender], ...] = (
    (find_holding, release_leftovers),
    (find_time, expire_reservations),
    (find_missed, note_missed),
    (find_unscheduled, tell_unscheduled),
)
"""What needs no Airflow."""
COMPARISONS: tuple[tuple[Finder, Mender], ...] = (
    (find_ended, end_record),
    (find_switched, switch_record),
    (find_future_starts, withdraw_future_start),
    (find_leftovers, stop_leftover),
    (find_old_pauses, lift_old_pause),
    (find_dead, free_dead),
    (find_bad_pools, mend_pool),
    (find_holding, release_leftovers),
)
"""What Airflow has to be asked about; runs that end here hold credits no longer than others."""
