"""A card per stage: of the run that goes on, or of the next one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from igny8_lib.pipeline.estimates import Estimate
from igny8_lib.pipeline.progress import Progress, StageProgress
from igny8_web.pages.stages import look
from igny8_web.pages.states import STAGE_STATES, WAITING, State
from igny8_web.pages.words import number


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
    seen = look(stage.number)
    done = stage.status == "completed"
    figure = number(stage.finished) if done else f"{number(stage.finished)} / {number(stage.total)}"
    made = f"{number(stage.created)} {seen.facts.makes} made" if stage.created else ""
    failed = f"{number(stage.failed)} failed" if stage.failed else ""
    return StageCard(
        stage.number,
        seen.name,
        seen.icon,
        STAGE_STATES.get(stage.status, WAITING),
        figure,
        seen.facts.takes,
        seen.price(stage.credits),
        100 * stage.share if stage.status != "skipped" else 0,
        stage.reason or ", ".join(part for part in (made, failed) if part),
        now,
    )


def cards_of_estimate(expected: Estimate | None) -> list[StageCard]:
    """The stages of the next run."""
    return [
        StageCard(
            stage.stage,
            look(stage.stage).name,
            look(stage.stage).icon,
            WAITING,
            number(stage.pending),
            look(stage.stage).facts.takes,
            look(stage.stage).price(stage.credits, "about "),
            0,
            f"held back by {stage.limited_by}" if stage.limited_by and stage.pending else "",
        )
        for stage in (expected.stages if expected else ())
    ]
