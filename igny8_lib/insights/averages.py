"""A site's averages, from the figures of its last completed runs. Pure.

A stage is averaged over the runs in which it had work, and known from three of them on, as in the estimate
(pipeline/run_history.py): a run without drafts says nothing of what image prompts cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.insights.figures import RunFigures, StageFigures
from igny8_lib.insights.ratios import as_number, mean_credits, ratio, rounded
from igny8_lib.pipeline.run_history import RUNS_NEEDED
from igny8_lib.pipeline.stages import BY_NUMBER, stage


@dataclass(frozen=True)
class Sums:
    """Figures added up over runs, and their means; a mean of nothing is None."""

    runs: int = 0
    credits: Credits = ZERO
    processed: int = 0
    created: int = 0
    seconds: float = 0.0
    timed_items: int = 0
    """Items that were tried within those seconds."""

    def __add__(self, other: Sums) -> Sums:
        return Sums(**{name: value + vars(other)[name] for name, value in vars(self).items()})

    @property
    def is_known(self) -> bool:
        """Whether enough runs stand behind it."""
        return self.runs >= RUNS_NEEDED

    @property
    def avg_credits(self) -> Credits | None:
        """Per run."""
        return mean_credits(self.credits, self.runs)

    @property
    def avg_credits_per_item(self) -> Credits | None:
        """Per item that went well."""
        return mean_credits(self.credits, self.processed)

    @property
    def avg_created(self) -> Fraction | None:
        """Per run."""
        return ratio(self.created, self.runs)

    @property
    def output_ratio(self) -> Fraction | None:
        """Made per item that went well."""
        return ratio(self.created, self.processed)

    @property
    def avg_seconds(self) -> Fraction | None:
        """Per run."""
        return ratio(self.seconds, self.runs)

    @property
    def seconds_per_item(self) -> Fraction | None:
        """Per item that was tried."""
        return ratio(self.seconds, self.timed_items)


@dataclass(frozen=True)
class Averages:
    """What a run of the site usually takes, makes and costs; `stages` are the seven by number, then linking and
    optimizing."""

    runs_analyzed: int
    whole: Sums
    stages: tuple[Sums, ...]

    @property
    def has_sufficient_data(self) -> bool:
        """Whether at least three runs were looked at."""
        return self.runs_analyzed >= RUNS_NEEDED

    def of(self, number: int) -> Sums | None:
        """The stage's, where they are known."""
        sums = self.stages[number - 1]
        return sums if self.has_sufficient_data and sums.is_known else None

    def as_json(self) -> dict[str, Any]:
        """`historical_averages` of SPEC §7."""
        return {
            "avg_total_credits": as_number(self.whole.avg_credits),
            "avg_duration_seconds": rounded(self.whole.avg_seconds),
            "avg_credits_per_item": as_number(self.whole.avg_credits_per_item),
            "total_runs_analyzed": self.runs_analyzed,
            "has_sufficient_data": self.has_sufficient_data,
            "stages": [stage_json(number, sums) for number, sums in enumerate(self.stages, 1) if is_told(number, sums)],
        }


def is_told(number: int, sums: Sums) -> bool:
    """Whether the stage is one of the seven, or runs have gone through it."""
    return stage(number).is_numbered or sums.runs > 0


def stage_json(number: int, sums: Sums) -> dict[str, Any]:
    """One stage's averages."""
    return {
        "stage_number": number,
        "stage_name": stage(number).title,
        "avg_credits": as_number(sums.avg_credits),
        "avg_items_created": rounded(sums.avg_created, 2),
        "avg_output_ratio": rounded(sums.output_ratio, 3),
        "has_sufficient_data": sums.is_known,
    }


def averages_of(runs: Sequence[RunFigures]) -> Averages:
    """The averages of these runs."""
    return Averages(
        runs_analyzed=len(runs),
        whole=add_up(sums_of_run(run) for run in runs),
        stages=tuple(
            add_up(sums_of_stage(run.of(each.number), run) for run in runs if had_work(run, each.number))
            for each in BY_NUMBER
        ),
    )


def filled_up(known: Averages, defaults: Averages) -> Averages:
    """The averages, with the defaults for whatever too few runs stand behind; all of it below three runs."""
    if not known.has_sufficient_data:
        return replace(defaults, runs_analyzed=known.runs_analyzed)
    pairs = zip(known.stages, defaults.stages, strict=True)
    return replace(known, stages=tuple(mine if mine.is_known else default for mine, default in pairs))


def had_work(run: RunFigures, number: int) -> bool:
    """Whether the run tried items of the stage to the end."""
    return run.of(number).has_ended


def sums_of_run(run: RunFigures) -> Sums:
    """One run."""
    worked = sum(each.worked for each in run.stages)
    return Sums(1, run.credits, run.processed, run.created, run.seconds, worked)


def sums_of_stage(figures: StageFigures, run: RunFigures) -> Sums:
    """One stage of a run; its seconds are left out where the run was paused, which may have been within the stage."""
    sums = Sums(1, figures.credits, figures.processed, figures.created, figures.seconds, figures.worked)
    return replace(sums, seconds=0.0, timed_items=0) if run.paused_seconds else sums


def add_up(each: Iterable[Sums]) -> Sums:
    """The sum; of nothing it is empty."""
    return sum(each, Sums())
