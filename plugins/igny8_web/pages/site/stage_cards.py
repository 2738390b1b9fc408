"""A card per stage: of the run that goes on, or of the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from igny8_lib.insights.run_figures import let_through
from igny8_lib.models import AutomationRun, RunStatus
from igny8_lib.pipeline.estimates import Estimate, StageEstimate
from igny8_lib.pipeline.progress import Progress, StageProgress
from igny8_lib.pipeline.stages import GATE
from igny8_web.pages.held_back import BOUNDS, in_words
from igny8_web.pages.stages import StageLook, look
from igny8_web.pages.states import PAUSED, STAGE_STATES, WAITING, State
from igny8_web.pages.words import number


@dataclass(frozen=True)
class StageCard:
    """One stage as a card shows it; `share` is a percentage."""

    look: StageLook
    state: State
    figure: str
    unit: str
    credits: str
    share: float
    note: str
    now: bool = False

    @property
    def bar(self) -> Sequence[dict[str, object]]:
        """The card's bar."""
        kind = "bad" if self.state.kind == "bad" else "run" if self.now else "ok"
        return [{"kind": kind, "start": 0.0, "width": self.share}] if self.share else []


def cards_of_run(run: AutomationRun, progress: Progress) -> list[StageCard]:
    """The stages of a run that goes on."""
    return [
        waiting_card(run, each)
        if each.status == "waiting"
        else card_of_stage(each, now=each.number == progress.current_stage, paused=run.status is RunStatus.PAUSED)
        for each in progress.stages
    ]


def card_of_stage(stage: StageProgress, *, now: bool, paused: bool) -> StageCard:
    """A stage that the run has come to."""
    seen = look(stage.number)
    whole = stage.status == "completed" and not stage.remaining
    return StageCard(
        seen,
        PAUSED if paused and stage.status == "running" else STAGE_STATES[stage.status],
        number(stage.finished) if whole else f"{number(stage.finished)} / {number(stage.total)}",
        seen.facts.takes,
        seen.price(stage.credits),
        100 * stage.share if stage.status != "skipped" else 0,
        stage.reason or note_on(stage, seen),
        now,
    )


def note_on(stage: StageProgress, seen: StageLook) -> str:
    """What it made, what failed, what is left for a later run."""
    parts = [
        f"{number(stage.created)} {seen.facts.makes}" if stage.created else "",
        f"{number(stage.failed)} failed" if stage.failed else "",
        f"{number(stage.held_back)} left for a later run" if stage.held_back else "",
    ]
    return ", ".join(part for part in parts if part)


def waiting_card(run: AutomationRun, stage: StageProgress) -> StageCard:
    """A stage that the run has still to come to: what waited for it when the run began, and what is made meanwhile."""
    seen = look(stage.number)
    expected = let_through(run.initial_snapshot, seen.facts)
    before = stage.number - 1 if seen.facts.is_numbered else GATE.number - 1
    earlier = f"and what stage {before} makes" if before else ""
    return StageCard(seen, WAITING, number(expected), seen.facts.takes, "", 0, earlier)


def cards_of_estimate(expected: Estimate | None) -> list[StageCard]:
    """The stages of the next run."""
    return [card_of_estimate(stage) for stage in (expected.stages if expected else ())]


def card_of_estimate(stage: StageEstimate) -> StageCard:
    """What the next run would take of what waits for the stage by then."""
    seen, left = look(stage.stage), stage.pending - stage.let_through
    unapproved = f"{number(stage.unapproved)} wait for approval" if stage.unapproved else ""
    why = f" by {in_words(stage.limited_by)}" if stage.limited_by in BOUNDS else f": {in_words(stage.limited_by)}"
    held = f"{number(left)} held back{why}" if left and stage.limited_by else ""
    figure = f"{number(stage.let_through)} / {number(stage.pending)}" if left else number(stage.pending)
    note = unapproved or held or ("" if stage.pending else "nothing waits")
    return StageCard(seen, WAITING, figure, seen.facts.takes, seen.price(stage.credits, "about "), 0, note)
