import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.amounts import ZERO, Credits
from igny8_lib.credits.costs import DEFAULT_COSTS, RUN_OPERATIONS, ImageQuality
from igny8_lib.models import Operation
from igny8_lib.pipeline.estimate_facts import EstimateInput, StageFacts
from igny8_lib.pipeline.estimates import Confidence, Estimate, estimate
from igny8_lib.pipeline.run_history import History, StageTotals
from igny8_lib.sites.improvement import LINK_KEY, OPTIMIZE_KEY

CLUSTERING, IDEAS, CONTENT, PROMPTS, IMAGES = RUN_OPERATIONS
OPERATIONS = {1: CLUSTERING, 2: IDEAS, 4: CONTENT, 5: PROMPTS, 6: IMAGES}
LIMITS = (
    "max_keywords_per_run",
    "max_clusters_per_run",
    "max_ideas_per_run",
    "max_tasks_per_run",
    "max_content_per_run",
    "max_images_per_run",
    "max_approvals_per_run",
)


def facts(
    pending: dict[int, int], limits: dict[int, int] | None = None, off: tuple[int, ...] = (), **more: object
) -> EstimateInput:
    """A site with so much pending by stage."""
    stages = tuple(
        StageFacts(
            number=number,
            pending=pending.get(number, 0),
            limit=(limits or {}).get(number, 0),
            limit_name=LIMITS[number - 1],
            operation=OPERATIONS.get(number),
            items_per_request={1: 20, 2: 5, 3: 500, 7: 500}.get(number, 1),
            minimum=5 if number == 1 else 1,
            off="disabled" if number in off else "",
        )
        for number in range(1, 8)
    )
    values: dict[str, object] = {
        "stages": stages,
        "available": Credits.of(100_000),
        "max_credits_per_run": ZERO,
        "shares": DEFAULT_COSTS.shares,
        "costs": DEFAULT_COSTS,
    }
    return EstimateInput(**(values | more))  # type: ignore[arg-type]


def column(result: Estimate, name: str) -> list[object]:
    return [getattr(stage, name) for stage in result.stages]


def test_what_one_stage_makes_is_pending_for_the_next_in_the_same_run() -> None:
    result = estimate(facts({1: 60}))
    assert column(result, "pending") == [60, 18, 54, 54, 54, 216, 54]
    assert column(result, "expected_output") == [18, 54, 54, 54, 216, 216, 0]
    assert [str(amount) for amount in column(result, "credits")] == ["12", "36", "0", "178.2", "108", "216", "0"]
    assert result.total == result.needed == Credits.of("550.2")


def test_the_buffer_is_20_percent_of_the_total() -> None:
    document = estimate(facts({1: 60})).as_json()
    assert (document["total_credits"], document["buffer_credits"], document["total_with_buffer"]) == (
        550.2,
        110.04,
        660.24,
    )


def test_averages_are_rounded_where_they_are_shown_and_not_in_every_stage() -> None:
    past = history(stage_1=StageTotals(worked=40, created=13, asked=40), stage_2=StageTotals(worked=13, asked=91))
    past = History({**past.stages, 2: replace(past.stages[2], created=34)})
    result = estimate(facts({1: 33}, history=past))
    assert result.stages[0].expected_output == 11, "10.7 clusters"
    assert result.stages[1].expected_output == 28, "28.05 ideas of 10.7 clusters; of 11 they would be 29"


def test_a_small_part_of_an_item_is_shown_as_one() -> None:
    past = history(stage_2=StageTotals(worked=100, created=7, asked=700))
    assert column(estimate(facts({2: 1}, history=past)), "pending") == [0, 1, 1, 1, 1, 1, 1]


def test_where_ideas_need_approval_what_stage_2_makes_waits_for_people_and_costs_nothing_further() -> None:
    given = facts({2: 10, 3: 4})
    queue = replace(given.stages[2], needs_approval=True, unapproved=5)
    result = estimate(replace(given, stages=(*given.stages[:2], queue, *given.stages[3:])))
    assert column(result, "let_through") == [0, 10, 4, 4, 4, 16, 4]
    assert (result.stages[2].unapproved, result.stages[2].limited_by) == (5 + 30, "approval")
    assert result.limits_binding == ["approval"]
    assert estimate(given).stages[2].let_through == 34


def test_ideas_that_competed_with_a_page_in_earlier_runs_become_no_tasks() -> None:
    past = history(stage_3=StageTotals(worked=100, created=90, asked=100))
    assert estimate(facts({3: 50}, history=past)).stages[3].pending == 45


def test_the_second_look_costs_what_it_did_in_earlier_runs() -> None:
    past = history(stage_1=StageTotals(worked=100, created=30, asked=100, looked_at=30, offered=15))
    assert estimate(facts({1: 100}, second_look=True)).stages[0].second_look == Credits.of(1)
    assert estimate(facts({1: 100}, second_look=True, history=past)).stages[0].second_look == Credits.of(3)
    none = history(stage_1=StageTotals(worked=100, created=30, asked=100, looked_at=30))
    assert not estimate(facts({1: 100}, second_look=True, history=none)).stages[0].second_look


