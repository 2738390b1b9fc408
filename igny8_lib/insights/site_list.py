"""All sites that somebody sees: how each stands, and what it needs of people.

One statement reads them all, a row each; filters, order and pages are made of the rows, for counts and the order by
credits need every one of them anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, aliased

from igny8_lib import clock
from igny8_lib.amounts import ZERO, Credits
from igny8_lib.models import (
    ACTIVE_RUN,
    Account,
    AccountStatus,
    AutomationConfig,
    AutomationRun,
    Content,
    ContentStatus,
    Frequency,
    RunSpending,
    RunStatus,
    Site,
    SiteStatus,
    StageResult,
    StoppedReason,
)
from igny8_lib.sites.schedule import Schedule, delay_of, next_run_at

LATELY = timedelta(days=30)


class Need(StrEnum):
    """Why a site needs somebody, most urgent first."""

    FAILED = "failed"
    """Its last run failed."""
    NO_CREDITS = "no_credits"
    """Its last run stopped for lack of credits."""
    PAUSED = "paused"
    """Its run stands still, and its schedule with it."""
    REVIEW = "review"
    """Articles wait for a decision."""
    NOTHING_PENDING = "nothing_pending"
    """Its last run found nothing to do."""
    OFF = "off"
    """The site or its account is switched off: it starts no runs."""


URGENCY = tuple(Need)


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A site's active run or its last one that began; `id` is its primary key."""

    id: int
    run_id: str
    run_number: int
    status: RunStatus
    stopped_reason: StoppedReason | None
    sentence: str
    current_stage: int | None
    started_at: datetime
    completed_at: datetime | None
    paused_at: datetime | None

    @property
    def at(self) -> datetime:
        """When it last changed: its end, its pause or its beginning."""
        return self.completed_at or self.paused_at or self.started_at


@dataclass(frozen=True, slots=True)
class ListedSite:
    """One site of the list."""

    id: int
    slug: str
    name: str
    domain: str
    timezone: str
    account_slug: str
    account_name: str
    is_on: bool
    """Whether the site and its account are switched on."""
    is_scheduled: bool
    frequency: Frequency
    scheduled_time: time
    weekday: int
    day_of_month: int
    schedule_window_minutes: int
    to_review: int
    credits_lately: Credits
    """Charged by runs that began within the last 30 days."""
    last_run: ListedRun | None

    @property
    def need(self) -> Need | None:
        """The most urgent of what it needs; None where it gets along by itself."""
        if not self.is_on:
            return Need.OFF
        needs = (of_run(self.last_run), Need.REVIEW if self.to_review else None)
        return min((need for need in needs if need), key=URGENCY.index, default=None)

    @property
    def is_running(self) -> bool:
        """Whether a run works there now."""
        return self.last_run is not None and self.last_run.status is RunStatus.RUNNING

    def next_run_at(self, now: datetime) -> datetime | None:
        """When its next run starts by itself; None where none does."""
        if not (self.is_on and self.is_scheduled):
            return None
        when = (self.frequency, self.scheduled_time, self.weekday, self.day_of_month, self.timezone)
        return next_run_at(Schedule(*when, delay_of(self.slug, self.schedule_window_minutes)), now)


def of_run(run: ListedRun | None) -> Need | None:
    """What the last run leaves people to do."""
    if run is None:
        return None
    if run.status in (RunStatus.FAILED, RunStatus.PAUSED):
        return Need(run.status.value)
    reasons = {
        StoppedReason.INSUFFICIENT_CREDITS: Need.NO_CREDITS,
        StoppedReason.NOTHING_PENDING: Need.NOTHING_PENDING,
    }
    return reasons.get(run.stopped_reason) if run.stopped_reason else None


class Chosen(StrEnum):
    """Which sites of the list are shown."""

    ALL = ""
    RUNNING = "running"
    NEEDS_YOU = "needs_you"
    NOT_SCHEDULED = "not_scheduled"


CHOSEN: Mapping[Chosen, Callable[[ListedSite], bool]] = {
    Chosen.ALL: lambda _: True,
    Chosen.RUNNING: lambda site: site.is_running,
    Chosen.NEEDS_YOU: lambda site: site.need is not None,
    Chosen.NOT_SCHEDULED: lambda site: not (site.is_on and site.is_scheduled),
}


class Order(StrEnum):
    """The order of the list; of equals the name decides."""

    NAME = "name"
    NAME_BACKWARDS = "-name"
    LATEST = "latest"
    OLDEST = "-latest"
    MOST_TO_REVIEW = "review"
    LEAST_TO_REVIEW = "-review"
    MOST_CREDITS = "credits"
    LEAST_CREDITS = "-credits"


KEYS: Mapping[str, Callable[[ListedSite], Any]] = {
    "name": lambda site: (site.name.lower(), site.id),
    "latest": lambda site: site.last_run.at.timestamp() if site.last_run else 0,
    "review": lambda site: site.to_review,
    "credits": lambda site: site.credits_lately.hundredths,
}


