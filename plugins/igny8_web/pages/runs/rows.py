"""A row per run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from igny8_lib.insights.figures import RunFigures
from igny8_lib.insights.history import HistoryPage
from igny8_lib.models import RunStatus
from igny8_web.pages.stages import LOOKS
from igny8_web.pages.states import NOT_REACHED, STAGE_STATES, State, state_of
from igny8_web.pages.tables import choices

FILTERS = choices([("", "All"), *((status.value, status.value.capitalize()) for status in RunStatus)])


@dataclass(frozen=True)
class RunRow:
    """One run of the table."""

    figures: RunFigures
    state: State
    stages: Sequence[tuple[str, State]]
    """Name and state of each stage."""

    @property
    def articles(self) -> int:
        """Articles that it wrote."""
        return self.figures.stages[3].created


def rows_of(page: HistoryPage) -> list[RunRow]:
    """The rows of a page."""
    return [row_of(run.figures) for run in page.runs]


def row_of(figures: RunFigures) -> RunRow:
    """One row."""
    stages = [
        (look.name, STAGE_STATES.get(stage.status, NOT_REACHED))
        for look, stage in zip(LOOKS, figures.stages, strict=True)
    ]
    return RunRow(figures, state_of(figures.status, figures.stopped_reason), stages)
