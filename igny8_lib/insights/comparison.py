"""How much a run, and each of its stages, gave for time and credits, and how that differs from the averages. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from igny8_lib.amounts import HUNDREDTHS, Credits
from igny8_lib.insights.averages import Averages
from igny8_lib.insights.figures import RunFigures, StageFigures
from igny8_lib.insights.ratios import as_number, mean_credits, ratio, rounded, variance_pct

SECONDS_PER_MINUTE = 60
SHORTEST = 1
"""Seconds from which a pace says something."""


@dataclass(frozen=True)
class StageComparison:
    """A stage against its averages; everything is None where one of the two is not known."""

    avg_credits: Credits | None = None
    avg_items: Fraction | None = None
    """Rows that it makes."""
    credit_variance_pct: Fraction | None = None
    items_variance_pct: Fraction | None = None

    def as_json(self) -> dict[str, Any]:
        """`comparison` of SPEC §7."""
        return {
            "historical_avg_credits": as_number(self.avg_credits),
            "historical_avg_items": rounded(self.avg_items, 2),
            "credit_variance_pct": rounded(self.credit_variance_pct),
            "items_variance_pct": rounded(self.items_variance_pct),
        }


def compare_stage(figures: StageFigures, averages: Averages) -> StageComparison:
    """A stage that had work against the site's averages, one that runs against nothing yet."""
    usual = averages.of(figures.number)
    if usual is None:
        return StageComparison()
    known = StageComparison(usual.avg_credits, usual.avg_created)
    if not figures.has_ended:
        return known
    return StageComparison(
        known.avg_credits,
        known.avg_items,
        variance_pct(figures.credits.hundredths, mean(usual.credits, usual.runs)),
        variance_pct(figures.created, usual.avg_created),
    )


@dataclass(frozen=True)
class Efficiency:
    """What a run gave for its credits and its time. An item is one that went well, in whichever stage."""

    credits_per_item: Credits | None
    items_per_minute: Fraction | None
    credits_per_minute: Fraction | None

    def as_json(self) -> dict[str, Any]:
        """`efficiency` of SPEC §7."""
        return {
            "credits_per_item": as_number(self.credits_per_item),
            "items_per_minute": rounded(self.items_per_minute, 2),
            "credits_per_minute": rounded(self.credits_per_minute, 2),
        }


def efficiency_of(run: RunFigures) -> Efficiency:
    """The run's, so far; pauses are no time of it, and a run of less than a second has no pace."""
    minutes = Fraction(run.seconds) / SECONDS_PER_MINUTE if run.seconds >= SHORTEST else 0
    return Efficiency(
        mean_credits(run.credits, run.processed),
        ratio(run.processed, minutes),
        ratio(run.credits.hundredths, minutes * HUNDREDTHS),
    )


@dataclass(frozen=True)
class HistoricalComparison:
    """A whole run against the runs before it; variances are None while it goes on, and where either is unknown."""

    runs_compared: int
    has_sufficient_data: bool
    avg_total_credits: Credits | None = None
    avg_duration_seconds: Fraction | None = None
    avg_credits_per_item: Credits | None = None
    credit_variance_pct: Fraction | None = None
    duration_variance_pct: Fraction | None = None
    credits_per_item_variance_pct: Fraction | None = None

    def as_json(self) -> dict[str, Any]:
        """`historical_comparison` of SPEC §7."""
        return {
            "runs_compared": self.runs_compared,
            "has_sufficient_data": self.has_sufficient_data,
            "avg_total_credits": as_number(self.avg_total_credits),
            "avg_duration_seconds": rounded(self.avg_duration_seconds),
            "avg_credits_per_item": as_number(self.avg_credits_per_item),
            "credit_variance_pct": rounded(self.credit_variance_pct),
            "duration_variance_pct": rounded(self.duration_variance_pct),
            "credits_per_item_variance_pct": rounded(self.credits_per_item_variance_pct),
        }


def compare_run(run: RunFigures, averages: Averages) -> HistoricalComparison:
    """A run that has ended and worked against the site's averages."""
    if not averages.has_sufficient_data:
        return HistoricalComparison(averages.runs_analyzed, has_sufficient_data=False)
    usual = averages.whole
    comparable = not run.is_active and any(each.worked for each in run.stages)
    return HistoricalComparison(
        runs_compared=averages.runs_analyzed,
        has_sufficient_data=True,
        avg_total_credits=usual.avg_credits,
        avg_duration_seconds=usual.avg_seconds,
        avg_credits_per_item=usual.avg_credits_per_item,
        credit_variance_pct=variance_pct(
            run.credits.hundredths if comparable else None, mean(usual.credits, usual.runs)
        ),
        duration_variance_pct=variance_pct(run.seconds if comparable else None, usual.avg_seconds),
        credits_per_item_variance_pct=variance_pct(
            mean(run.credits, run.processed) if comparable else None, mean(usual.credits, usual.processed)
        ),
    )


def mean(total: Credits, number: int) -> Fraction | None:
    """Hundredths of a credit for each of so many, unrounded."""
    return ratio(total.hundredths, number)
