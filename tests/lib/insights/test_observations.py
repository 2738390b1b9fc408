from dataclasses import replace

import pytest
from hypothesis import given

from igny8_lib.amounts import Credits
from igny8_lib.insights.averages import averages_of
from igny8_lib.insights.figures import RunFigures, StageFigures
from igny8_lib.insights.observations import Insight, InsightType, Severity, insights_of
from igny8_lib.models import RunStatus, StoppedReason
from tests.lib.insights.made import past_runs, run_figures, run_of, stage_of, usual_runs

ARTICLES = stage_of(4, 10, 10, credits=Credits.of(20), seconds=100.0)
USUAL = averages_of(usual_runs(4, ARTICLES))


def said(run: RunFigures, kind: InsightType | None = None) -> list[tuple[Severity, str]]:
    return [(each.severity, each.message) for each in insights_of(run, USUAL) if kind in (None, each.type)]


def of_stage(stage: StageFigures, kind: InsightType) -> list[tuple[Severity, str]]:
    return said(run_of({stage.number: stage}), kind)


def test_a_usual_run_needs_no_word() -> None:
    assert said(run_of({4: ARTICLES})) == []


@pytest.mark.parametrize(("credits_used", "flagged"), [(24, 0), ("24.01", 1), (16, 0), ("15.99", 1)])
def test_a_variance_is_flagged_beyond_twenty_percent_only(credits_used: int | str, flagged: int) -> None:
    stage = replace(ARTICLES, credits=Credits.of(credits_used))
    assert len(of_stage(stage, InsightType.CREDITS)) == flagged


def test_more_credits_for_as_many_articles_is_a_warning_and_names_both_figures() -> None:
    assert of_stage(replace(ARTICLES, credits=Credits.of(27)), InsightType.CREDITS) == [
        (
            Severity.WARNING,
            "Stage 4 (Tasks → Content) used 35 % more credits than on average (27 instead of 20).",
        )
    ]


def test_more_credits_for_more_articles_is_no_warning() -> None:
    more = stage_of(4, 13, 13, credits=Credits.of(27), seconds=130.0)
    ((severity, message),) = of_stage(more, InsightType.CREDITS)
    assert (severity, message.endswith("(27 instead of 20), as it made 30 % more articles.")) == (Severity.INFO, True)
    ((severity, message),) = of_stage(more, InsightType.ITEMS)
    assert (severity, message) == (
        Severity.SUCCESS,
        "Stage 4 (Tasks → Content) made 30 % more articles than on average (13 instead of 10.0).",
    )


def test_fewer_credits_for_as_many_articles_is_better_than_average() -> None:
    found = said(run_of({4: replace(ARTICLES, credits=Credits.of(10))}))
    assert [severity for severity, _ in found] == [Severity.SUCCESS, Severity.SUCCESS]
    assert any(message.startswith("Better than average: an item cost 50 % fewer credits") for _, message in found)


def test_fewer_rows_are_a_warning_only_where_each_item_gave_less() -> None:
    less_to_do = stage_of(4, 5, 5, credits=Credits.of(10))
    poor = stage_of(4, 5, 5, failed=5, total=10, credits=Credits.of(10))
    assert of_stage(less_to_do, InsightType.ITEMS)[0][0] == Severity.INFO
    assert of_stage(poor, InsightType.ITEMS)[0][0] == Severity.WARNING


def test_items_that_failed_and_stages_that_did_are_said_once_each() -> None:
    reason = "Stage 6 (Image prompts → Images) failed: 6 of 10 items failed, most often: refused."
    stage = stage_of(
        6, 4, 4, failed=6, total=10, status="failed", error="6 of 10 items failed, most often: refused"
    )  # fmt: skip - one stage, one thing
    run = run_of(
        {6: stage}, status=RunStatus.FAILED, stopped_reason=StoppedReason.STAGE_FAILED, sentence=reason
    )  # fmt: skip - one run, one thing
    assert said(run) == [
        (Severity.ERROR, reason),
        (Severity.WARNING, "Stage 6 (Image prompts → Images): 6 of 10 image prompts failed."),
    ]


