"""One run of a site in detail: its stages against the averages, what it gave, and what is worth saying of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from igny8_lib.insights.averages import averages_of
from igny8_lib.insights.comparison import (
    Efficiency,
    HistoricalComparison,
    StageComparison,
    compare_run,
    compare_stage,
    efficiency_of,
)
from igny8_lib.insights.figures import RunFigures, StageFigures
from igny8_lib.insights.observations import Insight, insights_of
from igny8_lib.insights.run_figures import figures_of, last_figures
from igny8_lib.models import AutomationRun, Site
from igny8_lib.pipeline.find_run import find_run
from igny8_lib.pipeline.run_view import direct_work


@dataclass(frozen=True)
class RunFacts:
    """The run, and what its record tells beside its figures."""

    figures: RunFigures
    triggered_by: str
    dry_run: bool
    direct: dict[str, int] | None
    """Of a run on chosen items its stage and their number."""
    initial_snapshot: dict[str, Any]

    @classmethod
    def of(cls, run: AutomationRun, figures: RunFigures) -> RunFacts:
        """Of the record and its figures."""
        return cls(figures, run.triggered_by, run.dry_run, direct_work(run), run.initial_snapshot)

    def as_json(self) -> dict[str, Any]:
        """A run as `history` shows it, and more of it."""
        return self.figures.as_json() | {
            "triggered_by": self.triggered_by,
            "dry_run": self.dry_run,
            "direct": self.direct,
            "paused_seconds": round(self.figures.paused_seconds, 1),
            "sentence": self.figures.sentence,
            "initial_snapshot": self.initial_snapshot,
        }


@dataclass(frozen=True)
class StageDetail:
    """A stage and how it compares."""

    figures: StageFigures
    comparison: StageComparison

    def as_json(self) -> dict[str, Any]:
        """`stages[]` of `run_detail` in SPEC §7."""
        figures = self.figures
        return {
            "stage_number": figures.number,
            "stage_name": figures.title,
            "status": figures.status,
            "credits_used": figures.credits.as_number(),
            "items_processed": figures.processed,
            "items_created": figures.created,
            "items_failed": figures.failed,
            "items_remaining": figures.remaining,
            "duration_seconds": round(figures.seconds, 1),
            "error": figures.error,
            "reason": figures.reason,
            "comparison": self.comparison.as_json(),
        }


@dataclass(frozen=True)
class RunDetail:
    """The whole answer; `stages` are those of the run's way in order."""

    run: RunFacts
    stages: tuple[StageDetail, ...]
    efficiency: Efficiency
    insights: tuple[Insight, ...]
    historical_comparison: HistoricalComparison

    def as_json(self) -> dict[str, Any]:
        """The answer of `run_detail` in SPEC §7."""
        return {
            "run": self.run.as_json(),
            "stages": [stage.as_json() for stage in self.stages],
            "efficiency": self.efficiency.as_json(),
            "insights": [insight.as_json() for insight in self.insights],
            "historical_comparison": self.historical_comparison.as_json(),
        }


def run_detail(session: Session, site: Site, run_id: str) -> RunDetail:
    """The site's run of this name or number in detail; compared with the ten worked runs that began before it, so that
    what was said of a run stays true.

    Four statements, three more where it is active. Raises NotFound, also for another site's run.
    """
    run = find_run(session, site, run_id)
    (figures,) = figures_of(session, site, [run])
    averages = averages_of(last_figures(session, site, before=run.started_at))
    return RunDetail(
        run=RunFacts.of(run, figures),
        stages=tuple(StageDetail(each, compare_stage(each, averages)) for each in figures.stages),
        efficiency=efficiency_of(figures),
        insights=insights_of(figures, averages),
        historical_comparison=compare_run(figures, averages),
    )
