import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from igny8_lib.amounts import Credits
from igny8_lib.insights.averages import Averages, Sums, averages_of, filled_up
from igny8_lib.insights.figures import RunFigures
from igny8_lib.insights.ratios import mean_credits, ratio, rounded, variance_pct
from tests.lib.insights.made import past_runs, run_of, stage_of, usual_runs

SEVEN = (Sums(1, Credits.of(1), 1, 1, 60.0, 1),) * 7
DEFAULTS = Averages(0, Sums(1, Credits.of(9), 3, 2, 60.0, 3), (*SEVEN, Sums(), Sums()))


def test_a_mean_of_nothing_is_unknown_and_not_zero() -> None:
    assert (ratio(3, 0), variance_pct(3, 0), variance_pct(None, 3), mean_credits(Credits(3), 0)) == (None,) * 4
    assert rounded(None) is None
    assert averages_of([]).whole.avg_credits is None


def test_a_variance_is_percent_of_the_average() -> None:
    assert variance_pct(27, 20) == 35
    assert variance_pct(15, 20) == -25
    assert variance_pct(20, 20) == 0


def test_a_run_is_averaged_over_runs_and_a_stage_over_the_runs_in_which_it_had_work() -> None:
    with_images = run_of({6: stage_of(6, 4, 4, credits=Credits.of(4), seconds=40.0)})
    without = run_of({4: stage_of(4, 1, 1, credits=Credits.of(2), seconds=20.0)})
    found = averages_of([with_images, without, without])
    assert (found.runs_analyzed, found.has_sufficient_data) == (3, True)
    assert found.whole.avg_credits == Credits(267), "8 credits of three runs"
    assert found.stages[5] == Sums(1, Credits.of(4), 4, 4, 40.0, 4)
    assert found.stages[3].avg_seconds == 20
    assert found.of(6) is None, "one run says too little"
    assert found.stages[0] == Sums()


def test_a_stage_that_was_skipped_or_still_runs_is_no_part_of_an_average() -> None:
    running = run_of({4: stage_of(4, 5, 5, status="running")})
    skipped = run_of({4: stage_of(4, status="skipped")})
    assert averages_of([running, skipped]).stages[3] == Sums()


def test_seconds_of_a_paused_run_say_nothing_of_its_stages() -> None:
    stage = stage_of(4, 2, 2, seconds=3600.0)
    paused = replace(run_of({4: stage}), paused_seconds=3000.0)
    found = averages_of([paused, run_of({4: replace(stage, seconds=20.0)})])
    assert found.stages[3].seconds_per_item == 10
    assert found.stages[3].processed == 4


@pytest.mark.parametrize(("runs", "sufficient"), [(0, False), (2, False), (3, True), (10, True)])
def test_below_three_runs_the_defaults_hold_and_it_is_said(runs: int, *, sufficient: bool) -> None:
    known = averages_of(usual_runs(runs, stage_of(4, 10, 10, credits=Credits.of(30))))
    document = filled_up(known, DEFAULTS).as_json()
    assert (document["has_sufficient_data"], document["total_runs_analyzed"]) == (sufficient, runs)
    assert document["avg_total_credits"] == (30 if sufficient else 9)
    assert document["stages"][3]["avg_credits"] == (30 if sufficient else 1)
    assert document["stages"][0]["avg_credits"] == 1, "a stage without runs keeps its default"


@given(past_runs())
def test_averages_of_any_runs_are_json_numbers_between_their_extremes(runs: list[RunFigures]) -> None:
    found = averages_of(runs)
    document = filled_up(found, DEFAULTS).as_json()
    json.dumps(document, allow_nan=False)
    assert len(document["stages"]) == 7
    assert all(value is not None for value in (document["avg_total_credits"], document["avg_duration_seconds"]))
    if runs:
        mean = Fraction(found.whole.credits.hundredths, len(runs))
        assert min(run.credits.hundredths for run in runs) <= mean <= max(run.credits.hundredths for run in runs)


@given(past_runs(), past_runs())
def test_averages_add_up_whatever_the_order(some: list[RunFigures], others: list[RunFigures]) -> None:
    both, turned = averages_of([*some, *others]), averages_of([*others, *some])
    assert both.whole.credits == turned.whole.credits
    assert [each.created for each in both.stages] == [each.created for each in turned.stages]
    assert both.whole.runs == averages_of(some).whole.runs + averages_of(others).whole.runs
