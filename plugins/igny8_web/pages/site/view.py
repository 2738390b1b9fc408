"""What the dashboard shows, loaded with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.credits.ledger import Balance, balance_of
from igny8_lib.models import ACTIVE_RUN, AutomationConfig, AutomationRun, RunEvent, RunStatus, Site
from igny8_lib.pipeline import activity
from igny8_lib.pipeline.estimates import Estimate
from igny8_lib.pipeline.find_run import last_begun
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.progress import Progress, progress_of
from igny8_lib.pipeline.runs import active_run
from igny8_lib.pipeline.stages import STAGES
from igny8_lib.sites.access import Action, Person, may
from igny8_lib.sites.schedule import next_run_at, schedule_of
from igny8_web.pages.shares import Part, parts_of
from igny8_web.pages.site.stage_cards import StageCard, cards_of_estimate, cards_of_run
from igny8_web.pages.stages import look
from igny8_web.pages.states import State, state_of_run
from igny8_web.pages.words import credits_, plural

LOG_LINES = 12


@dataclass(frozen=True)
class SiteView:
    """The site at this instant."""

    slug: str
    name: str
    zone: str
    state: State
    headline: str
    active: bool
    paused: bool
    may_run: bool
    run: AutomationRun | None
    progress: Progress | None
    estimate: Estimate | None
    cards: Sequence[StageCard]
    log: Sequence[RunEvent]
    schedule: str
    next_run_at: datetime | None
    balance: Balance

    @property
    def cost_parts(self) -> list[Part]:
        """The stages' parts of the estimate."""
        paid = [stage for stage in (self.estimate.stages if self.estimate else ()) if stage.operation]
        seen = ((look(stage.stage), stage.credits) for stage in paid)
        return parts_of((each.colour, each.name, credits_(amount), amount.hundredths) for each, amount in seen)


def view_of(session: Session, site: Site, person: Person) -> SiteView:
    """The view. While a run is active its progress is asked for, else what the next one would do."""
    run = active_run(session, site.id) or last_begun(session, site)
    active = run is not None and run.status in ACTIVE_RUN
    progress = progress_of(session, run) if run else None
    expected = None if active else forecast(session, site)
    config = session.get_one(AutomationConfig, site.id)
    schedule = schedule_of(config, site.timezone)
    return SiteView(
        slug=site.slug,
        name=site.name,
        zone=site.timezone,
        state=state_of_run(run if active else None),
        headline=headline(run, progress, expected),
        active=active,
        paused=run is not None and run.status is RunStatus.PAUSED,
        may_run=may(person, Action.START_RUNS),
        run=run,
        progress=progress,
        estimate=expected,
        cards=cards_of_run(progress) if active and progress else cards_of_estimate(expected),
        log=list(reversed(activity.latest(session, run, LOG_LINES))) if run else [],
        schedule=schedule.describe() if schedule else "off: runs start by hand only",
        next_run_at=next_run_at(schedule, clock.now()),
        balance=balance_of(session, site.account_id),
    )


def headline(run: AutomationRun | None, progress: Progress | None, expected: Estimate | None) -> str:
    """The sentence that the page begins with."""
    if run and progress and expected is None:
        return working(run, progress)
    waiting = [
        plural(stage.pending, STAGES[stage.stage - 1].takes.removesuffix("s"), STAGES[stage.stage - 1].takes)
        for stage in (expected.stages if expected else ())
        if stage.pending and stage.let_through
    ]
    if not waiting:
        return "Nothing waits for a run. Import keywords to begin."
    return f"Ready for a run: {waiting[0]} first."


def working(run: AutomationRun, progress: Progress) -> str:
    """What the active run does now."""
    stage = next((each for each in progress.stages if each.number == progress.current_stage), None)
    if stage is None:
        return f"Run #{run.run_number} begins."
    state = "Paused in" if run.status is RunStatus.PAUSED else "Working on"
    busy = f", {len(progress.in_work)} in work" if progress.in_work else ""
    return f"{state} stage {stage.number}, {stage.title}: {stage.finished:,} of {stage.total:,} done{busy}"
