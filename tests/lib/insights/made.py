"""Figures as tests think of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from hypothesis import strategies as st

from igny8_lib.amounts import Credits
from igny8_lib.insights.figures import NOT_REACHED, WAITING, RunFigures, StageFigures
from igny8_lib.models import ACTIVE_RUN, RunStatus, StageStatus, StoppedReason
from igny8_lib.pipeline.stages import STAGES

BEGAN = datetime(2026, 1, 13, 2, tzinfo=UTC)


def stage_of(number: int, processed: int = 0, created: int = 0, **more: object) -> StageFigures:
    """A stage that completed."""
    values = {"status": StageStatus.COMPLETED.value, "total": processed, "processed": processed, "created": created}
    return StageFigures(number=number, **values | more)  # type: ignore[arg-type]


def run_of(stages: Mapping[int, StageFigures] | None = None, **more: object) -> RunFigures:
    """A completed run with these stages, the others not reached; its credits are theirs."""
    given = stages or {}
    each = tuple(given.get(stage.number, StageFigures(stage.number)) for stage in STAGES)
    values: dict[str, object] = {
        "run_id": "run_1",
        "run_number": 1,
        "title": "site.example #1",
        "status": RunStatus.COMPLETED,
        "trigger": "manual",
        "started_at": BEGAN,
        "completed_at": BEGAN,
        "credits": Credits.total(stage.credits for stage in each),
        "seconds": sum(stage.seconds for stage in each),
        "stages": each,
        "stopped_reason": StoppedReason.COMPLETED,
        "sentence": "Everything pending was worked.",
    }
    return RunFigures(**values | more)  # type: ignore[arg-type]


def usual_runs(number: int, stage: StageFigures) -> Sequence[RunFigures]:
    """So many runs that all had this one stage."""
    return [run_of({stage.number: stage})] * number


counts = st.integers(0, 10**6)
seconds = st.integers(0, 10**12).map(lambda microseconds: microseconds / 10**6)
"""As exact as clocks and the database are."""


@st.composite
def stage_figures(draw: st.DrawFn, number: int) -> StageFigures:
    processed, failed = draw(counts), draw(counts)
    return StageFigures(
        number=number,
        status=draw(st.sampled_from([*(status.value for status in StageStatus), WAITING, NOT_REACHED])),
        total=processed + failed + draw(counts),
        processed=processed,
        created=draw(counts),
        failed=failed,
        expected=draw(counts),
        held_back=draw(counts),
        credits=Credits(draw(counts)),
        seconds=draw(seconds),
        error=draw(st.one_of(st.none(), st.just("the provider is away."))),
    )


@st.composite
def past_runs(draw: st.DrawFn) -> list[RunFigures]:
    """Some runs, each with one stage that is anything, and a second one that is usual."""
    drawn = draw(st.lists(st.integers(1, 7).flatmap(stage_figures), max_size=5))
    usual = stage_of(4, 10, 10, credits=Credits.of(20), seconds=100.0)
    return [run_of({4: usual} | {stage.number: stage}) for stage in drawn]


@st.composite
def run_figures(draw: st.DrawFn) -> RunFigures:
    """Any run, of no time and of days; up to three of its stages are anything."""
    status = draw(st.sampled_from(RunStatus))
    active = status in ACTIVE_RUN
    drawn = {number: draw(stage_figures(number)) for number in draw(st.sets(st.integers(1, 7), max_size=3))}
    return RunFigures(
        run_id="run_1",
        run_number=1,
        title="site.example #1",
        status=status,
        trigger="manual",
        started_at=BEGAN,
        completed_at=None if active else BEGAN,
        seconds=draw(seconds),
        paused_seconds=draw(seconds),
        credits=Credits(draw(counts)),
        stopped_reason=None if active else draw(st.sampled_from(StoppedReason)),
        sentence=draw(st.sampled_from(["", "It stopped."])),
        stages=tuple(drawn.get(stage.number, StageFigures(stage.number)) for stage in STAGES),
    )
