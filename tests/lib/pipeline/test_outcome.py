from hypothesis import given
from hypothesis import strategies as st

from igny8_lib.models import RunStatus, StageStatus, StoppedReason
from igny8_lib.pipeline.outcome import ENDS_AS, StageEnd, outcome_of

ends = st.builds(
    StageEnd,
    number=st.integers(1, 7),
    name=st.just("A stage"),
    place=st.just("a stage"),
    status=st.sampled_from([StageStatus.COMPLETED, StageStatus.FAILED, StageStatus.SKIPPED]),
    done=st.integers(0, 9),
    failed=st.integers(0, 9),
    held_back=st.integers(0, 3),
    reason=st.sampled_from(["", "9 of 10 items failed"]),
    short=st.sampled_from(["", "its share is used up"]),
)


@given(st.lists(ends, min_size=7, max_size=7), st.sampled_from([None, *StoppedReason]), st.booleans())
def test_every_run_ends_with_one_of_the_reasons_and_a_sentence(
    stages: list[StageEnd],
    stopping: StoppedReason | None,
    dry_run: bool,  # noqa: FBT001 - hypothesis gives it
) -> None:
    outcome = outcome_of(stages, stopping=stopping, stopping_sentence="It was stopped.", dry_run=dry_run)
    assert outcome.reason in StoppedReason
    assert outcome.sentence.strip()
    assert outcome.status == ENDS_AS.get(outcome.reason, RunStatus.COMPLETED)


def stage(number: int, status: StageStatus, **facts: object) -> StageEnd:
    return StageEnd(number, f"Stage {number} (Stage {number})", status, **{"place": f"stage {number}"} | facts)  # type: ignore[arg-type]


def reason_of(*stages: StageEnd, **facts: object) -> StoppedReason:
    given_facts = {"stopping": None, "stopping_sentence": "", "dry_run": False} | facts
    return outcome_of(stages, **given_facts).reason  # type: ignore[arg-type]


def test_credits_running_out_are_a_proper_end_and_never_a_failure() -> None:
    stages = [stage(1, StageStatus.COMPLETED, done=5)]
    for reason in (StoppedReason.INSUFFICIENT_CREDITS, StoppedReason.CREDIT_BUDGET):
        outcome = outcome_of(stages, stopping=reason, stopping_sentence="12 are missing.", dry_run=False)
        assert (outcome.status, outcome.reason) == (RunStatus.COMPLETED, reason)
        assert outcome.sentence == "12 are missing."


def test_a_failed_stage_fails_the_run_and_is_named() -> None:
    assert reason_of(stage(1, StageStatus.COMPLETED), stage(4, StageStatus.FAILED)) == StoppedReason.STAGE_FAILED


def test_all_stages_skipped_is_nothing_pending() -> None:
    assert reason_of(stage(1, StageStatus.SKIPPED), stage(2, StageStatus.SKIPPED)) == StoppedReason.NOTHING_PENDING


def test_items_held_back_by_a_limit_are_per_run_limit() -> None:
    assert reason_of(stage(1, StageStatus.COMPLETED, done=5, held_back=2)) == StoppedReason.PER_RUN_LIMIT


def test_a_stage_cut_by_its_share_is_credit_budget() -> None:
    assert reason_of(stage(1, StageStatus.COMPLETED, done=5, short="used up")) == StoppedReason.CREDIT_BUDGET
