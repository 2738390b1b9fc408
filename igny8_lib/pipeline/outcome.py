"""Why a run ended: a pure function from what its stages did to one of SPEC's reasons and a sentence for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from igny8_lib.models import RunStatus, StageStatus, StoppedReason


@dataclass(frozen=True)
class StageEnd:
    """How one stage ended, as far as the run's outcome depends on it."""

    number: int
    name: str
    """What sentences call it: "Stage 4 (Tasks → Content)", or "Linking"."""
    status: StageStatus
    done: int = 0
    failed: int = 0
    held_back: int = 0
    """Pending items that the stage's per-run limit did not let through."""
    reason: str = ""
    failed_as: StoppedReason = StoppedReason.STAGE_FAILED
    """Of a failed stage: whether its items or the provider failed."""
    place: str = ""
    """The same within a sentence: "stage 4", or "linking"."""
    short: str = ""
    """What credits could not cover; empty where they covered everything."""
    short_of: StoppedReason = StoppedReason.CREDIT_BUDGET
    """Of a stage that was short: the run's budget, or the account's credits."""


@dataclass(frozen=True)
class Outcome:
    """The end of a run. Only cancelled, failed and skipped runs are not completed."""

    status: RunStatus
    reason: StoppedReason
    sentence: str


ENDS_AS = {
    StoppedReason.CANCELLED: RunStatus.CANCELLED,
    StoppedReason.PROVIDER_UNAVAILABLE: RunStatus.FAILED,
    StoppedReason.STAGE_FAILED: RunStatus.FAILED,
    StoppedReason.SITE_BUSY: RunStatus.SKIPPED,
}
"""The status that belongs to a reason; every other reason is a proper end, `completed`."""


NOTHING = "Nothing was pending in any of the run's stages."


def outcome_for(reason: StoppedReason, sentence: str) -> Outcome:
    """The outcome for a known reason."""
    return Outcome(ENDS_AS.get(reason, RunStatus.COMPLETED), reason, sentence)


def outcome_of(
    stages: Sequence[StageEnd],
    *,
    stopping: StoppedReason | None,
    stopping_sentence: str,
    dry_run: bool,
    chosen: bool = False,
) -> Outcome:
    """The outcome of a run whose tasks have all ended; `chosen` where it was limited to chosen items.

    The first that holds: it was stopped early; a stage failed or never ended; a dry run; nothing was pending; a share
    of the budget or a limit held items back; everything pending was worked.
    """
    if stopping:
        return outcome_for(stopping, stopping_sentence)
    if broken := next((stage for stage in stages if stage.status == StageStatus.FAILED), None):
        told = f"{broken.name} failed: {broken.reason.rstrip('.')}."
        return outcome_for(broken.failed_as, told)
    if dry_run:
        told = "Dry run: nothing was changed; the snapshot holds what a run would take."
        return outcome_for(StoppedReason.COMPLETED, told)
    return proper_end(stages, chosen=chosen)


def proper_end(stages: Sequence[StageEnd], *, chosen: bool = False) -> Outcome:
    """The outcome of stages that all ended well."""
    if all(stage.status == StageStatus.SKIPPED for stage in stages):
        nothing = "None of the chosen items could be worked, see the stage." if chosen else NOTHING
        return outcome_for(StoppedReason.NOTHING_PENDING, nothing)
    if short := next((stage for stage in stages if stage.short), None):
        return outcome_for(short.short_of, f"{short.name} was cut short: {short.short}")
    if held := [stage for stage in stages if stage.held_back]:
        text = ", ".join(f"{stage.held_back} in {stage.place}" for stage in held)
        return outcome_for(StoppedReason.PER_RUN_LIMIT, f"The per-run limits left items for the next run: {text}.")
    failed = sum(stage.failed for stage in stages)
    done = sum(stage.done for stage in stages)
    note = f"; {failed} items failed, see the stages" if failed else ""
    what = "chosen" if chosen else "pending"
    return outcome_for(StoppedReason.COMPLETED, f"Everything {what} was worked: {done} items{note}.")
