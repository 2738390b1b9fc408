import json
import math

from hypothesis import given

from igny8_lib.amounts import Credits
from igny8_lib.insights.averages import averages_of
from igny8_lib.insights.comparison import compare_run, compare_stage, efficiency_of
from igny8_lib.insights.figures import RunFigures, StageFigures
from igny8_lib.models import RunStatus
from tests.lib.insights.made import past_runs, run_figures, run_of, stage_of, usual_runs

ARTICLES = stage_of(4, 10, 10, credits=Credits.of(20), seconds=100.0)
USUAL = averages_of(usual_runs(4, ARTICLES))


def test_a_stage_is_compared_by_its_credits_and_by_what_it_made() -> None:
    compared = compare_stage(stage_of(4, 13, 12, credits=Credits.of(27)), USUAL).as_json()
    assert compared == {
        "historical_avg_credits": 20,
        "historical_avg_items": 10,
        "credit_variance_pct": 35,
        "items_variance_pct": 20,
    }


def test_a_stage_that_runs_or_had_no_work_differs_from_nothing() -> None:
    for status in ("running", "skipped", "not_reached"):
        compared = compare_stage(StageFigures(4, status), USUAL)
        assert (compared.avg_credits, compared.credit_variance_pct) == (Credits.of(20), None)


def test_without_three_runs_nothing_is_compared() -> None:
    few = averages_of(usual_runs(2, ARTICLES))
    assert set(compare_stage(ARTICLES, few).as_json().values()) == {None}
    assert compare_run(run_of({4: ARTICLES}), few).has_sufficient_data is False


def test_efficiency_counts_the_items_that_went_well_and_the_time_without_pauses() -> None:
    run = run_of({4: stage_of(4, 10, 10, failed=5, credits=Credits.of(20), seconds=120.0)}, paused_seconds=9000.0)
    assert efficiency_of(run).as_json() == {"credits_per_item": 2, "items_per_minute": 5, "credits_per_minute": 10}


def test_an_empty_run_has_no_efficiency() -> None:
    assert set(efficiency_of(run_of()).as_json().values()) == {None}
    quick = efficiency_of(run_of({4: stage_of(4, 1, 1, seconds=0.01)}))
    assert (quick.credits_per_item, quick.items_per_minute) == (Credits(0), None), (
        "nor has a hundredth of a second a pace"
    )


def test_a_run_of_seven_hours_is_compared_like_any_other() -> None:
    long = run_of({4: stage_of(4, 20_000, 20_000, credits=Credits.of(40_000), seconds=7 * 3600.0)})
    assert efficiency_of(long).as_json()["items_per_minute"] == 47.62
    compared = compare_run(long, USUAL)
    assert (compared.duration_variance_pct, compared.credits_per_item_variance_pct) == (25_100, 0)


def test_a_run_that_goes_on_is_not_compared_yet() -> None:
    running = run_of({4: ARTICLES}, status=RunStatus.RUNNING, completed_at=None, stopped_reason=None)
    assert compare_run(running, USUAL).credit_variance_pct is None
    assert compare_run(running, USUAL).avg_total_credits == Credits.of(20)


@given(run=run_figures(), before=past_runs())
def test_nothing_is_divided_by_zero_and_every_figure_is_a_json_number(
    run: RunFigures, before: list[RunFigures]
) -> None:
    averages = averages_of(before)
    documents = [efficiency_of(run).as_json(), compare_run(run, averages).as_json()]
    documents += [compare_stage(stage, averages).as_json() for stage in run.stages]
    for document in documents:
        json.dumps(document, allow_nan=False)
        assert all(value is None or math.isfinite(value) for value in document.values())


@given(run=run_figures())
def test_what_remains_of_a_stage_is_never_negative(run: RunFigures) -> None:
    assert all(stage.remaining >= 0 for stage in run.stages)
    assert len(run.as_json()["stage_statuses"]) == 7
