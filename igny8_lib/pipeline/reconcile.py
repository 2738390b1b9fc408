"""The reconciler: compares every active run with Airflow and repairs what differs. Runs every half minute.

What it asks Airflow does not grow with the number of runs that ever were: one request for the open DAG runs and one for
the paused DAGs (per hundred of them), and one or two more for each run that differs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select, tuple_

from igny8_lib import clock
from igny8_lib.airflow_api.client import AirflowApi
from igny8_lib.credits.reservations import expire, release_run
from igny8_lib.db.session import Sessions
from igny8_lib.errors import Igny8Error, NotFound
from igny8_lib.models import (
    ACTIVE_RUN,
    AutomationRun,
    EventLevel,
    Reservation,
    ReservationStatus,
    RunStatus,
    SiteLease,
)
from igny8_lib.pipeline import activity, airflow_mirror, leases, lifecycle
from igny8_lib.pipeline.missed_starts import missed_starts, record
from igny8_lib.sites.naming import slug_of

log = logging.getLogger(__name__)

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

    open_runs: Mapping[tuple[str, str], str]
    """State of each queued or running DAG run of a site, by its DAG's and its own id."""
    paused_dags: frozenset[str]


@dataclass(frozen=True)
class Round:
    """One comparison: both sides as they were seen, and what was done about it."""

    sessions: Sessions
    airflow: AirflowApi
    now: datetime
    active: Sequence[AutomationRun]
    seen: Seen
    repairs: Repairs = field(default_factory=Repairs)


def reconcile(sessions: Sessions, airflow: AirflowApi) -> Repairs:
    """One round. A repair that fails is noted and tried again in the next one.

    The records are read before Airflow is: what people do in between shows as a difference only where it still is one,
    for every repair looks again under the run's lock. Raises AirflowUnreachable.
    """
    now = clock.now()
    with sessions() as session:
        active = session.scalars(select(AutomationRun).where(AutomationRun.status.in_(ACTIVE_RUN))).all()
    this = Round(sessions, airflow, now, active, look_at_airflow(airflow))
    for step in steps(this):
        try:
            step()
        except Igny8Error as error:
            log.warning("A repair did not work: %s", error)
            this.repairs.failed.append(str(error))
    return this.repairs


def look_at_airflow(airflow: AirflowApi) -> Seen:
    """The open DAG runs of sites, and their paused DAGs."""
    found = [run for run in airflow.open_runs() if slug_of(run["dag_id"])]
    open_runs = {(run["dag_id"], run["dag_run_id"]): str(run["state"]) for run in found}
    return Seen(open_runs, frozenset(airflow.paused_dags(SITE_DAGS)))


def steps(this: Round) -> Iterator[Callable[[], None]]:
    """All repairs, each for itself."""
    for run in this.active:
        if (run.dag_id, run.dag_run_id) not in this.seen.open_runs:
            yield partial(end_record, this, run)
        elif (run.dag_id in this.seen.paused_dags) != (run.status == RunStatus.PAUSED):
            yield partial(switch_record, this, run)
    yield from (
        partial(step, this) for step in (stop_leftovers, lift_pauses, free_dead, release_leftovers, note_missed)
    )


def end_record(this: Round, run: AutomationRun) -> None:
    """The record of a DAG run that ended, or is gone."""
    ended = airflow_mirror.look(this.sessions, this.airflow, run.id)
    if ended.status not in ACTIVE_RUN:
        this.repairs.ended.append(f"{run.run_id}: {ended.stopped_detail}")


def switch_record(this: Round, run: AutomationRun) -> None:
    """The record of a run whose DAG was paused or unpaused in Airflow."""
    paused = run.dag_id in this.seen.paused_dags
    actor = this.airflow.who_did("patch_dag", run.dag_id)
    with this.sessions.begin() as session:
        if airflow_mirror.mirror_pause(session, run.id, paused=paused, actor=actor):
            what = "paused" if paused else "resumed"
            this.repairs.switched.append(f"{run.run_id}: {what} in Airflow{lifecycle.by_actor(actor)}")