def test_nothing_pending_costs_nothing_for_certain() -> None:
    result = estimate(facts({}))
    assert (result.total, result.buffer, result.least, result.confidence) == (ZERO, ZERO, ZERO, Confidence.HIGH)
    assert result.limits_binding == []


def test_a_request_that_is_not_full_is_rounded_up_by_itself() -> None:
    result = estimate(facts({1: 21}))
    assert result.stages[0].credits == Credits.of(4 + 1)


def test_fewer_keywords_than_the_minimum_do_not_pass() -> None:
    result = estimate(facts({1: 4, 4: 1}))
    assert (result.stages[0].let_through, result.stages[0].limited_by) == (0, "minimum")
    assert result.stages[3].let_through == 1


def test_a_limit_lets_through_so_many_and_is_named() -> None:
    result = estimate(facts({1: 60}, {4: 10, 6: 0}))
    assert (result.stages[3].pending, result.stages[3].let_through, result.stages[3].expected_output) == (54, 10, 10)
    assert result.limits_binding == ["max_tasks_per_run"]


def test_a_stage_that_is_off_passes_nothing_on_and_says_why() -> None:
    result = estimate(facts({1: 50, 4: 2}, off=(1, 6)))
    assert column(result, "let_through") == [0, 0, 0, 2, 2, 0, 0]
    assert result.limits_binding == ["disabled"]


def test_images_cost_by_quality() -> None:
    result = estimate(facts({6: 10}, image_quality=ImageQuality.PREMIUM))
    assert result.stages[5].credits == Credits.of(40)


def test_auto_approval_approves_what_the_limit_lets_through() -> None:
    assert estimate(facts({7: 9}, {7: 5}, auto_approval=True)).stages[6].expected_output == 5
    assert estimate(facts({7: 9})).stages[6].expected_output == 0


def test_an_article_reaches_the_review_with_its_images() -> None:
    assert estimate(facts({5: 10}, {6: 8})).stages[6].pending == 2


def test_a_balance_that_does_not_cover_the_run_is_said_with_what_is_needed() -> None:
    result = estimate(facts({4: 100}, available=Credits.of(770)))
    assert not result.balance_covers
    assert result.needed == Credits.of(330 + 200 + 400)
    assert result.total == Credits.of(770)
    assert result.limits_binding == ["balance"]


def test_a_share_of_the_budget_that_is_too_small_is_named() -> None:
    result = estimate(facts({1: 2000}, max_credits_per_run=Credits.of(1000)))
    assert (result.stages[0].budget, result.stages[0].let_through) == (Credits.of(150), 740)
    assert result.limits_binding[0] == "credit_budget"
    assert result.total <= Credits.of(1000)
    assert result.balance_covers


def test_a_runs_own_credit_limit_is_named() -> None:
    assert estimate(facts({6: 50}, max_credits_per_run=Credits.of(20))).limits_binding == ["max_credits_per_run"]


def test_the_first_request_is_the_least_that_a_run_needs() -> None:
    assert estimate(facts({1: 50}, available=ZERO)).least == Credits.of(4)
    assert estimate(facts({2: 3}, available=ZERO)).least == Credits.of(6)


def history(runs: int = 5, **stages: StageTotals) -> History:
    return History({int(name[-1]): replace(totals, runs=runs) for name, totals in stages.items()})


def test_the_sites_own_averages_replace_the_defaults_from_three_runs_on() -> None:
    past = {
        "stage_1": StageTotals(worked=100, created=10, asked=100),
        "stage_4": StageTotals(worked=10, created=10, asked=10, billed_words=12_500),
    }
    known = estimate(facts({1: 100, 4: 8}, off=(2,), history=history(3, **past)))
    assert known.stages[0].expected_output == 10
    assert known.stages[3].credits == Credits.of(20)
    unknown = estimate(facts({1: 100, 4: 8}, off=(2,), history=history(2, **past)))
    assert unknown.stages[0].expected_output == 30
    assert unknown.stages[3].credits == Credits.of("26.4")


def test_a_new_sites_cluster_gives_a_little_fewer_ideas_than_it_has_keywords_and_no_more_than_are_asked_for() -> None:
    assert estimate(facts({2: 20})).stages[1].expected_output == 60
    assert estimate(facts({2: 20}, ideas_per_cluster=1)).stages[1].expected_output == 20


def test_articles_follow_the_words_that_are_asked_for_and_half_a_unit() -> None:
    assert estimate(facts({4: 10}, words_per_article=1750)).stages[3].credits == Credits.of(40)


def test_items_that_fail_are_not_charged_and_make_nothing() -> None:
    past = history(stage_6=StageTotals(worked=100, failed=20, created=80, asked=80))
    result = estimate(facts({6: 50}, history=past))
    assert (result.stages[5].credits, result.stages[5].expected_output) == (Credits.of(40), 40)


