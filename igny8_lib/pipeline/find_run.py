"""A site's run as people name it: by its number, or by a name that they were shown."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.errors import NotFound
from igny8_lib.models import AutomationRun, RunStatus, Site

DIGITS = 9
"""Of the longest number that is looked for; more are no number of a run."""


def find_run(session: Session, site: Site, named: str) -> AutomationRun:
    """The site's run of this number ("7", "#7") or name: its own ("run_20260113_140523_manual") or its DAG run's.

    Raises NotFound, also for another site's run.
    """
    number = named.removeprefix("#")
    query = select(AutomationRun).where(AutomationRun.site_id == site.id)
    if number.isascii() and number.isdigit() and len(number) <= DIGITS:
        query = query.where(AutomationRun.run_number == int(number))
    else:
        query = query.where((AutomationRun.run_id == named) | (AutomationRun.dag_run_id == named))
    run = session.scalar(query.order_by(AutomationRun.id.desc()).limit(1))
    if run is None:
        raise NotFound(
            f"Site {site.slug} has no run {named!r}: `igny8 runs list {site.slug}` shows those that there are."
        )
    return run


def newest_run(session: Session, site: Site) -> AutomationRun:
    """The site's newest run. Raises NotFound where there is none."""
    query = select(AutomationRun).where(AutomationRun.site_id == site.id).order_by(AutomationRun.id.desc())
    run = session.scalar(query.limit(1))
    if run is None:
        raise NotFound(f"Site {site.slug} has no run yet: start one with `igny8 run {site.slug}`.")
    return run


def last_begun(session: Session, site: Site) -> AutomationRun | None:
    """The site's newest run that was not skipped; None where there is none."""
    query = select(AutomationRun).where(AutomationRun.site_id == site.id, AutomationRun.status != RunStatus.SKIPPED)
    return session.scalar(query.order_by(AutomationRun.id.desc()).limit(1))
