"""What keeps items from passing a stage, in words."""

from __future__ import annotations

from igny8_lib.pipeline.estimates import APPROVAL
from igny8_lib.pipeline.limits import Limits
from igny8_lib.pipeline.stages import STAGES

CREDIT_LIMIT = "max_credits_per_run"
LIMITS = {each.limit: f"the limit of {each.takes} a run" for each in STAGES}
BOUNDS = LIMITS | {
    CREDIT_LIMIT: "the limit of credits a run",
    "balance": "the credits that are available",
    "credit_budget": "the budget of this kind of work",
}
"""What lets only some of the items pass."""
REASONS = BOUNDS | {
    "minimum": "too few wait; five are needed at least",
    APPROVAL: "people have to approve them first",
}
LABELS = {each.limit: each.takes for each in STAGES} | {CREDIT_LIMIT: "credits"}
"""What each per-run limit counts."""
FIELDS = tuple(Limits.model_fields)


def in_words(limited_by: str) -> str:
    """The estimate's `limited_by` as people read it; why a stage is off stays as it is."""
    return REASONS.get(limited_by, limited_by)
