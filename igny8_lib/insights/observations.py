"""What is worth saying of a run, as sentences for people: SPEC §7's `insights[]`. Pure.

Worst first, then in the order of the stages:

    stopped       how the run ended, where it did not simply complete
    limit         what a limit or the credits left over
    stage_failed  a stage that failed, and why
    failed_items  items that failed
    skipped_stage a stage that did not work what waited for it, in a run that went its whole way
    credits       a stage that used over 20 % more or fewer credits than on average
    items         a stage that made over 20 % more or fewer rows than on average
    slow_stage    a stage that took over 20 % longer for each item than on average
    efficiency    the whole run's credits for each item, against the average
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from igny8_lib.insights.averages import Averages, Sums
from igny8_lib.insights.comparison import compare_run, compare_stage
from igny8_lib.insights.figures import RunFigures, StageFigures
from igny8_lib.insights.ratios import ratio, variance_pct
from igny8_lib.models import RunStatus, StageStatus, StoppedReason
from igny8_lib.pipeline.stages import stage
from igny8_lib.text.durations import duration

FLAGGED_PCT = 20
"""A variance beyond it, in either direction, is said (SPEC §7)."""
BETTER_PCT = 5
"""A run this much cheaper for each item than the average is called better; less is chance."""
SLOW_SECONDS = 30
"""A stage that lost less than this is not called slow: of two seconds, one is no news."""


class Severity(StrEnum):
    """How much a sentence matters; `success` is good news."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    SUCCESS = "success"


class InsightType(StrEnum):
    """What a sentence is about; the module's docstring says when each is told."""

    STOPPED = "stopped"
    LIMIT = "limit"
    STAGE_FAILED = "stage_failed"
    FAILED_ITEMS = "failed_items"
    SKIPPED_STAGE = "skipped_stage"
    CREDITS = "credits"
    ITEMS = "items"
    SLOW_STAGE = "slow_stage"
    EFFICIENCY = "efficiency"


@dataclass(frozen=True)
class Insight:
    """One sentence."""

    type: InsightType
    severity: Severity
    message: str

    def as_json(self) -> dict[str, str]:
        """`insights[]` of SPEC §7."""
        return {"type": self.type.value, "severity": self.severity.value, "message": self.message}


STOPS = {
    StoppedReason.NOTHING_PENDING: (InsightType.STOPPED, Severity.INFO),
    StoppedReason.PER_RUN_LIMIT: (InsightType.LIMIT, Severity.INFO),
    StoppedReason.CREDIT_BUDGET: (InsightType.LIMIT, Severity.WARNING),
    StoppedReason.INSUFFICIENT_CREDITS: (InsightType.LIMIT, Severity.WARNING),
    StoppedReason.CANCELLED: (InsightType.STOPPED, Severity.WARNING),
    StoppedReason.SITE_BUSY: (InsightType.STOPPED, Severity.WARNING),
    StoppedReason.PROVIDER_UNAVAILABLE: (InsightType.STOPPED, Severity.ERROR),
    StoppedReason.STAGE_FAILED: (InsightType.STOPPED, Severity.ERROR),
}
"""Every reason but `completed`, which needs no word."""
WENT_THROUGH = (StoppedReason.COMPLETED, StoppedReason.NOTHING_PENDING, StoppedReason.PER_RUN_LIMIT)
"""Ends of a run that came to all its stages."""


def insights_of(run: RunFigures, averages: Averages) -> tuple[Insight, ...]:
    """What there is to say, worst first; a sentence is said once."""
    found = [*why_it_stopped(run)]
    for each in run.stages:
        found += [*failures(each, run), *left_over(each), *skipped(each, run)]
        usual = averages.of(each.number)
        if usual and each.status == StageStatus.COMPLETED:
            found += [*credit_variance(each, averages), *item_variance(each, averages, usual)]
            found += slowness(each, usual, run)
    found += whole_run(run, averages)
    once = {insight.message: insight for insight in found}.values()
    order = list(Severity)
    return tuple(sorted(once, key=lambda insight: order.index(insight.severity)))


def why_it_stopped(run: RunFigures) -> Iterator[Insight]:
    """The run's end in its own sentence, where it is no plain completion."""
    if run.stopped_reason in STOPS:
        kind, severity = STOPS[run.stopped_reason]
        yield Insight(kind, severity, run.sentence or f"The run stopped: {run.stopped_reason.replace('_', ' ')}.")


def failures(figures: StageFigures, run: RunFigures) -> Iterator[Insight]:
    """A stage that failed, and the items that did. A stage that a cancel cut short did not fail."""
    if figures.status == StageStatus.FAILED and run.status != RunStatus.CANCELLED:
        reason = (figures.error or "no reason was recorded").rstrip(".")
        yield Insight(InsightType.STAGE_FAILED, Severity.ERROR, f"{named(figures)} failed: {reason}.")
    if figures.failed:
        told = f"{named(figures)}: {figures.failed:,} of {figures.worked:,} {stage(figures.number).takes} failed."
        yield Insight(InsightType.FAILED_ITEMS, Severity.WARNING, told)


