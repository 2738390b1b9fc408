"""What the page of a run shows, loaded with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from igny8_lib.insights.figures import NOT_REACHED as UNREACHED
from igny8_lib.insights.figures import WAITING, RunFigures
from igny8_lib.insights.observations import Severity
from igny8_lib.insights.run_detail import RunDetail, StageDetail, run_detail
from igny8_lib.models import AutomationRun, EventLevel, RunEvent, Site
from igny8_lib.pipeline import activity
from igny8_lib.pipeline.find_run import find_run
from igny8_lib.pipeline.run_view import direct_words, direct_work
from igny8_lib.pipeline.runs import next_number
from igny8_lib.sites.access import Action, Person, may
from igny8_web.pages.run.airflow import AirflowRun
from igny8_web.pages.run.batches import Batches, FailedItem, batches_of, failed_items
from igny8_web.pages.run.timeline import Timeline, timeline_of
from igny8_web.pages.shares import Part, parts_of
from igny8_web.pages.stages import StageLook, look
from igny8_web.pages.states import LOG_LOOKS, NOT_REACHED, STAGE_STATES, State, state_of
from igny8_web.pages.words import credits_, number, plural

LOG_LINES = 50
BADGES = {
    Severity.INFO: State("run", "info", "Note"),
    Severity.WARNING: State("warn", "alert", "Look"),
    Severity.ERROR: State("bad", "alert", "Failed"),
    Severity.SUCCESS: State("ok", "check", "Better"),
}


@dataclass(frozen=True)
class StageView:
    """One stage with its look, its state and its batches."""

    look: StageLook
    detail: StageDetail
    batches: Batches
    active: bool
    """Whether its run goes on."""

    @property
    def state(self) -> State:
        """Where it stands; a completed one with failures is worth a look."""
        figures = self.detail.figures
        if figures.status == "completed" and figures.failed:
            return State("warn", "alert", f"Done, {number(figures.failed)} failed")
        return STAGE_STATES.get(figures.status, NOT_REACHED)

    @property
    def flow(self) -> Sequence[Part]:
        """What went through and what failed, of all that waited."""
        figures = self.detail.figures
        amounts = (("ok", figures.processed), ("bad", figures.failed), ("f0", self.left))
        return [part for part in parts_of((kind, kind, "", n) for kind, n in amounts) if part.kind != "f0"]

    @property
    def left(self) -> int:
        """Items that it did not work: still to come, or left to the next run."""
        return self.detail.figures.remaining + self.detail.figures.held_back

    @property
    def left_words(self) -> str:
        """The same in words; of a run that goes on what it comes to itself, and what its limit leaves for later."""
        figures = self.detail.figures
        if not self.left:
            return self.state.word.lower() if figures.status in {WAITING, UNREACHED} else "none left"
        if not self.active:
            return f"{number(self.left)} left"
        coming = f"{number(figures.remaining)} to come" if figures.remaining else ""
        later = f"{number(figures.held_back)} for later" if figures.held_back else ""
        return ", ".join(filter(None, (coming, later)))

    @property
    def waited(self) -> int:
        """Items that waited for it when it began, as far as is known."""
        return self.detail.figures.worked + self.left


@dataclass(frozen=True)
class RunView:
    """One run."""

    slug: str
    name: str
    zone: str
    airflow: AirflowRun
    state: State
    direct: str
    """Of a run on chosen items what they are."""
    is_last: bool
    may_run: bool
    detail: RunDetail
    stages: Sequence[StageView]
    timeline: Timeline
    failed: Sequence[FailedItem]
    log: Sequence[RunEvent]
    removed_at: datetime | None
    """When its work lists and its log were removed for their age; null while they are there."""

    @property
    def run(self) -> RunFigures:
        """Its figures."""
        return self.detail.run.figures

    @property
    def never_began(self) -> bool:
        """Whether it was refused before it took anything."""
        return not self.run.is_active and self.run.completed_at == self.run.started_at

    @property
    def heading(self) -> str:
        """Its end, or that it goes on, in a sentence."""
        if self.run.is_active:
            within = f" in {look(self.run.current_stage).facts.place}" if self.run.current_stage else ""
            return f"Run #{self.run.run_number} is {self.run.status.value}{within}"
        begun = "did not start" if self.never_began else self.run.status.value
        return f"Run #{self.run.run_number} {begun}: {self.run.sentence or 'no reason was recorded.'}"

    @property
    def left(self) -> str:
        """What is left, by stage, of a run that goes on what it still comes to; empty where nothing is."""
        active = self.run.is_active
        counts = [(stage.detail.figures.remaining if active else stage.left, stage.look) for stage in self.stages]
        parts = [f"{number(count)} {seen.facts.takes}" for count, seen in counts if count]
        return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)

    @property
    def credit_parts(self) -> list[Part]:
        """Where its credits went."""
        paid = [(stage.look, stage.detail.figures.credits) for stage in self.stages if stage.look.facts.operation]
        return parts_of((seen.colour, seen.name, credits_(spent), spent.hundredths) for seen, spent in paid)

    @property
    def failures(self) -> int:
        """Items that failed, in all stages."""
        return sum(stage.detail.figures.failed for stage in self.stages)

    @property
    def worked(self) -> int:
        """Items that were tried, in all stages."""
        return sum(stage.detail.figures.worked for stage in self.stages)

    @property
    def failed_heading(self) -> str:
        """How many failed, and how many of them are listed."""
        shown = f", the first {number(len(self.failed))} are listed" if len(self.failed) < self.failures else ""
        return f"{plural(self.failures, 'item')} failed{shown}"

    @property
    def observations(self) -> list[tuple[State, str]]:
        """What is worth knowing, each with its badge; the end's own sentence stands above already."""
        told = (insight for insight in self.detail.insights if insight.message != self.run.sentence)
        return [(BADGES[insight.severity], insight.message) for insight in told]

    @property
    def looks(self) -> Mapping[EventLevel, State]:
        """How lines of the log are drawn."""
        return LOG_LOOKS


def view_of(session: Session, site: Site, named: str, person: Person) -> RunView:
    """The run of that name or number. Raises NotFound."""
    run = find_run(session, site, named)
    detail = run_detail(session, site, run.run_id)
    figures = detail.run.figures
    return RunView(
        slug=site.slug,
        name=site.name,
        zone=site.timezone,
        airflow=AirflowRun(run.dag_id, run.dag_run_id),
        state=state_of(figures.status, figures.stopped_reason),
        direct=direct_words(direct_work(run)),
        is_last=run.run_number + 1 == next_number(session, site.id),
        may_run=may(person, Action.START_RUNS),
        detail=detail,
        stages=stages_of(session, run, detail),
        timeline=timeline_of(session, run),
        failed=failed_items(session, run),
        log=list(reversed(activity.latest(session, run, LOG_LINES))),
        removed_at=run.details_removed_at,
    )


def stages_of(session: Session, run: AutomationRun, detail: RunDetail) -> list[StageView]:
    """The stages of its way."""
    batches = batches_of(session, run)
    none = Batches((), 0)
    return [
        StageView(look(each.figures.number), each, batches.get(each.figures.number, none), detail.run.figures.is_active)
        for each in detail.stages
    ]
