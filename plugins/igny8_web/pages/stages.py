"""The stages as pages call, draw and colour them: the seven, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from igny8_lib.amounts import Credits
from igny8_lib.pipeline.stages import LINK, OPTIMIZE, Stage, stage
from igny8_web.pages.states import NOT_REACHED, STAGE_STATES, State
from igny8_web.pages.words import credits_

Marks = Sequence[tuple[str, State]]
"""Name and state of each of a run's stages."""


@dataclass(frozen=True)
class StageLook:
    """How a stage is shown; the colour is that of its operation on every page."""

    number: int
    name: str
    icon: str
    colour: str

    @property
    def facts(self) -> Stage:
        """What it takes and makes."""
        return stage(self.number)

    @property
    def title(self) -> str:
        """What lists call it: "4 Write"."""
        return f"{self.number} {self.name}" if self.facts.is_numbered else self.name

    @property
    def place(self) -> str:
        """Where it stands on a run's way."""
        return f"Stage {self.number}" if self.facts.is_numbered else "After stage 6"

    def price(self, amount: Credits, about: str = "") -> str:
        """What it costs, or that it is free."""
        return f"{about if amount else ''}{credits_(amount)} credits" if self.facts.operation else "free"


LOOKS = (
    StageLook(1, "Cluster", "key", "f1"),
    StageLook(2, "Find ideas", "bulb", "f2"),
    StageLook(3, "Plan tasks", "tasks", "f6"),
    StageLook(4, "Write", "doc", "f3"),
    StageLook(5, "Describe images", "pen", "f4"),
    StageLook(6, "Draw images", "image", "f5"),
    StageLook(7, "Approve", "eye", "f6"),
)


BESIDE = (
    StageLook(LINK.number, "Link", "link", "f6"),
    StageLook(OPTIMIZE.number, "Optimize", "up", "f6"),
)
"""What is no numbered stage; in the order of a run's way, after drawing images."""


def look(number: int) -> StageLook:
    """The look of a stage by its number or key."""
    return (*LOOKS, *BESIDE)[number - 1]


def marks(statuses: Iterable[tuple[int, str]]) -> Marks:
    """The stages of a run by their numbers and statuses, in order."""
    return [(look(number).name, STAGE_STATES.get(status, NOT_REACHED)) for number, status in statuses]
