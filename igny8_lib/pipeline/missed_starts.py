"""Scheduled starts that met an active run: recorded as skipped, never made up for (SPEC §4).

While a run is active Airflow makes no DAG run for an instant of the schedule, so nobody would see that a start was
left out. An instant counts as met when it lies within another run of the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from igny8_lib.errors import InvalidInput, SiteBusy
from igny8_lib.models import ACTIVE_RUN, AutomationConfig, AutomationRun, RunStatus, Site, Trigger
from igny8_lib.pipeline import leases, runs
from igny8_lib.pipeline.runs import Start
from igny8_lib.sites.naming import dag_id
from igny8_lib.sites.schedule import Schedule, is_too_late, schedule_of

LOOK_BACK = timedelta(hours=24)
"""How long ago a run may have ended for its instants still to be looked at: an outage of the reconciler."""
MISSED = "missed__"
"""Begins the dag_run_id of a start that never became a DAG run."""


@dataclass(frozen=True)
class MissedStart:
    """An instant of a site's schedule, and the run that had the site then."""

    site: Site
    met: AutomationRun
    instant: datetime


def find_missed_starts(session: Session, now: datetime) -> list[MissedStart]:
    """The instants that met a run, that Airflow can no longer make up for, and that nobody has written down yet."""
    found = [missed for candidate in candidates(session, now) for missed in missed_by(*candidate, now)]
    return [missed for missed in found if not runs.scheduled_run(session, missed.site.id, missed.instant)]


def missed_by(site: Site, config: AutomationConfig, run: AutomationRun, now: datetime) -> list[MissedStart]:
    """The instants of the site's schedule that met the run; none where the schedule cannot be used, which the
    reconciler tells."""
    try:
        schedule = schedule_of(config, site)
    except InvalidInput:
        return []
    if schedule is None:
        return []
    instants = instants_within(schedule, max(run.started_at, config.schedule_since), run.completed_at or now)
    return [MissedStart(site, run, instant) for instant in instants if is_too_late(instant, now)]


def candidates(session: Session, now: datetime) -> list[tuple[Site, AutomationConfig, AutomationRun]]:
    """The runs that are active or ended lately, of the sites that have a schedule."""
    recent = or_(AutomationRun.status.in_(ACTIVE_RUN), AutomationRun.completed_at > now - LOOK_BACK)
    rows = session.execute(
        select(Site, AutomationConfig, AutomationRun)
        .join(AutomationConfig, AutomationConfig.site_id == Site.id)
        .join(AutomationRun, AutomationRun.site_id == Site.id)
        .where(AutomationConfig.is_enabled, AutomationRun.status != RunStatus.SKIPPED, recent)
        .order_by(AutomationRun.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def instants_within(schedule: Schedule, began: datetime, ended: datetime) -> Iterator[datetime]:
    """The schedule's instants strictly after the beginning, up to the end."""
    instant = schedule.next_after(began)
    while instant <= ended:
        yield instant
        instant = schedule.next_after(instant)


def record_missed_start(session: Session, missed: MissedStart) -> AutomationRun:
    """Write one missed start down as a skipped run; a second time returns the first one's record."""
    site, met = missed.site, missed.met
    leases.lock_lease(session, site.id)
    if known := runs.scheduled_run(session, site.id, missed.instant):
        return known
    start = Start(
        site_slug=site.slug,
        dag_id=dag_id(site.slug),
        dag_run_id=f"{MISSED}{missed.instant.isoformat()}",
        trigger=Trigger.SCHEDULED,
        triggered_by="",
        conf={},
        scheduled_for=missed.instant,
    )
    status = met.status.value if met.status in ACTIVE_RUN else "active at that time"
    return runs.refuse(session, site, start, SiteBusy(site.slug, met.run_id, status))