@pytest.mark.parametrize(
    ("reason", "severity"),
    [
        (StoppedReason.PER_RUN_LIMIT, Severity.INFO),
        (StoppedReason.CREDIT_BUDGET, Severity.WARNING),
        (StoppedReason.INSUFFICIENT_CREDITS, Severity.WARNING),
    ],
)
def test_the_limit_that_stopped_a_run_is_said_in_the_runs_own_sentence(
    reason: StoppedReason, severity: Severity
) -> None:
    run = run_of({4: ARTICLES}, stopped_reason=reason, sentence="Credits ran out.")
    assert said(run, InsightType.LIMIT) == [(severity, "Credits ran out.")]
    assert said(replace(run, sentence=""), InsightType.LIMIT)[0][1].startswith("The run stopped: ")


def test_what_a_limit_left_to_the_next_run_is_told() -> None:
    ((severity, message),) = of_stage(replace(ARTICLES, held_back=1200), InsightType.LIMIT)
    assert severity == Severity.INFO
    assert message == "Stage 4 (Tasks → Content): the limit per run left 1,200 of the tasks for the next one."


def test_a_stage_that_a_stop_skipped_is_told_by_the_stop_alone() -> None:
    skipped = StageFigures(4, "skipped", expected=7, reason="the run is ending: credits ran out")
    assert len(of_stage(skipped, InsightType.SKIPPED_STAGE)) == 1
    stopped = run_of({4: skipped}, stopped_reason=StoppedReason.INSUFFICIENT_CREDITS)
    assert said(stopped, InsightType.SKIPPED_STAGE) == []


def test_a_cancelled_run_did_not_fail() -> None:
    cut = stage_of(4, 3, 3, status="failed", total=10, error="cancelled", credits=Credits.of(6))
    run = run_of(
        {4: cut}, status=RunStatus.CANCELLED, stopped_reason=StoppedReason.CANCELLED, sentence="Cancelled by anna."
    )  # fmt: skip - one run, one thing
    assert said(run) == [(Severity.WARNING, "Cancelled by anna.")]


def test_a_slow_stage_is_one_that_took_longer_for_each_item() -> None:
    seven_hours = stage_of(4, 100, 100, credits=Credits.of(200), seconds=7 * 3600.0)
    ((severity, message),) = of_stage(seven_hours, InsightType.SLOW_STAGE)
    assert severity == Severity.WARNING
    assert message.endswith("was slow: 7 h 0 min, 2,420 % longer for each item than on average.")
    assert of_stage(replace(seven_hours, seconds=1000.0), InsightType.SLOW_STAGE) == [], "many items, each as quick"
    assert of_stage(stage_of(4, 1, 1, seconds=15.0), InsightType.SLOW_STAGE) == [], "five seconds are no news"
    assert said(run_of({4: seven_hours}, paused_seconds=20_000.0), InsightType.SLOW_STAGE) == [], "it was paused"


def test_without_a_history_facts_are_said_and_no_comparison() -> None:
    run = run_of({4: replace(ARTICLES, failed=1, credits=Credits.of(900))})
    found = insights_of(run, averages_of(usual_runs(2, ARTICLES)))
    assert [each.type for each in found] == [InsightType.FAILED_ITEMS]


@given(run=run_figures(), before=past_runs())
def test_sentences_are_whole_said_once_and_the_worst_comes_first(run: RunFigures, before: list[RunFigures]) -> None:
    found: tuple[Insight, ...] = insights_of(run, averages_of(before))
    order = [list(Severity).index(each.severity) for each in found]
    assert order == sorted(order)
    messages = [each.message for each in found]
    assert len(set(messages)) == len(messages)
    assert all(message.endswith(".") and "None" not in message for message in messages)
