"""What the page of a run shows, loaded with a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from igny8_lib.insights.figures import RunFigures
from igny8_lib.insights.observations import Severity
from igny8_lib.insights.run_detail import RunDetail, StageDetail, run_detail
from igny8_lib.models import AutomationRun, ItemState, Site, StageItem
from igny8_lib.pipeline.find_run import find_run
from igny8_web.pages.run.timeline import Timeline, timeline_of
from igny8_web.pages.shares import Part, parts_of
from igny8_web.pages.stages import LOOKS, StageLook, look
from igny8_web.pages.states import NOT_REACHED, STAGE_STATES, State, state_of
from igny8_web.pages.words import credits_

FAILED_SHOWN = 100
BADGES = {
    Severity.INFO: State("run", "info", "Worth knowing"),
    Severity.WARNING: State("warn", "alert", "Look"),
    Severity.ERROR: State("bad", "alert", "Failed"),
    Severity.SUCCESS: State("ok", "check", "Better"),
}


@dataclass(frozen=True)
class StageView:
    """One stage with its look and its state."""

    look: StageLook
    state: State
    detail: StageDetail

    @property
    def flow(self) -> Sequence[Part]:
        """What went through and what failed, of all that waited."""
        figures = self.detail.figures
        amounts = (("ok", figures.processed), ("bad", figures.failed), ("f0", figures.remaining + figures.held_back))
        return [part for part in parts_of((kind, kind, "", n) for kind, n in amounts) if part.kind != "f0"]

    @property
    def waited(self) -> int:
        """Items that waited for it when it began, as far as is known."""
        figures = self.detail.figures
        return figures.worked + figures.remaining + figures.held_back


@dataclass(frozen=True)
class FailedItem:
    """An item that could not be done, and why."""

    stage: StageLook
    item_id: int
    reason: str


@dataclass(frozen=True)
class RunView:
    """One run."""

    slug: str
    name: str
    zone: str
    dag_id: str
    dag_run_id: str
    state: State
    detail: RunDetail
    stages: Sequence[StageView]
    timeline: Timeline
    failed: Sequence[FailedItem]

    @property
    def run(self) -> RunFigures:
        """Its figures."""
        return self.detail.run.figures

    @property
    def credit_parts(self) -> list[Part]:
        """Where its credits went."""
        paid = [stage for stage in self.stages if stage.look.facts.operation]
        return parts_of(
            (stage.look.colour, stage.look.name, credits_(spent), spent.hundredths)
            for stage in paid
            for spent in [stage.detail.figures.credits]
        )

    @property
    def failures(self) -> int:
        """Items that failed, in all stages."""
        return sum(stage.detail.figures.failed for stage in self.stages)

    @property
    def observations(self) -> list[tuple[State, str]]:
        """What is worth knowing, each with its badge."""
        return [(BADGES[insight.severity], insight.message) for insight in self.detail.insights]


def view_of(session: Session, site: Site, named: str) -> RunView:
    """The run of that name or number. Raises NotFound."""
    run = find_run(session, site, named)
    detail = run_detail(session, site, run.run_id)
    figures = detail.run.figures
    return RunView(
        slug=site.slug,
        name=site.name,
        zone=site.timezone,
        dag_id=run.dag_id,
        dag_run_id=run.dag_run_id,
        state=state_of(figures.status, figures.stopped_reason),
        detail=detail,
        stages=[
            StageView(seen, STAGE_STATES.get(stage.figures.status, NOT_REACHED), stage)
            for seen, stage in zip(LOOKS, detail.stages, strict=True)
        ],
        timeline=timeline_of(session, run),
        failed=failed_items(session, run),
    )


def failed_items(session: Session, run: AutomationRun) -> list[FailedItem]:
    """The first of the run's failed items, in the order of their stages; one statement."""
    query = (
        select(StageItem.stage, StageItem.item_id, StageItem.error)
        .where(StageItem.run_id == run.id, StageItem.site_id == run.site_id, StageItem.state == ItemState.FAILED)
        .order_by(StageItem.stage, StageItem.position)
        .limit(FAILED_SHOWN)
    )
    return [FailedItem(look(number), item, reason or "") for number, item, reason in session.execute(query)]