def left_over(figures: StageFigures) -> Iterator[Insight]:
    """What the stage's limit left to the next run."""
    if figures.held_back:
        takes = stage(figures.number).takes
        told = f"{named(figures)}: the limit per run left {figures.held_back:,} of the {takes} for the next one."
        yield Insight(InsightType.LIMIT, Severity.INFO, told)


def skipped(figures: StageFigures, run: RunFigures) -> Iterator[Insight]:
    """Why what waited was not worked; where a stop skipped the stage, the run's own sentence says it."""
    if figures.status == StageStatus.SKIPPED and figures.remaining and run.stopped_reason in WENT_THROUGH:
        told = f"{named(figures)} was skipped: {figures.reason or 'no reason was recorded'}."
        yield Insight(InsightType.SKIPPED_STAGE, Severity.INFO, told)


def credit_variance(figures: StageFigures, averages: Averages) -> Iterator[Insight]:
    """More is a warning where each item got dearer, too, and fewer good news where not less was made."""
    compared = compare_stage(figures, averages)
    pct = compared.credit_variance_pct
    if pct is None or abs(pct) <= FLAGGED_PCT:
        return
    made = compared.items_variance_pct
    told = (
        f"{named(figures)} used {percent(pct)} {'more' if pct > 0 else 'fewer'} credits than on average "
        f"({figures.credits} instead of {compared.avg_credits})"
    )
    if made is not None and (made > FLAGGED_PCT) == (pct > 0) and abs(made) > FLAGGED_PCT:
        told += f", as it made {percent(made)} {'more' if made > 0 else 'fewer'} {stage(figures.number).makes}"
        severity = Severity.INFO
    else:
        severity = Severity.WARNING if pct > 0 else Severity.SUCCESS
    yield Insight(InsightType.CREDITS, severity, f"{told}.")


def item_variance(figures: StageFigures, averages: Averages, usual: Sums) -> Iterator[Insight]:
    """More is good news; fewer is a warning where each item gave less, and else there was less to do."""
    compared = compare_stage(figures, averages)
    pct = compared.items_variance_pct
    if pct is None or compared.avg_items is None or abs(pct) <= FLAGGED_PCT:
        return
    yielded = variance_pct(ratio(figures.created, figures.worked), ratio(usual.created, usual.processed))
    poor = yielded is not None and yielded < -FLAGGED_PCT
    severity = Severity.SUCCESS if pct > 0 else Severity.WARNING if poor else Severity.INFO
    told = (
        f"{named(figures)} made {percent(pct)} {'more' if pct > 0 else 'fewer'} {stage(figures.number).makes} than on "
        f"average ({figures.created:,} instead of {float(compared.avg_items):,.1f})"
    )
    yield Insight(InsightType.ITEMS, severity, f"{told}.")


def slowness(figures: StageFigures, usual: Sums, run: RunFigures) -> Iterator[Insight]:
    """A stage that took longer for each item; not where the run was paused, which may have been within the stage."""
    each, usually = ratio(figures.seconds, figures.worked), usual.seconds_per_item
    pct = variance_pct(each, usually)
    if run.paused_seconds or each is None or usually is None or pct is None or pct <= FLAGGED_PCT:
        return
    if (each - usually) * figures.worked >= SLOW_SECONDS:
        took = f"{duration(figures.seconds)}, {percent(pct)} longer for each item than on average"
        yield Insight(InsightType.SLOW_STAGE, Severity.WARNING, f"{named(figures)} was slow: {took}.")


def whole_run(run: RunFigures, averages: Averages) -> Iterator[Insight]:
    """Whether the run's items cost less than usual, or much more."""
    compared = compare_run(run, averages)
    pct = compared.credits_per_item_variance_pct
    if run.status != RunStatus.COMPLETED or pct is None:
        return
    last = f"the average of the {compared.runs_compared} runs before ({compared.avg_credits_per_item})"
    if pct <= -BETTER_PCT:
        told = f"Better than average: an item cost {percent(pct)} fewer credits than {last}."
        yield Insight(InsightType.EFFICIENCY, Severity.SUCCESS, told)
    elif pct > FLAGGED_PCT:
        told = f"An item cost {percent(pct)} more credits than {last}."
        yield Insight(InsightType.EFFICIENCY, Severity.WARNING, told)


def named(figures: StageFigures) -> str:
    """The stage in a sentence."""
    return stage(figures.number).name


def percent(pct: Fraction) -> str:
    """A variance without its sign: "35 %"."""
    return f"{abs(round(pct)):,} %"
