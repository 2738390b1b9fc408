"""What the dashboard shows, loaded with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from igny8_lib import clock
from igny8_lib.credits.ledger import Funds, funds_of
from igny8_lib.insights.overview import attention_items
from igny8_lib.models import (
    ACTIVE_RUN,
    AutomationConfig,
    AutomationRun,
    EventLevel,
    RunEvent,
    RunStatus,
    Site,
    SiteStatus,
)
from igny8_lib.pipeline import activity
from igny8_lib.pipeline.estimates import Estimate
from igny8_lib.pipeline.find_run import last_begun
from igny8_lib.pipeline.forecast import forecast
from igny8_lib.pipeline.progress import Progress, progress_of
from igny8_lib.pipeline.runs import active_run
from igny8_lib.review.queue import waiting
from igny8_lib.sites.access import Action, Person, may
from igny8_lib.sites.schedule import next_run_at, schedule_of
from igny8_web.pages.shares import Part, parts_of
from igny8_web.pages.site.accepted import Accepted
from igny8_web.pages.site.attention import Attention, attention_of
from igny8_web.pages.site.sentences import headline
from igny8_web.pages.site.stage_cards import StageCard, cards_of_estimate, cards_of_run
from igny8_web.pages.stages import look
from igny8_web.pages.states import LOG_LOOKS, State, state_of_run
from igny8_web.pages.words import credits_

LOG_LINES = 12


@dataclass(frozen=True)
class SiteView:
    """The site at this instant."""

    slug: str
    name: str
    zone: str
    is_on: bool
    headline: str
    may_run: bool
    may_manage: bool
    run: AutomationRun | None
    """The active run, else the last one that began."""
    progress: Progress | None
    """Of the active run."""
    estimate: Estimate | None
    """Of the next run, while none is active."""
    cards: Sequence[StageCard]
    attention: Sequence[Attention]
    log: Sequence[RunEvent]
    schedule: str
    next_run_at: datetime | None
    funds: Funds
    accepted: Accepted | None = None

    @property
    def active(self) -> bool:
        """Whether a run is running or paused."""
        return self.run is not None and self.run.status in ACTIVE_RUN

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        return self.run is not None and self.run.status is RunStatus.PAUSED

    @property
    def state(self) -> State:
        """Where the site stands: that of its active run."""
        return state_of_run(self.run if self.active else None)

    @property
    def stopped(self) -> State | None:
        """How the last run ended, while none is active."""
        return None if self.active or self.run is None else state_of_run(self.run)

    @property
    def polls(self) -> str:
        """How often the page looks: quickly while something happens."""
        waits = self.accepted is not None and self.accepted.is_open
        return "3s" if self.active or waits else "15s"

    @property
    def place(self) -> str:
        """Where the active run is on its way."""
        number = self.progress.current_stage if self.progress else None
        if number is None:
            return "– of 7"
        seen = look(number)
        return f"{number} of 7" if seen.facts.is_numbered else seen.name

    @property
    def failed(self) -> int:
        """Items of the active run that failed so far."""
        return sum(stage.failed for stage in self.progress.stages) if self.progress else 0

    @property
    def credit_limit(self) -> float:
        """The most credits that the run may use; 0 is unlimited."""
        limits = self.run.initial_snapshot.get("limits", {}) if self.run else {}
        return float(limits.get("max_credits_per_run", 0))

    @property
    def cost_parts(self) -> list[Part]:
        """Credits by stage: those that the active run was charged, else those that the next one is expected to be."""
        if self.progress:
            spent = [(look(stage.number), stage.credits) for stage in self.progress.stages]
        else:
            spent = [(look(stage.stage), stage.credits) for stage in (self.estimate.stages if self.estimate else ())]
        paid = [(seen, amount) for seen, amount in spent if seen.facts.operation]
        return parts_of((seen.colour, seen.name, credits_(amount), amount.hundredths) for seen, amount in paid)

    @property
    def looks(self) -> Mapping[EventLevel, State]:
        """How lines of the log are drawn."""
        return LOG_LOOKS


def view_of(session: Session, site: Site, person: Person) -> SiteView:
    """The view. While a run is active its progress is asked for, else what the next one would do."""
    run = active_run(session, site.id) or last_begun(session, site)
    progress = progress_of(session, run) if run and run.status in ACTIVE_RUN else None
    expected = None if progress else forecast(session, site)
    config = session.get_one(AutomationConfig, site.id)
    schedule = schedule_of(config, site)
    is_on = site.status is SiteStatus.ACTIVE
    return SiteView(
        slug=site.slug,
        name=site.name,
        zone=site.timezone,
        is_on=is_on,
        headline=headline(run, progress, expected),
        may_run=may(person, Action.START_RUNS),
        may_manage=may(person, Action.MANAGE),
        run=run,
        progress=progress,
        estimate=expected,
        cards=cards_of_run(run, progress) if run and progress else cards_of_estimate(expected),
        attention=attention_of(site.slug, waiting(session, site.id), attention_items(session, site)),
        log=list(reversed(activity.latest(session, run, LOG_LINES))) if run else [],
        schedule=schedule.describe() if schedule else "by hand only",
        next_run_at=next_run_at(schedule, clock.now()) if is_on else None,
        funds=funds_of(session, site.account_id),
    )
