"""A card per stage: of the run that goes on, or of the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from igny8_lib.amounts import Credits
from igny8_lib.pipeline.estimates import Estimate
from igny8_lib.pipeline.progress import Progress, StageProgress
from igny8_lib.pipeline.stages import STAGES, Stage
from igny8_web.pages.states import STAGE_STATES, WAITING, State
from igny8_web.pages.words import credits_, number

ICONS = ("key", "bulb", "tasks", "doc", "pen", "image", "eye")
NAMES = ("Cluster", "Find ideas", "Plan tasks", "Write", "Describe images", "Draw images", "Approve")


@dataclass(frozen=True)
class StageCard:
    """One stage as a card shows it; `share` is a percentage."""

    number: int
    name: str
    icon: str
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


def cards_of_run(progress: Progress) -> list[StageCard]:
    """The stages of a run that goes on."""
    return [card_of_stage(each, now=each.number == progress.current_stage) for each in progress.stages]


def card_of_stage(stage: StageProgress, *, now: bool) -> StageCard:
    """One stage of a run."""
    facts = STAGES[stage.number - 1]
    done = stage.status == "completed"
    figure = number(stage.finished) if done else f"{number(stage.finished)} / {number(stage.total)}"
    made = f"{number(stage.created)} {facts.makes} made" if stage.created else ""
    failed = f"{number(stage.failed)} failed" if stage.failed else ""
    return StageCard(
        stage.number,
        NAMES[stage.number - 1],
        ICONS[stage.number - 1],
        STAGE_STATES.get(stage.status, WAITING),
        figure,
        facts.takes,
        charged(facts, stage.credits),
        100 * stage.share if stage.status != "skipped" else 0,
        stage.reason or ", ".join(part for part in (made, failed) if part),
        now,
    )


def cards_of_estimate(expected: Estimate | None) -> list[StageCard]:
    """The stages of the next run."""
    return [
        StageCard(
            stage.stage,
            NAMES[stage.stage - 1],
            ICONS[stage.stage - 1],
            WAITING,
            number(stage.pending),
            STAGES[stage.stage - 1].takes,
            charged(STAGES[stage.stage - 1], stage.credits, "about "),
            0,
            f"held back by {stage.limited_by}" if stage.limited_by and stage.pending else "",
        )
        for stage in (expected.stages if expected else ())
    ]


def charged(stage: Stage, amount: Credits, about: str = "") -> str:
    """What a stage costs."""
    return f"{about if amount else ''}{credits_(amount)} credits" if stage.operation else "free"