def test_the_articles_average_follows_a_change_of_costs() -> None:
    past = history(stage_4=StageTotals(worked=10, created=10, asked=10, billed_words=12_500))
    dearer = DEFAULT_COSTS.as_json()
    dearer["content_generation"] |= {"cost": 3}
    result = estimate(facts({4: 2}, history=past, costs=DEFAULT_COSTS.from_json(dearer)))
    assert result.stages[3].credits == Credits.of(15)


@pytest.mark.parametrize(("runs", "confidence"), [(2, "low"), (3, "medium"), (4, "medium"), (5, "high")])
def test_confidence_follows_the_runs_behind_the_least_known_stage(runs: int, confidence: str) -> None:
    past = history(runs, stage_6=StageTotals(worked=1, created=1, asked=1))
    assert estimate(facts({6: 5}, history=past)).confidence == confidence
    assert estimate(facts({6: 5, 4: 1}, history=past)).confidence == "low"


def test_a_stages_success_is_what_did_not_fail() -> None:
    assert StageTotals(worked=4, failed=1).success == Fraction(3, 4)
    assert StageTotals().success == 1


counts = st.dictionaries(st.integers(1, 7), st.integers(0, 3000), max_size=7)
money = st.integers(0, 10**7).map(Credits)


@given(pending=counts, limits=counts, available=money, limit=money, ideas=st.integers(0, 9), images=st.integers(0, 9))
def test_an_estimate_keeps_within_limits_budget_and_balance(
    *, pending: dict[int, int], limits: dict[int, int], available: Credits, limit: Credits, ideas: int, images: int
) -> None:
    result = estimate(
        facts(
            pending,
            limits,
            available=available,
            max_credits_per_run=limit,
            ideas_per_cluster=ideas,
            images_per_content=images,
        )
    )
    assert result.total <= available
    assert not limit or result.total <= limit
    for stage in result.stages:
        assert 0 <= stage.let_through <= stage.pending
        assert not limits.get(stage.stage) or stage.let_through <= limits[stage.stage]
        assert stage.budget is None or stage.credits <= stage.budget
        assert (stage.let_through == stage.pending) or stage.limited_by
    assert result.balance_covers == (result.needed <= available)
    json.dumps(result.as_json())


@given(pending=counts, more=counts)
def test_more_pending_never_costs_less(pending: dict[int, int], more: dict[int, int]) -> None:
    both = {stage: pending.get(stage, 0) + more.get(stage, 0) for stage in range(1, 8)}
    plenty = Credits.of(10**9)
    assert estimate(facts(both, available=plenty)).needed >= estimate(facts(pending, available=plenty)).needed


def improving(given: EstimateInput, *, link: int = 0, optimize: int = 0, limit: int = 0) -> EstimateInput:
    """The same site where runs link and optimize, too, with so many articles waiting for either."""
    more = (
        StageFacts(LINK_KEY, link, limit, "max_content_per_run", operation=Operation.LINKING),
        StageFacts(OPTIMIZE_KEY, optimize, limit, "max_content_per_run", operation=Operation.OPTIMIZATION),
    )
    return replace(given, stages=(*given.stages[:6], *more, *given.stages[6:]))


def test_finished_articles_are_linked_then_optimized_then_reviewed_and_none_is_lost_on_the_way() -> None:
    result = estimate(improving(facts({4: 10}, words_per_article=1_900), link=2, optimize=1))
    assert column(result, "stage") == [1, 2, 3, 4, 5, 6, 8, 9, 7]
    assert column(result, "pending")[3:] == [10, 10, 40, 12, 13, 13]
    linking, optimizing = result.stages[6], result.stages[7]
    assert (linking.credits, optimizing.credits) == (Credits.of(12 * 8), Credits.of(13 * 10))


def test_the_averages_say_how_many_articles_get_links_and_only_these_are_paid() -> None:
    past = History({LINK_KEY: StageTotals(runs=3, worked=20, created=15, asked=20)})
    linking = estimate(improving(facts({}, history=past), link=8)).stages[6]
    assert (linking.let_through, linking.expected_output, linking.credits) == (8, 6, Credits.of(48))
    assert linking.passed_on == 8


def test_the_limit_of_articles_bounds_linking_and_optimizing_too() -> None:
    result = estimate(improving(facts({}), link=9, limit=4))
    linking, optimizing = result.stages[6], result.stages[7]
    assert (linking.let_through, linking.limited_by, optimizing.pending) == (4, "max_content_per_run", 4)


def test_linking_and_optimizing_get_what_the_others_leave_of_the_run() -> None:
    given = facts({4: 10}, max_credits_per_run=Credits.of(120), words_per_article=1_900)
    result = estimate(improving(given))
    others = Credits.total(stage.credits for stage in result.stages[:6])
    linking = result.stages[6]
    assert linking.budget == Credits.of(120) - others
    assert (linking.pending, linking.let_through) == (10, (Credits.of(120) - others).hundredths // 800)
    assert result.total <= Credits.of(120)