def arrange(sites: Iterable[ListedSite], order: Order) -> list[ListedSite]:
    """The sites in that order. Figures and times begin with the largest, names with A."""
    by = order.value.removeprefix("-")
    named = sorted(sites, key=KEYS["name"])
    return sorted(named, key=KEYS[by], reverse=(by != "name") != order.value.startswith("-"))


def matching(sites: Iterable[ListedSite], text: str) -> list[ListedSite]:
    """Those with the text in their name, domain, slug or account, in any case."""
    wanted = text.strip().lower()
    return [site for site in sites if wanted in f"{site.name}\n{site.domain}\n{site.slug}\n{site.account_name}".lower()]


def most_urgent(sites: Iterable[ListedSite]) -> list[tuple[ListedSite, Need]]:
    """The sites that need somebody, the most urgent first; of equal ones those whose run changed last."""
    needing = [(site, site.need) for site in arrange(sites, Order.LATEST)]
    return sorted(((site, need) for site, need in needing if need), key=lambda pair: URGENCY.index(pair[1]))


def load_sites(session: Session) -> list[ListedSite]:
    """All sites that the session sees; one statement."""
    return [listed(dict(row._mapping)) for row in session.execute(query_of_sites(clock.now()))]  # noqa: SLF001 - public


def listed(row: dict[str, Any]) -> ListedSite:
    """A row as a site with its run."""
    run = {name: row.pop(f"run_{name}") for name in ListedRun.__dataclass_fields__}
    return ListedSite(
        **{name: row[name] for name in ListedSite.__dataclass_fields__ if name in row},
        is_on=row["status"] is SiteStatus.ACTIVE and row["account_status"] is AccountStatus.ACTIVE,
        credits_lately=(row["ended"] or ZERO) + (row["spending"] or ZERO),
        last_run=ListedRun(**run) if run["id"] is not None else None,
    )


def query_of_sites(now: datetime) -> Select[*tuple[Any, ...]]:
    """A row per site with its account, its schedule, its run, and what waits and was spent."""
    last, config = aliased(AutomationRun, name="last_run"), AutomationConfig
    columns = {"sentence": "stopped_detail"}
    of_last = {name: getattr(last, columns.get(name, name)) for name in ListedRun.__dataclass_fields__}
    return (
        select(
            *(Site.id, Site.slug, Site.name, Site.domain, Site.timezone, Site.status),
            *(Account.slug.label("account_slug"), Account.name.label("account_name")),
            Account.status.label("account_status"),
            config.is_enabled.label("is_scheduled"),
            *(config.frequency, config.scheduled_time, config.weekday, config.day_of_month),
            config.schedule_window_minutes,
            *(column.label(f"run_{name}") for name, column in of_last.items()),
            waiting_for_review().label("to_review"),
            charged_since(now - LATELY).label("ended"),
            charged_so_far(last).label("spending"),
        )
        .join(Account, Account.id == Site.account_id)
        .join(config, config.site_id == Site.id)
        .join(last, last.id == id_of_last_run(), isouter=True)
        .order_by(Site.id)
    )


def id_of_last_run() -> ScalarSelect[int]:
    """The site's newest run that was not skipped."""
    run = aliased(AutomationRun, name="begun")
    begun = select(run.id).where(run.site_id == Site.id, run.status != RunStatus.SKIPPED)
    return begun.order_by(run.run_number.desc()).limit(1).correlate(Site).scalar_subquery()


def waiting_for_review() -> ScalarSelect[int]:
    """How many of the site's articles wait for a decision."""
    waiting = select(func.count()).where(Content.site_id == Site.id, Content.status == ContentStatus.REVIEW)
    return waiting.correlate(Site).scalar_subquery()


def charged_since(since: datetime) -> ScalarSelect[Any]:
    """What the site's ended runs that began since then were charged."""
    run = aliased(AutomationRun, name="lately")
    ended = (run.site_id == Site.id, run.started_at >= since, run.status.not_in(ACTIVE_RUN))
    return select(func.sum(run.total_credits_used)).where(*ended).correlate(Site).scalar_subquery()


def charged_so_far(run: type[AutomationRun]) -> ScalarSelect[Any]:
    """What an active run was charged until now: its record tells it only as its stages end."""
    active = (RunSpending.account_id == run.account_id, RunSpending.run_id == run.id, run.status.in_(ACTIVE_RUN))
    return select(func.sum(RunSpending.settled)).where(*active).correlate(run).scalar_subquery()


def stage_statuses(session: Session, sites: Sequence[ListedSite]) -> dict[int, dict[int, str]]:
    """By run (primary key) and stage, where each stage of the sites' runs stands; one statement."""
    runs = [site.last_run.id for site in sites if site.last_run]
    query = select(StageResult.run_id, StageResult.stage, StageResult.status).where(
        StageResult.site_id.in_([site.id for site in sites]), StageResult.run_id.in_(runs)
    )
    found: dict[int, dict[int, str]] = {run: {} for run in runs}
    for run, stage, status in session.execute(query):
        found[run][stage] = status.value
    return found
