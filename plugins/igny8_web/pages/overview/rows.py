"""A row per site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from igny8_lib.insights.figures import NOT_REACHED, WAITING
from igny8_lib.insights.site_list import ListedSite, Order
from igny8_lib.models import ACTIVE_RUN, RunStatus
from igny8_lib.pipeline.stages import path_of
from igny8_web.pages.stages import Marks, look, marks
from igny8_web.pages.states import NEVER_RUN, SWITCHED_OFF, State, state_of
from igny8_web.pages.tables import Column

COLUMNS = (
    Column("Site", Order.NAME, Order.NAME_BACKWARDS, first_ascending=True),
    Column("Latest run", Order.LATEST, Order.OLDEST),
    Column("Stages"),
    Column("Next run"),
    Column("To review", Order.MOST_TO_REVIEW, Order.LEAST_TO_REVIEW, right=True),
    Column("Credits, 30 days", Order.MOST_CREDITS, Order.LEAST_CREDITS, right=True),
)


@dataclass(frozen=True)
class SiteRow:
    """One site of the overview."""

    site: ListedSite
    state: State
    doing: str
    """What its run does, or how long ago it ended is told by `site.last_run`."""
    marks: Marks
    next_run_at: datetime | None
    no_next: str
    """Why no run starts by itself."""


def row_of(site: ListedSite, statuses: Mapping[int, Mapping[int, str]], now: datetime) -> SiteRow:
    """One row."""
    return SiteRow(site, state_of_site(site), doing(site), marks_of(site, statuses), site.next_run_at(now), quiet(site))


def state_of_site(site: ListedSite) -> State:
    """Where it stands."""
    if not site.is_on:
        return SWITCHED_OFF
    return state_of(site.last_run.status, site.last_run.stopped_reason) if site.last_run else NEVER_RUN


def doing(site: ListedSite) -> str:
    """Of an active run its stage."""
    run = site.last_run
    if run is None:
        return "import keywords to begin"
    if run.status not in ACTIVE_RUN:
        return ""
    if run.current_stage is None:
        return "begins"
    seen = look(run.current_stage)
    return f"stage {seen.number}, {seen.name}" if seen.facts.is_numbered else seen.name


def marks_of(site: ListedSite, statuses: Mapping[int, Mapping[int, str]]) -> Marks:
    """The stages of its last run; none before the first one."""
    run = site.last_run
    if run is None:
        return []
    known, missing = statuses[run.id], WAITING if run.status in ACTIVE_RUN else NOT_REACHED
    return marks((each.number, known.get(each.number, missing)) for each in path_of(known))


def quiet(site: ListedSite) -> str:
    """Why no run starts by itself, or does only later."""
    if not site.is_on:
        return "switched off"
    if site.last_run and site.last_run.status is RunStatus.PAUSED:
        return "after resuming"
    return "" if site.is_scheduled else "no schedule"