def stop_leftovers(this: Round) -> None:
    """DAG runs that go on although their record has ended: a cancel that could not tell Airflow, a cleared task."""
    with this.sessions() as session:
        query = select(AutomationRun).where(
            tuple_(AutomationRun.dag_id, AutomationRun.dag_run_id).in_(list(this.seen.open_runs)),
            AutomationRun.status.not_in(ACTIVE_RUN),
            AutomationRun.completed_at < this.now - GRACE,
        )
        ended = session.scalars(query).all()
    for run in ended:
        well = run.status in (RunStatus.COMPLETED, RunStatus.SKIPPED)
        if not (well and running_task(this.airflow, run)):
            this.airflow.end_run(run.dag_id, run.dag_run_id, "success" if well else "failed")
            this.repairs.stopped.append(f"{run.run_id}: its DAG run went on after the run was {run.status.value}")


def lift_pauses(this: Round) -> None:
    """Pauses of cancelled runs whose cancel could not tell Airflow."""
    with this.sessions() as session:
        waiting = (AutomationRun.paused_at.is_not(None), AutomationRun.status == RunStatus.CANCELLED)
        cancelled = session.scalars(select(AutomationRun).where(*waiting)).all()
    for run in cancelled:
        if airflow_mirror.lift_pause(this.sessions, this.airflow, run):
            this.repairs.switched.append(f"{run.run_id}: the pause ended with the run")


def free_dead(this: Round) -> None:
    """Sites held by processes that are silent and that Airflow knows nothing of."""
    with this.sessions() as session:
        held = session.scalars(select(SiteLease).where(SiteLease.run_id.is_not(None))).all()
        dead = {lease.run_id: lease for lease in held if leases.is_dead(lease, this.now)}
        holding = session.scalars(select(AutomationRun).where(AutomationRun.id.in_(dead))).all()
    for run in holding:
        if run.status in ACTIVE_RUN and running_task(this.airflow, run):
            continue
        free_from(this, run, dead[run.id])


def free_from(this: Round, run: AutomationRun, dead: SiteLease) -> None:
    """Take the site from the dead process, unless another one has it by now."""
    with this.sessions.begin() as session:
        if leases.lock_lease(session, run.site_id).token != dead.token:
            return
        leases.free(session, site_id=run.site_id, run_id=run.id)
        told = f"{dead.holder} died; its hold on the site was ended."
        activity.record(session, run, told, level=EventLevel.WARNING, actor=RECONCILER)
    this.repairs.freed.append(f"{run.run_id}: {told}")


def running_task(airflow: AirflowApi, run: AutomationRun) -> bool:
    """Whether Airflow knows a running task of the run."""
    try:
        return airflow.has_running_task(run.dag_id, run.dag_run_id)
    except NotFound:
        return False


def release_leftovers(this: Round) -> None:
    """Credits that ended runs still hold, and reservations whose time is over."""
    with this.sessions() as session:
        query = (
            select(AutomationRun.id)
            .join(Reservation, AutomationRun.id == Reservation.run_id)
            .where(Reservation.status == ReservationStatus.PENDING, AutomationRun.status.not_in(ACTIVE_RUN))
        )
        holding = session.scalars(query.distinct()).all()
    for run_id in holding:
        with this.sessions.begin() as session:
            this.repairs.released += release_run(session, run_id)
    with this.sessions.begin() as session:
        this.repairs.released += expire(session, this.now)


def note_missed(this: Round) -> None:
    """Scheduled starts that met an active run."""
    with this.sessions() as session:
        missed = missed_starts(session, this.now)
    for each in missed:
        with this.sessions.begin() as session:
            skipped = record(session, each)
        this.repairs.missed.append(f"{skipped.run_id}: {skipped.stopped_detail}")
