"""What each site used, and how near its latest run came to its limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.models import AutomationRun, RunSpending, RunStatus, Site
from igny8_web.pages.states import LIMITS
from igny8_web.pages.words import credits_

SHOWN = 10
NEAR = 90
"""Percent of its limit from which a run is shown as near to it."""


@dataclass(frozen=True)
class SiteUsage:
    """One site of the table."""

    slug: str
    name: str
    credits: Credits
    latest: str
    """The latest run against its limit, in words."""
    percent: float | None
    """Of the limit; None without a limit or a run."""
    stopped: bool

    @property
    def kind(self) -> str:
        """The colour of the bar."""
        return "bad" if self.stopped else "warn" if (self.percent or 0) >= NEAR else "run"


@dataclass(frozen=True)
class SitesUsed:
    """The sites nearest to their limit, and all others together."""

    rows: Sequence[SiteUsage]
    others: int
    others_used: Credits
    together: Credits


def usage_of_sites(session: Session, account_id: int, used: Mapping[int | None, Credits]) -> SitesUsed:
    """Sites with their use by id, nearest to the limit first, then by credits. Three statements."""
    sites = session.scalars(select(Site).where(Site.account_id == account_id)).all()
    runs = latest_runs(session, account_id)
    charged = charged_to(session, account_id, [run.id for run in runs.values()])
    rows = [usage_of(site, used.get(site.id, ZERO), runs.get(site.id), charged) for site in sites]
    rows.sort(key=lambda row: (not row.stopped, -(row.percent or 0), -row.credits.hundredths, row.name))
    together = Credits.total(used.values())
    shown = rows[:SHOWN]
    others_used = together - Credits.total(row.credits for row in shown)
    return SitesUsed(shown, len(rows) - len(shown), others_used, together)


def latest_runs(session: Session, account_id: int) -> dict[int, AutomationRun]:
    """Each site's latest run that began."""
    number = func.row_number().over(partition_by=AutomationRun.site_id, order_by=AutomationRun.id.desc())
    begun = (
        select(AutomationRun.id, number.label("place"))
        .where(AutomationRun.account_id == account_id, AutomationRun.status != RunStatus.SKIPPED)
        .subquery()
    )
    query = select(AutomationRun).join(begun, begun.c.id == AutomationRun.id).where(begun.c.place == 1)
    return {run.site_id: run for run in session.scalars(query)}


def charged_to(session: Session, account_id: int, run_ids: Sequence[int]) -> dict[int, Credits]:
    """What runs were charged so far, also while they go on."""
    query = (
        select(RunSpending.run_id, func.sum(RunSpending.settled).label("charged"))
        .where(RunSpending.account_id == account_id, RunSpending.run_id.in_(run_ids))
        .group_by(RunSpending.run_id)
    )
    return {row.run_id: row.charged for row in session.execute(query)}


def usage_of(site: Site, used: Credits, run: AutomationRun | None, by_run: Mapping[int, Credits]) -> SiteUsage:
    """A row."""
    charged = by_run.get(run.id, ZERO) if run else ZERO
    limit = run.initial_snapshot.get("limits", {}).get("max_credits_per_run", 0) if run else 0
    stopped = bool(run and limit and run.stopped_reason in LIMITS and charged.as_number() >= limit)
    if run is None:
        said = "No run yet"
    elif not limit:
        said = f"#{run.run_number}: {credits_(charged)}, no limit"
    else:
        said = f"#{run.run_number}: {credits_(charged)} of {credits_(limit)}{', stopped there' if stopped else ''}"
    percent = min(100.0, 100 * charged.as_number() / limit) if limit else None
    return SiteUsage(site.slug, site.name, used, said, percent, stopped)
